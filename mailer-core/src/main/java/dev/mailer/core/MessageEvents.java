// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.MailEvent;
import java.util.List;

/**
 * What happened to one message, oldest first; of more than 1,000 events, the first and the newest 500.
 *
 * @param omitted how many events there are between the first and the newest that are shown; 0 where all are
 */
public record MessageEvents(List<MailEvent> shown, long omitted) {
    public MessageEvents {
        shown = List.copyOf(shown);
    }
}

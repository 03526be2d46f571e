// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.util.List;

/** One message's timeline: its status and every event, oldest first. */
public record Trace(MessageStatus status, List<MailEvent> events) {
    public Trace {
        events = List.copyOf(events);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import dev.mailer.api.MailEvent;

/**
 * Observes the stored events of all nodes from the moment the mailer starts, at most once each. Called on one thread, in order
 * of position; must return soon. An exception is logged once per listener and does not reach anybody else.
 */
@Experimental
@FunctionalInterface
public interface MailListener {
    void onEvent(MailEvent event);
}

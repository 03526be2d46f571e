// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;

/** What a plugin may use of the mailer it was installed into, from when that runs until {@link MailerPlugin#close}. Thread-safe. */
@Experimental
public interface RunningMailer {
    /** The stored events. */
    EventStore events();

    /** What webhooks are to be told, and were. */
    WebhookStore webhooks();
}

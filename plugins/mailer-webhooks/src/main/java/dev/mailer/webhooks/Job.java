// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.WebhookStore.Claimed;
import dev.mailer.api.spi.WebhookStore.Mail;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A claim and what is sent for it. */
record Job(
        Claimed claim,
        Known known,
        MailEvent event,
        @Nullable Mail mail) {
    /** How it ended. */
    record Done(Job job, Instant at, Answer answer) {}
}

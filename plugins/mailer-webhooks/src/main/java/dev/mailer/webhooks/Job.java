// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.Failure;
import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.WebhookStore.Claimed;
import dev.mailer.api.spi.WebhookStore.Mail;
import dev.mailer.api.spi.WebhookStore.Texts;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A claim and what is sent for it. */
record Job(
        Claimed claim,
        Known known,
        MailEvent event,
        @Nullable Mail mail) {
    /** Whether it can be read what the event, and the mail that it is about, say. An address alone that was erased is empty. */
    static Texts texts(MailEvent event, @Nullable Mail mail) {
        Failure failure = event.failure();
        if (failure != null && failure.reason().equals("unreadable")) {
            return Texts.UNREADABLE;
        }
        if (mail == null) {
            return "".equals(event.recipient()) ? Texts.ERASED : Texts.READABLE;
        }
        return mail.texts();
    }

    /** How it ended. */
    record Done(Job job, Instant at, Answer answer) {}
}

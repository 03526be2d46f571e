// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.migrating;

import dev.mailer.api.Attachment;
import dev.mailer.api.Mailer;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;

/** What docs/migrating.md ends with. */
final class Receipts {
    private Receipts() {}

    static MailerEngine create() {
        // tag::simple-create-after[]
        MailerEngine mailer = Mailers.builder()
                .transport("smtp://user:password@smtp.example.com:587")
                .store("sqlite:mail.db")
                .build();
        // end::simple-create-after[]
        return mailer;
    }

    // tag::simple-after[]
    static void receipt(Mailer mailer, int number, byte[] invoice) {
        mailer.send(mail -> mail.from("Shop <shop@example.com>")
                .to("jo@example.org")
                .subject("Your order " + number)
                .text("Thank you!")
                .html("<p>Thank you!</p>")
                .attach(Attachment.of("invoice.pdf", "application/pdf", invoice))
                .idempotencyKey("receipt-" + number));
    }
    // end::simple-after[]
}

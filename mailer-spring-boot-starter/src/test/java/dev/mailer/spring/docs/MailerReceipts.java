// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.docs;

import dev.mailer.api.Attachment;
import dev.mailer.api.Mailer;

/** What docs/migrating.md ends with. */
record MailerReceipts(Mailer mailer) {
    // tag::sender-after[]
    void receipt(int number, byte[] invoice) {
        mailer.send(mail -> mail.from("Shop <shop@example.com>")
                .to("jo@example.org")
                .subject("Your order " + number)
                .text("Thank you!")
                .html("<p>Thank you!</p>")
                .attach(Attachment.of("invoice.pdf", "application/pdf", invoice))
                .idempotencyKey("receipt-" + number));
    }
    // end::sender-after[]
}

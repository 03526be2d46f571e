// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.embedding;

import dev.mailer.api.Mailer;
import dev.mailer.api.MessageId;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.mailbox.MailboxPlugin;
import java.time.Duration;

// A program that mails, with a ledger that survives it.
// tag::embedding-shop[]
public final class Shop {
    private final Mailer mailer;

    public Shop(Mailer mailer) {
        this.mailer = mailer;
    }

    public MessageId order(int number) {
        return mailer.send(mail -> mail.from("Shop <shop@example.com>")
                        .to("jo@example.org")
                        .subject("Your order " + number)
                        .text("Thank you!")
                        .idempotencyKey("order-" + number))
                .id();
    }

    public static void main(String[] args) {
        MailboxPlugin mailbox = MailboxPlugin.create();
        try (MailerEngine mailer = Mailers.builder()
                .install(mailbox)
                .transport(System.getProperty("mail", "mailbox:"))
                .store("sqlite:shop.db")
                .build()) {
            MessageId id = new Shop(mailer).order(4711);
            System.out.println(mailer.await(id, Duration.ofSeconds(30)));
        }
        mailbox.mailbox().messages().forEach(mail -> System.out.println(mail.subject() + " to " + mail.to()));
    }
}
// end::embedding-shop[]

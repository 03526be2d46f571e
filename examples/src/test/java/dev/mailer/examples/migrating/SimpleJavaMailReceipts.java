// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.migrating;

import java.util.concurrent.CompletableFuture;
import org.simplejavamail.api.email.Email;
import org.simplejavamail.api.mailer.Mailer;
import org.simplejavamail.api.mailer.config.TransportStrategy;
import org.simplejavamail.email.EmailBuilder;
import org.simplejavamail.mailer.MailerBuilder;

/** What docs/migrating.md begins with. Compiled only. */
final class SimpleJavaMailReceipts {
    private SimpleJavaMailReceipts() {}

    static Mailer create() {
        // tag::simple-create-before[]
        Mailer mailer = MailerBuilder.withSMTPServer("smtp.example.com", 587, "user", "password")
                .withTransportStrategy(TransportStrategy.SMTP_TLS)
                .buildMailer();
        // end::simple-create-before[]
        return mailer;
    }

    // tag::simple-before[]
    static CompletableFuture<Void> receipt(Mailer mailer, int number, byte[] invoice) {
        Email email = EmailBuilder.startingBlank()
                .from("Shop", "shop@example.com")
                .to("jo@example.org")
                .withSubject("Your order " + number)
                .withPlainText("Thank you!")
                .withHTMLText("<p>Thank you!</p>")
                .withAttachment("invoice.pdf", invoice, "application/pdf")
                .buildEmail();
        return mailer.sendMail(email, true); // true: in the background
    }
    // end::simple-before[]
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.test.app;

import dev.mailer.api.Mailer;
import java.time.Instant;
import org.springframework.stereotype.Component;

/** A component of an application that mails. */
@Component
class Receipts {
    private final Mailer mailer;

    Receipts(Mailer mailer) {
        this.mailer = mailer;
    }

    void confirm(int number) {
        mailer.send(mail -> mail.from("shop@example.com")
                .to("jo@example.org")
                .subject("Your order " + number)
                .text("Thank you!"));
    }

    void remind(Instant when) {
        mailer.send(mail -> mail.from("shop@example.com")
                .to("jo@example.org")
                .subject("Your basket")
                .text("It is still full.")
                .sendAt(when));
    }
}

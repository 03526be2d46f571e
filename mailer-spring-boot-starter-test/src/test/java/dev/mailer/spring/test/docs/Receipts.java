// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.test.docs;

import dev.mailer.api.Mailer;
import org.springframework.stereotype.Component;

@Component
class Receipts {
    private final Mailer mailer;

    Receipts(Mailer mailer) {
        this.mailer = mailer;
    }

    void confirm(String address, int number) {
        mailer.send(mail -> mail.from("shop@example.com")
                .to(address)
                .subject("Your order " + number)
                .text("Thank you!"));
    }
}

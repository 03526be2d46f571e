// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.shop;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.Mailer;
import java.security.SecureRandom;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Places orders. */
@Service
class Orders {
    private static final String SHOP = "Shop <shop@example.com>";

    private final JdbcClient database;
    private final Mailer mailer;
    private final Payments payments;
    private final SecureRandom random = new SecureRandom();

    Orders(JdbcClient database, Mailer mailer, Payments payments) {
        this.database = database;
        this.mailer = mailer;
        this.payments = payments;
    }

    /** One commit for the order and its two mails. A card that is declined comes last and takes all three back. */
    @Transactional
    public void place(Order order) {
        String code = "%06d".formatted(random.nextInt(1_000_000));
        database.sql("insert into orders (number, email, pickup_code) values (?, ?, ?)")
                .params(order.number(), order.email(), code)
                .update();
        // a second receipt is better than none, which is the default
        mailer.send(mail -> mail.from(SHOP)
                .to(order.email())
                .subject("Receipt for order " + order.number())
                .text("Thank you!"));
        // a second code would be a second key to the locker: at most once
        mailer.send(mail -> mail.from(SHOP)
                .to(order.email())
                .subject("Pick-up code for order " + order.number())
                .text("Your code is " + code + ".")
                .ambiguityPolicy(AmbiguityPolicy.DROP));
        payments.charge(order);
    }
}

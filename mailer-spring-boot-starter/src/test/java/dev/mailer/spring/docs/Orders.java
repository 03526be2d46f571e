// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.docs;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.Mailer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.transaction.annotation.Transactional;

/** A service of docs/spring.md. */
class Orders {
    private static final Logger log = LoggerFactory.getLogger(Orders.class);

    private final OrderRepository orders;
    private final Mailer mailer;

    Orders(OrderRepository orders, Mailer mailer) {
        this.orders = orders;
        this.mailer = mailer;
    }

    /** What is ordered. */
    record Order(int number) {}

    /** Where orders are. */
    interface OrderRepository {
        void save(Order order);
    }

    // tag::spring-transaction[]
    @Transactional
    public void order(int number) {
        orders.save(new Order(number));
        mailer.send(mail -> mail.from("shop@example.com")
                .to("jo@example.org")
                .subject("Your order " + number)
                .text("Thank you!"));
    }
    // end::spring-transaction[]

    // tag::spring-events[]
    @EventListener
    void on(MailEvent event) {
        if (event.type() == EventType.REJECTED) {
            log.warn("a mail was rejected: {}", event.failure());
        }
    }
    // end::spring-events[]
}

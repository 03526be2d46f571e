// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.shop;

import static dev.mailer.testkit.MailAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.examples.shop.kill.Databases;
import dev.mailer.spring.test.AutoConfigureTestMailer;
import dev.mailer.testkit.TestMailer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The whole application on a real PostgreSQL; only the way out is a mailbox. */
@SpringBootTest
@AutoConfigureTestMailer
@DirtiesContext // the context ends before its database does
class OrdersTest {
    @Autowired
    private Orders orders;

    @Autowired
    private JdbcClient database;

    @Autowired
    private TestMailer mail;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry properties) {
        properties.add("spring.datasource.url", Databases::postgresql);
    }

    @Test
    void an_order_that_is_committed_is_mailed() {
        orders.place(new Order(1, "jo@example.org", "good"));

        assertThat(numbers()).contains(1);
        assertThat(mail).sent(2);
        assertThat(mail.received())
                .extracting(m -> m.subject())
                .containsExactlyInAnyOrder("Receipt for order 1", "Pick-up code for order 1");
    }

    @Test
    void an_order_that_is_rolled_back_is_not() {
        assertThatThrownBy(() -> orders.place(new Order(2, "jo@example.org", "declined")))
                .isInstanceOf(Payments.CardDeclinedException.class);

        assertThat(numbers()).doesNotContain(2);
        assertThat(mail).sentNothing();
    }

    private Iterable<Integer> numbers() {
        return database.sql("select number from orders").query(Integer.class).list();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.test.app;

import static dev.mailer.testkit.MailAssertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.spring.test.AutoConfigureTestMailer;
import dev.mailer.testkit.TestMailer;
import java.time.Duration;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.transaction.support.TransactionTemplate;

/** The whole application, with a ledger in its own database. */
@SpringBootTest(properties = {"mailer.transport=smtp://127.0.0.1:9", "spring.datasource.url=jdbc:h2:mem:shop"})
@AutoConfigureTestMailer
class AutoConfigureTestMailerTest {
    @Autowired
    private Receipts receipts;

    @Autowired
    private TestMailer mail;

    @Autowired
    private TransactionTemplate transactions;

    @RepeatedTest(2)
    void mail_of_a_transaction_that_is_committed_is_sent() {
        transactions.executeWithoutResult(t -> receipts.confirm(4711));

        assertThat(mail).sentTo("jo@example.org").hasSubject("Your order 4711");
        assertThat(mail).hasDeliveries(DeliveryState.SENT, 1);
    }

    @Test
    void mail_of_a_transaction_that_is_rolled_back_is_not() {
        transactions.executeWithoutResult(t -> {
            receipts.confirm(4712);
            t.setRollbackOnly();
        });

        assertThat(mail).sentNothing();
    }

    @Test
    void the_clock_is_that_of_the_ledger_too() {
        receipts.remind(mail.clock().instant().plus(Duration.ofDays(2)));
        assertThat(mail).sentNothing();

        mail.advance(Duration.ofDays(2));

        assertThat(mail).sentTo("jo@example.org").hasSubject("Your basket");
    }
}

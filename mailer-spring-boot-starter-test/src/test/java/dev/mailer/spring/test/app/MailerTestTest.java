// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.test.app;

import static dev.mailer.testkit.MailAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.Mailer;
import dev.mailer.spring.test.MailerTest;
import dev.mailer.testkit.TestMailer;
import java.time.Duration;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Component;

/** Properties that name a server are not followed: port 9 would refuse. */
@MailerTest(
        properties = {
            "mailer.transport=smtp://127.0.0.1:9",
            "mailer.transports.bulk=smtp://127.0.0.1:9",
            "mailer.streams.news.transport=bulk",
            "mailer.mailers.billing.transport=smtp://127.0.0.1:9",
            "mailer.mailers.billing.store=memory"
        })
@Import(Receipts.class)
class MailerTestTest {
    @Autowired
    private Receipts receipts;

    @Autowired
    private TestMailer mail;

    @RepeatedTest(2)
    void each_test_sees_its_own_mail_only() {
        receipts.confirm(4711);

        assertThat(mail).sent(1).hasDeliveries(DeliveryState.SENT, 1);
        assertThat(mail).sentTo("jo@example.org").hasSubject("Your order 4711");
    }

    @Test
    void the_clock_is_set() {
        receipts.remind(mail.clock().instant().plus(Duration.ofDays(2)));
        assertThat(mail).sentNothing();

        mail.advance(Duration.ofDays(2));

        assertThat(mail).sentTo("jo@example.org").hasSubject("Your basket");
    }

    @Test
    void streams_and_further_mailers_send_into_the_mailbox_too(@Autowired @Qualifier("billing") Mailer billing) {
        mail.mailer()
                .send(m ->
                        m.from("shop@example.com").to("ann@example.org").subject("News").text("None.").stream("news"));
        billing.send(m -> m.from("shop@example.com")
                .to("bill@example.org")
                .subject("Invoice")
                .text("Pay."));

        assertThat(mail).sentTo("ann@example.org").hasSubject("News");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(mail).sentTo("bill@example.org"));
    }

    @Test
    void components_that_are_not_asked_for_are_left_out(@Autowired ApplicationContext context) {
        assertThat(context.getBeansOfType(Unwanted.class)).isEmpty();
    }

    /** Would be found by a scan. */
    @Component
    static class Unwanted {}
}

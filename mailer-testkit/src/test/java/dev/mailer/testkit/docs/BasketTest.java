// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.docs;

import static dev.mailer.testkit.MailAssertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.testkit.MailerExtension;
import dev.mailer.testkit.TestMailer;
import dev.mailer.testkit.docs.ReceiptsTest.Receipts;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

// tag::extension[]
@ExtendWith(MailerExtension.class)
class BasketTest {
    @Test
    void a_reminder_comes_the_next_day(TestMailer mail) {
        new Receipts(mail.mailer())
                .remind("jo@example.org", mail.clock().instant().plus(Duration.ofDays(1)));
        assertThat(mail).sentNothing();

        mail.advance(Duration.ofDays(1));

        assertThat(mail).sentTo("jo@example.org").hasSubject("Your basket");
    }

    @Test
    void an_address_that_does_not_exist_is_rejected(TestMailer mail) {
        new Receipts(mail.mailer()).confirm("jo+bounce@example.org", 4711);

        assertThat(mail).sentNothing().hasDeliveries(DeliveryState.REJECTED, 1);
    }
}
// end::extension[]

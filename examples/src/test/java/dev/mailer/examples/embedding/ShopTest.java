// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.embedding;

import static dev.mailer.testkit.MailAssertions.assertThat;

import dev.mailer.testkit.MailerExtension;
import dev.mailer.testkit.TestMailer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

// tag::embedding-test[]
@ExtendWith(MailerExtension.class)
class ShopTest {
    @Test
    void an_order_is_confirmed_once(TestMailer mail) {
        Shop shop = new Shop(mail.mailer());

        shop.order(4711);
        shop.order(4711);

        assertThat(mail).sent(1).sentTo("jo@example.org").hasSubject("Your order 4711");
    }
}
// end::embedding-test[]

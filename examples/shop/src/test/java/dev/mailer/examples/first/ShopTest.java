// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.first;

import static dev.mailer.testkit.MailAssertions.assertThat;

import dev.mailer.spring.test.AutoConfigureTestMailer;
import dev.mailer.testkit.TestMailer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

// tag::spring-test[]
@SpringBootTest
@AutoConfigureTestMailer
class ShopTest {
    @Test
    void an_order_is_confirmed(@Autowired Shop shop, @Autowired TestMailer mail) {
        shop.order(4711);

        assertThat(mail).sent(1).sentTo("jo@example.org").hasSubject("Your order 4711");
    }
}
// end::spring-test[]

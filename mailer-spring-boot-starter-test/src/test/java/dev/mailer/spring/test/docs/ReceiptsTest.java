// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.test.docs;

import static dev.mailer.testkit.MailAssertions.assertThat;

import dev.mailer.spring.test.MailerTest;
import dev.mailer.testkit.TestMailer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;

// tag::slice[]
@MailerTest
@Import(Receipts.class)
class ReceiptsTest {
    @Test
    void an_order_is_confirmed(@Autowired Receipts receipts, @Autowired TestMailer mail) {
        receipts.confirm("jo@example.org", 4711);

        assertThat(mail).sentTo("jo@example.org").hasSubject("Your order 4711");
    }
}
// end::slice[]

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.docs;

import static dev.mailer.testkit.MailAssertions.assertThat;

import dev.mailer.api.Mailer;
import dev.mailer.testkit.TestMailer;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What docs/testing.md shows of tests without Spring. */
class ReceiptsTest {
    // tag::receipts[]
    record Receipts(Mailer mailer) {
        void confirm(String address, int number) {
            mailer.send(mail -> mail.from("shop@example.com")
                    .to(address)
                    .subject("Your order " + number)
                    .text("Thank you!"));
        }

        void remind(String address, Instant when) {
            mailer.send(mail -> mail.from("shop@example.com")
                    .to(address)
                    .subject("Your basket")
                    .text("It is still full.")
                    .sendAt(when));
        }
    }
    // end::receipts[]

    @Test
    void an_order_is_confirmed() {
        // tag::plain[]
        try (TestMailer mail = TestMailer.create()) {
            new Receipts(mail.mailer()).confirm("jo@example.org", 4711);

            assertThat(mail)
                    .sentTo("jo@example.org")
                    .hasSubject("Your order 4711")
                    .hasTextContaining("Thank you");
        }
        // end::plain[]
    }
}

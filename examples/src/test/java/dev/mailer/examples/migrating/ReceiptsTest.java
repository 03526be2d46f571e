// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.migrating;

import static dev.mailer.testkit.MailAssertions.assertThat;

import dev.mailer.testkit.MailerExtension;
import dev.mailer.testkit.TestMailer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(MailerExtension.class)
class ReceiptsTest {
    @Test
    void the_migrated_receipt_has_all_parts(TestMailer mail) {
        Receipts.receipt(mail.mailer(), 4711, "%PDF".getBytes(StandardCharsets.US_ASCII));

        assertThat(mail)
                .sentTo("jo@example.org")
                .hasSubject("Your order 4711")
                .hasTextContaining("Thank you!")
                .hasHtmlContaining("<p>Thank you!</p>");
    }
}

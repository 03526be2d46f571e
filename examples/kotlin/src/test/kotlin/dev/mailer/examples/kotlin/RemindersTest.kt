// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.kotlin

import dev.mailer.testkit.MailAssertions.assertThat
import dev.mailer.testkit.MailerExtension
import dev.mailer.testkit.TestMailer
import java.time.Duration
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith

// tag::kotlin-test[]
@ExtendWith(MailerExtension::class)
class RemindersTest {
    @Test
    fun `a reminder comes the next day`(sent: TestMailer) {
        sent.mailer().send(mail {
            from("shop@example.com")
            to("jo@example.org")
            subject("Your basket")
            text("It is still full.")
            sendAt(sent.clock().instant().plus(Duration.ofDays(1)))
        })
        assertThat(sent).sentNothing()

        sent.advance(Duration.ofDays(1))

        assertThat(sent).sentTo("jo@example.org").hasSubject("Your basket")
    }
}
// end::kotlin-test[]

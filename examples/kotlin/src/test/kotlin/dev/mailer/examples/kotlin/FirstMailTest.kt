// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.kotlin

import dev.mailer.api.Email
import dev.mailer.api.MessageQuery
import dev.mailer.core.Mailers
import java.nio.file.Path
import java.time.Duration
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class FirstMailTest {
    @Test
    fun `the first mail is in the ledger and is sent, by this program or the next`(@TempDir folder: Path) {
        val transport = "file:${folder.resolve("mails")}"
        val store = "sqlite:${folder.resolve("mail.db")}"

        firstMail(transport, store)

        Mailers.builder().transport(transport).store(store).build().use { mailer ->
            val first = mailer.list(MessageQuery.ofTenant(Email.DEFAULT_TENANT)).items().single()
            assertThat(first.subject()).isEqualTo("Your order 4711")
            assertThat(mailer.await(first.id(), Duration.ofSeconds(30))?.isSent).isTrue()
        }
        val file = folder.resolve("mails/new").toFile().listFiles().orEmpty().single()
        assertThat(file.readText()).contains("To: jo@example.org", "Thank you!")
    }
}

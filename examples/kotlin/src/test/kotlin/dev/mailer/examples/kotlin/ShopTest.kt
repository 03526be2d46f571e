// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.kotlin

import dev.mailer.api.Mailer
import dev.mailer.api.MessageId
import dev.mailer.core.Mailers
import dev.mailer.core.MemoryTransport
import dev.mailer.core.Stores
import java.sql.SQLException
import java.time.Duration
import javax.sql.DataSource
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatThrownBy
import org.h2.jdbcx.JdbcDataSource
import org.junit.jupiter.api.Test

class ShopTest {
    @Test
    fun `an order and its mail are one commit, or neither`() {
        val sent = MemoryTransport()
        val database = database()
        Mailers.builder().store(Stores.of(database)).transport(sent).build().use { mailer ->
            val shop = Shop(database, mailer)

            val id = shop.order(4711, "jo@example.org")
            assertThatThrownBy { shop.order(4711, "ann@example.org") }.isInstanceOf(SQLException::class.java)

            assertThat(mailer.await(id, Duration.ofSeconds(30))?.isSent).isTrue()
            assertThat(sent.sent()).hasSize(1)
            assertThat(shop.refused(id)).isEmpty()
        }
    }

    @Test
    fun `a mail that is not there is null`() {
        Mailers.builder().transport(MemoryTransport()).build().use { mailer: Mailer ->
            assertThat(Shop(database(), mailer).refused(MessageId.of("01890a5d-ac96-774b-bcce-b302099a8057"))).isNull()
        }
    }

    private fun database(): DataSource =
        JdbcDataSource().apply {
            setURL("jdbc:h2:mem:shop${System.nanoTime()};DB_CLOSE_DELAY=-1")
            connection.use { c ->
                c.createStatement().use { it.execute("create table orders (number integer primary key)") }
            }
        }
}

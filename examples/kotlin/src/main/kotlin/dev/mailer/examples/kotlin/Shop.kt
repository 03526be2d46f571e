// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.kotlin

import dev.mailer.api.DeliveryState
import dev.mailer.api.Mailer
import dev.mailer.api.MessageId
import javax.sql.DataSource

/** Shows an order and its mail as one commit, and what became of the mail. */
// tag::kotlin-shop[]
class Shop(private val database: DataSource, private val mailer: Mailer) {
    /** The order and its mail, or neither. */
    fun order(number: Int, address: String): MessageId =
        database.connection.use { connection ->
            connection.autoCommit = false
            connection.prepareStatement("insert into orders (number) values (?)").use {
                it.setInt(1, number)
                it.executeUpdate()
            }
            val receipt = mailer.inside(connection).send(mail {
                from("Shop <shop@example.com>")
                to(address)
                subject("Your order $number")
                text("Thank you!")
            })
            connection.commit()
            receipt.id()
        }

    /** Null when there is no such mail: [Mailer.find] says so in its type. */
    fun refused(id: MessageId): List<String>? =
        mailer.find(id)?.deliveries()
            ?.filter { it.state() == DeliveryState.REJECTED }
            ?.map { "${it.recipient()}: ${it.failure()?.reason() ?: "no reason"}" }
}
// end::kotlin-shop[]

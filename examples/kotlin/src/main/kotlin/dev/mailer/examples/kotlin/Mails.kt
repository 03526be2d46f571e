// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.kotlin

import dev.mailer.api.Email
import dev.mailer.api.Mailer
import dev.mailer.api.Outbox
import java.sql.Connection

// Two functions for those who like the builder as the receiver, and no keyword in quotes.

// tag::kotlin-extensions[]
fun mail(build: Email.Builder.() -> Unit): Email = Email.builder().apply(build).build()

fun Mailer.inside(connection: Connection): Outbox = `in`(connection)
// end::kotlin-extensions[]

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.kotlin

import dev.mailer.core.Mailers

/** Shows the first mail in Kotlin. */
// tag::kotlin-first[]
fun main() = firstMail("smtp://user:password@smtp.example.com:587", "sqlite:mail.db")

fun firstMail(transport: String, store: String) {
    Mailers.builder()
        .transport(transport)
        .store(store)
        .build()
        .use { mailer ->
            mailer.send {
                it.from("Shop <shop@example.com>")
                    .to("jo@example.org")
                    .subject("Your order 4711")
                    .text("Thank you!")
            }
        }
}
// end::kotlin-first[]

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples;

import dev.mailer.api.MailEvent;
import dev.mailer.api.Mailer;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.SendResult;
import dev.mailer.api.Trace;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import java.time.Duration;
import java.util.List;

/** Shows plain Java: a ledger in an SQLite file, mail over SMTP, and what became of it. */
public final class PlainMain {
    private PlainMain() {}

    /** Sends one mail; the arguments are a transport such as {@code smtp://user:password@host:587} and a store such as {@code sqlite:mail.db}. */
    public static void main(String[] args) {
        String[] given = Arguments.require(1, "TRANSPORT [STORE]", args);
        System.out.print(send(given[0], given.length > 1 ? given[1] : "sqlite:mail.db"));
    }

    static String send(String transport, String store) {
        // tag::plain[]
        try (MailerEngine mailer =
                Mailers.builder().transport(transport).store(store).build()) {
            SendResult receipt = mailer.send(mail -> mail.from("Shop <shop@example.com>")
                    .to("jo@example.org")
                    .subject("Your order 4711")
                    .text("Thank you!")
                    .idempotencyKey("order-4711"));
            MessageStatus status = mailer.await(receipt.id(), Duration.ofSeconds(30));
            return status + System.lineSeparator() + timeline(mailer, receipt.id());
        }
        // end::plain[]
    }

    // tag::timeline[]
    static String timeline(Mailer mailer, MessageId id) {
        StringBuilder lines = new StringBuilder();
        Trace trace = mailer.trace(id);
        for (MailEvent event : trace == null ? List.<MailEvent>of() : trace.events()) {
            lines.append(event.at()).append(' ').append(event.type());
            if (event.transport() != null) {
                lines.append(" by ").append(event.transport());
            }
            if (event.failure() != null) {
                lines.append(": ").append(event.failure());
            }
            lines.append(System.lineSeparator());
        }
        return lines.toString();
    }
    // end::timeline[]
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples;

import dev.mailer.api.MessageId;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.examples.jsonl.JsonLinesPlugin;
import java.nio.file.Path;
import java.time.Duration;

/** Shows a way out of one's own: a plugin that brings the scheme {@code jsonl:} and writes each mail as a line of JSON. */
public final class CustomTransportMain {
    private CustomTransportMain() {}

    /** The argument is the file to write to. */
    public static void main(String[] args) {
        System.out.println(send(Path.of(Arguments.require(1, "FILE", args)[0])));
    }

    static String send(Path file) {
        try (MailerEngine mailer = open(file)) {
            MessageId id = mailer.send(mail -> mail.from("shop@example.com")
                            .to("jo@example.org", "sam@example.org")
                            .subject("Your order 4711")
                            .text("Thank you!"))
                    .id();
            return String.valueOf(mailer.await(id, Duration.ofSeconds(30)));
        }
    }

    // tag::use-plugin[]
    static MailerEngine open(Path file) {
        return Mailers.builder()
                .install(new JsonLinesPlugin())
                .transport("jsonl:" + file)
                .build();
    }
    // end::use-plugin[]
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Mailer;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.MemoryTransport;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A test of an application's own class, as the guide shows it. */
class MemoryTransportTest {
    // tag::memory-test[]
    @Test
    void a_new_customer_is_welcomed() throws Exception {
        MemoryTransport sent = new MemoryTransport();
        try (MailerEngine mailer = Mailers.builder().transport(sent).build()) {
            new Shop(mailer).register("jo@example.org");

            assertThat(sent.awaitCount(1, Duration.ofSeconds(30))).isTrue();
        }
        assertThat(sent.sent().get(0).content().asUtf8()).contains("Subject: Welcome");
    }
    // end::memory-test[]

    // tag::shop[]
    record Shop(Mailer mailer) {
        void register(String address) {
            mailer.send(mail -> mail.from("shop@example.com")
                    .to(address)
                    .subject("Welcome")
                    .text("We are glad that you are here."));
        }
    }
    // end::shop[]
}

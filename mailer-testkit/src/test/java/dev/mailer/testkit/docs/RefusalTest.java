// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.MessageId;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RefusalTest {
    // tag::scripted[]
    @Test
    void a_recipient_that_a_server_refuses_is_rejected() {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
                MailerEngine mailer = Mailers.create(server.uri())) {
            server.replyTo("jo@example.org", "550 5.1.1 no such user");

            MessageId id = mailer.send(mail -> mail.from("shop@example.com")
                            .to("jo@example.org")
                            .subject("Hello")
                            .text("Hi!"))
                    .id();

            assertThat(mailer.await(id, Duration.ofSeconds(10))
                            .deliveries()
                            .get(0)
                            .state())
                    .isEqualTo(DeliveryState.REJECTED);
            assertThat(server.mails()).isEmpty();
        }
    }
    // end::scripted[]
}

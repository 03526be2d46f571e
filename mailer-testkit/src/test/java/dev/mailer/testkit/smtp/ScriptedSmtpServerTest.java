// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Transport;
import org.junit.jupiter.api.Test;

class ScriptedSmtpServerTest {
    @Test
    void a_reaction_amid_the_content_waits_for_a_mail_that_is_large_enough() {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
                Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            server.once(Stage.MID_CONTENT, Reaction.drop());

            Outcomes small = Clients.send(transport, TestMail.to("jo@example.org"));
            Outcomes large = Clients.send(transport, TestMail.ofSize(30_000_000));
            Outcomes next = Clients.send(transport, TestMail.ofSize(100_000));

            assertThat(small.only().kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(large.only().kind()).isEqualTo(Kind.DEFERRED);
            assertThat(next.only().kind()).isEqualTo(Kind.ACCEPTED);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Transport;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One mail, one server that behaves, and what the wire looks like. */
class SmtpTransportTest {
    private final ScriptedSmtpServer server = ScriptedSmtpServer.start();
    private final Transport transport = Clients.of(server.uri() + "?" + Clients.FAST);

    @AfterEach
    void close() {
        transport.close();
        server.close();
    }

    @Test
    void a_mail_is_one_transaction() {
        Outcomes outcomes = Clients.send(transport, TestMail.to("jo@example.org", "al@example.org"));
        transport.close();

        assertThat(server.awaitEnd(Clients.PATIENCE)).isTrue();
        assertThat(outcomes.all()).hasSize(2).allSatisfy((who, outcome) -> {
            assertThat(outcome.kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(outcome.reply()).isEqualTo("250 2.0.0 taken");
        });
        assertThat(outcomes.asked()).isEqualTo(1);
        assertThat(server.sessions().get(0).transcript())
                .containsExactly(
                        "S: 220 scripted.test ESMTP",
                        "C: EHLO client.example.com",
                        "S: 250-scripted.test",
                        "S: 250-PIPELINING",
                        "S: 250-SIZE 52428800",
                        "S: 250-8BITMIME",
                        "S: 250-SMTPUTF8",
                        "S: 250 ENHANCEDSTATUSCODES",
                        "C: MAIL FROM:<shop@example.com> SIZE=26 BODY=8BITMIME",
                        "S: 250 2.1.0 ok",
                        "C: RCPT TO:<jo@example.org>",
                        "S: 250 2.1.5 ok",
                        "C: RCPT TO:<al@example.org>",
                        "S: 250 2.1.5 ok",
                        "C: DATA",
                        "S: 354 go on",
                        "S: 250 2.0.0 taken",
                        "C: QUIT",
                        "S: 221 2.0.0 bye");
        assertThat(server.mails().get(0).content().asUtf8()).isEqualTo("Subject: hello\r\n\r\nHello.\r\n");
    }

    @Test
    void a_server_without_extensions_gets_plain_commands() {
        server.once(Stage.EHLO, Reaction.reply("502 5.5.1 what"));

        Outcomes outcomes = Clients.send(transport, TestMail.to("jo@example.org"));

        assertThat(outcomes.only().kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(server.sessions().get(0).commands())
                .containsExactly(
                        "EHLO client.example.com",
                        "HELO client.example.com",
                        "MAIL FROM:<shop@example.com>",
                        "RCPT TO:<jo@example.org>",
                        "DATA");
    }

    @Test
    void the_empty_reverse_path_is_sent_as_such() {
        Clients.send(transport, TestMail.to("jo@example.org").sender(null));

        assertThat(server.mails().get(0).mailCommand()).startsWith("MAIL FROM:<>");
    }

    @Test
    void each_recipient_has_its_own_verdict() {
        server.replyTo("gone@example.org", "550 5.1.1 no such user");
        server.replyTo("full@example.org", "452 4.2.2 mailbox full");

        Outcomes outcomes = Clients.send(
                transport, TestMail.to("full@example.org", "jo@example.org", "gone@example.org", "al@example.org"));

        assertThat(outcomes.of("jo@example.org").kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(outcomes.of("al@example.org").kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(outcomes.of("gone@example.org").kind()).isEqualTo(Kind.REJECTED);
        assertThat(outcomes.of("gone@example.org").failure().phase()).isEqualTo(Phase.RCPT_TO);
        assertThat(outcomes.of("gone@example.org").failure().remoteHost()).isEqualTo("127.0.0.1:" + server.port());
        assertThat(outcomes.of("full@example.org").kind()).isEqualTo(Kind.DEFERRED);
        assertThat(outcomes.of("full@example.org").scope()).isEqualTo(Outcome.Scope.RECIPIENT);
        assertThat(server.mails()).hasSize(1);
        assertThat(server.mails().get(0).recipients()).containsExactly("jo@example.org", "al@example.org");
    }

    @Test
    void without_an_accepted_recipient_there_is_no_content_and_the_connection_is_reset_and_used_again() {
        server.once(Stage.RCPT_TO, Reaction.reply("550 5.1.1 no such user"));

        Outcomes refused = Clients.send(transport, TestMail.to("gone@example.org"));
        Outcomes taken = Clients.send(transport, TestMail.to("jo@example.org"));

        assertThat(refused.only().kind()).isEqualTo(Kind.REJECTED);
        assertThat(refused.asked()).isZero();
        assertThat(taken.only().kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(server.sessions()).hasSize(1);
        assertThat(server.sessions().get(0).commands().subList(2, 6))
                .containsExactly(
                        "RCPT TO:<gone@example.org>",
                        "DATA",
                        "RSET",
                        "MAIL FROM:<shop@example.com> SIZE=26 BODY=8BITMIME");
    }

    @Test
    void several_submissions_of_one_call_go_over_one_connection() {
        Outcomes outcomes = new Outcomes();

        transport.send(List.of(TestMail.to("a@example.org"), TestMail.to("b@example.org")), outcomes);

        assertThat(outcomes.all().values()).extracting(Outcome::kind).containsOnly(Kind.ACCEPTED);
        assertThat(server.sessions()).hasSize(1);
        assertThat(server.mails()).hasSize(2);
    }

    @Test
    void what_may_not_be_completed_never_sees_its_final_dot() {
        Outcomes outcomes = new Outcomes(submission -> false);

        Clients.send(transport, outcomes, TestMail.to("jo@example.org"));

        assertThat(outcomes.all()).isEmpty();
        assertThat(server.awaitEnd(Clients.PATIENCE)).isTrue();
        assertThat(server.mails()).isEmpty();
    }

    @Test
    void name_and_capabilities_follow_the_uri() {
        try (Transport other = Clients.of("smtp://jo:pw@relay.example.com?connections=3&maxRecipients=7")) {
            assertThat(other.name()).isEqualTo("smtp://relay.example.com:587").isEqualTo(other.toString());
            assertThat(other.capabilities().concurrency()).isEqualTo(3);
            assertThat(other.capabilities().maxRecipients()).isEqualTo(7);
        }
    }
}

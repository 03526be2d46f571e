// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a client tells of an attempt beside its outcome. */
class SmtpTranscriptTest {
    private static final TestTls TLS = Clients.Shared.TLS;

    @Test
    void the_limits_in_force_are_told() {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.builder()
                        .extensions("LIMITS MAILMAX=5 RCPTMAX=200")
                        .start();
                Transport transport = Clients.of(
                        server.uri() + "?tls=never&connections=3&maxMessagesPerConnection=7&maxRecipients=10")) {
            assertThat(send(transport, TestMail.to("jo@example.org")).get("limits"))
                    .isEqualTo("3 connections, 5 mails over one, 10 recipients at a time");
        }
    }

    @Test
    void the_first_mail_of_a_session_tells_how_it_was_opened_and_no_secret() {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.builder()
                        .startTls(TLS)
                        .credentials("jo", "hush-hush")
                        .mechanisms("PLAIN")
                        .extensions("SIZE 1000", "PIPELINING")
                        .start();
                Transport transport =
                        Clients.trusting(TLS, server.uri().replace("//", "//jo:hush-hush@") + "?ehlo=me.example")) {
            Map<String, String> facts = send(transport, TestMail.to("jo.doe@example.org"));

            assertThat(facts.get("remoteHost")).isEqualTo("127.0.0.1:" + server.port());
            assertThat(facts.get("tls")).matches("TLSv1.3 TLS_[A-Z0-9_]+, name verified");
            assertThat(facts.get("connection")).isEqualTo("new");
            List<String> lines = facts.get("transcript").lines().toList();
            assertThat(lines)
                    .contains("> EHLO me.example", "> STARTTLS", "= TLS", "> AUTH PLAIN ***", "< 235 ***", "> DATA")
                    .contains("= content")
                    .anyMatch(line -> line.startsWith("< 220 "))
                    .anyMatch(line -> line.startsWith("> MAIL FROM:<***@example.com>"))
                    .contains("> RCPT TO:<***@example.org>")
                    .noneMatch(line -> line.contains("jo.doe") || line.contains("hush"));
            assertThat(lines.get(lines.size() - 1)).startsWith("< 250 ");

            Map<String, String> second = send(transport, TestMail.to("jo.doe@example.org"));

            assertThat(second.get("connection")).isEqualTo("mail 2 over it");
            assertThat(second.get("transcript")).startsWith("> MAIL FROM:").doesNotContain("EHLO", "AUTH");
        }
    }

    @Test
    void each_recipient_is_told_what_concerns_it_whatever_a_server_repeats() {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
                Transport transport = Clients.of(server.uri() + "?tls=never")) {
            server.replyTo("ann@example.org", "550 5.1.1 <ANN@Example.ORG>: nobody here but carl@example.net");
            Submission mail = TestMail.to("ann@example.org", "bob@example.org");

            Outcomes outcomes = Clients.send(transport, mail);

            String refused = outcomes.of("ann@example.org").facts().get("transcript");
            String taken = outcomes.of("bob@example.org").facts().get("transcript");
            assertThat(refused)
                    .contains(
                            "> RCPT TO:<***@example.org>",
                            "< 550 5.1.1 <***@Example.ORG>: nobody here but ***@example.net")
                    .doesNotContainIgnoringCase("ann")
                    .doesNotContain("bob", "carl");
            assertThat(taken).contains("= content").doesNotContain("550", "ann", "bob");
        }
    }

    @Test
    void what_was_said_before_a_session_failed_is_told() {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
                Transport transport = Clients.of(server.uri() + "?tls=never")) {
            server.once(Stage.GREETING, Reaction.reply("554 5.7.1 no mail from you"));

            Map<String, String> facts = send(transport, TestMail.to("jo@example.org"));

            assertThat(facts.get("transcript")).isEqualTo("< 554 5.7.1 no mail from you");
        }
    }

    @Test
    void a_server_that_talks_a_lot_is_told_in_part() {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
                Transport transport = Clients.of(server.uri() + "?tls=never")) {
            server.once(Stage.MAIL_FROM, Reaction.reply(("550-" + "x".repeat(400) + "\r\n").repeat(20) + "550 end"));

            Map<String, String> facts = send(transport, TestMail.to("jo@example.org"));

            assertThat(facts.get("transcript"))
                    .contains("< 550 xxx", "x …\n> RCPT")
                    .hasSizeLessThan(4_000);
        }
    }

    private static Map<String, String> send(Transport transport, Submission mail) {
        Outcome outcome = Clients.send(transport, mail).only();
        return outcome.facts();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Address;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a server does not offer is not used, and mail that needs it is refused before the wire. */
class SmtpMissingExtensionsTest {
    private final ScriptedSmtpServer server = ScriptedSmtpServer.start();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void a_mail_larger_than_the_server_takes_is_refused_without_a_word() {
        try (ScriptedSmtpServer small =
                        ScriptedSmtpServer.builder().extensions("SIZE 1000").start();
                Transport transport = Clients.of(small.uri() + "?" + Clients.FAST)) {
            Outcome outcome = Clients.send(transport, TestMail.ofSize(1_001)).only();

            assertThat(outcome.kind()).isEqualTo(Kind.REJECTED);
            assertThat(outcome.failure().enhancedCode()).hasToString("5.3.4");
            assertThat(small.sessions().get(0).commands()).containsExactly("EHLO client.example.com");
        }
    }

    @Test
    void an_8_bit_body_that_must_stay_as_it_is_is_refused_where_8bitmime_is_not_offered_and_sent_where_it_is() {
        Submission mail = TestMail.needingEightBit(TestMail.of("Subject: x\r\n\r\nü\r\n", "jo@example.org"));
        try (ScriptedSmtpServer old =
                        ScriptedSmtpServer.builder().extensions("SIZE 1000000").start();
                Transport toOld = Clients.of(old.uri() + "?" + Clients.FAST);
                Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            Outcome refused = Clients.send(toOld, mail).only();
            Outcome other = Clients.send(toOld, TestMail.to("al@example.org")).only();
            Outcome taken = Clients.send(transport, mail).only();

            assertThat(refused.kind()).isEqualTo(Kind.REJECTED);
            assertThat(refused.failure().reason()).isEqualTo("8bitmime-unavailable");
            assertThat(refused.failure().enhancedCode()).hasToString("5.6.3");
            assertThat(refused.failure().phase()).isEqualTo(Phase.MAIL_FROM);
            assertThat(other.kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(old.sessions()).hasSize(1);
            assertThat(old.mails()).hasSize(1);
            assertThat(old.mails().get(0).mailCommand()).doesNotContain("BODY");
            assertThat(taken.kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(server.mails().get(0).mailCommand()).contains(" BODY=8BITMIME");
        }
    }

    @Test
    void an_international_address_that_nobody_announced_never_reaches_the_wire() {
        try (Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            Outcome recipient =
                    Clients.send(transport, TestMail.to("jürgen@example.org")).only();
            Outcome sender = Clients.send(
                            transport, TestMail.to("jo@example.org").sender(Address.of("jürgen@example.org")))
                    .only();

            assertThat(List.of(recipient, sender)).allSatisfy(outcome -> {
                assertThat(outcome.kind()).isEqualTo(Kind.REJECTED);
                assertThat(outcome.failure().phase()).isEqualTo(Phase.PREPARE);
            });
            assertThat(server.sessions()).isEmpty();
        }
    }

    @Test
    void a_mail_that_needs_smtputf8_is_refused_where_it_is_not_offered_and_sent_where_it_is() {
        Submission mail = TestMail.to("jürgen@example.org").needingSmtpUtf8();
        try (ScriptedSmtpServer old =
                        ScriptedSmtpServer.builder().extensions("8BITMIME").start();
                Transport toOld = Clients.of(old.uri() + "?" + Clients.FAST);
                Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            Outcome refused = Clients.send(toOld, mail).only();
            Outcome taken = Clients.send(transport, mail).only();

            assertThat(refused.kind()).isEqualTo(Kind.REJECTED);
            assertThat(refused.failure().enhancedCode()).hasToString("5.6.7");
            assertThat(taken.kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(server.mails().get(0).mailCommand()).endsWith(" SMTPUTF8");
            assertThat(server.mails().get(0).recipients()).containsExactly("jürgen@example.org");
        }
    }

    @Test
    void utf8_in_a_header_goes_only_with_a_mail_command_that_says_so() {
        try (Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            Clients.send(transport, TestMail.withSubjectAsWired(TestMail.to("jo@example.org")));
            Clients.send(
                    transport,
                    TestMail.withSubjectAsWired(
                            TestMail.to("jürgen@example.org").needingSmtpUtf8()));

            assertThat(server.mails().get(0).mailCommand()).doesNotContain("SMTPUTF8");
            assertThat(server.mails().get(0).content().asUtf8()).isEqualTo("Subject: ascii\r\n\r\n");
            assertThat(server.mails().get(1).mailCommand()).endsWith(" SMTPUTF8");
            assertThat(server.mails().get(1).content().asUtf8()).isEqualTo("Subject: Grüße\r\n\r\n");
        }
    }

    @Test
    void notices_are_not_asked_for_where_dsn_is_not_offered() {
        try (Transport transport = Clients.of(server.uri() + "?dsn=failure&" + Clients.FAST)) {
            assertThat(Clients.send(transport, TestMail.to("jo@example.org"))
                            .only()
                            .kind())
                    .isEqualTo(Kind.ACCEPTED);

            assertThat(server.sessions().get(0).commands())
                    .contains("RCPT TO:<jo@example.org>")
                    .filteredOn(c -> c.startsWith("MAIL"))
                    .singleElement()
                    .asString()
                    .doesNotContain("RET=", "ENVID=");
        }
    }

    @Test
    void content_leaves_behind_data_where_chunking_is_not_offered() {
        try (Transport transport = Clients.of(server.uri() + "?chunking=offered&" + Clients.FAST)) {
            assertThat(Clients.send(transport, TestMail.ofSize(200_000)).only().kind())
                    .isEqualTo(Kind.ACCEPTED);

            assertThat(server.sessions().get(0).commands()).contains("DATA").noneMatch(c -> c.startsWith("BDAT"));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Outcome.Scope;
import dev.mailer.api.spi.Transport;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** STARTTLS and implicit TLS: nothing goes in clear that should not, and nobody is trusted unseen. */
class SmtpTlsTest {
    private static final TestTls TLS = Clients.Shared.TLS;
    private static final String REQUIRED = "?tls=required&" + Clients.FAST;
    private static final String OPPORTUNISTIC = "?" + Clients.FAST;

    @Test
    void starttls_is_used_where_it_is_offered_and_the_server_is_asked_again_behind_it() {
        try (ScriptedSmtpServer server = offering(TLS);
                Transport transport = Clients.trusting(TLS, server.uri() + OPPORTUNISTIC)) {
            server.once(Stage.EHLO_AFTER_TLS, Reaction.reply("250-x", "250 SIZE 10"));

            Outcome outcome = send(transport);

            assertThat(outcome.failure().enhancedCode()).hasToString("5.3.4");
            assertThat(send(transport).kind()).isEqualTo(Kind.REJECTED);
            assertThat(server.sessions()).hasSize(1);
            assertThat(server.sessions().get(0).secure()).isTrue();
            assertThat(server.sessions().get(0).commands())
                    .containsExactly("EHLO client.example.com", "STARTTLS", "EHLO client.example.com");
        }
    }

    @Test
    void implicit_tls_begins_with_the_handshake() {
        try (ScriptedSmtpServer server =
                        ScriptedSmtpServer.builder().implicitTls(TLS).start();
                Transport transport = Clients.trusting(TLS, server.uri() + OPPORTUNISTIC)) {
            assertThat(transport.name()).startsWith("smtps://");
            assertThat(send(transport).kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(server.sessions().get(0).commands()).doesNotContain("STARTTLS");
        }
    }

    @Test
    void tls_never_does_not_ask() {
        try (ScriptedSmtpServer server = offering(TLS);
                Transport transport = Clients.trusting(TLS, server.uri() + "?tls=never&" + Clients.FAST)) {
            assertThat(send(transport).kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(server.sessions().get(0).secure()).isFalse();
        }
    }

    @Nested
    class Required {
        @Test
        void a_server_that_does_not_offer_it_gets_no_mail() {
            try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
                    Transport transport = Clients.trusting(TLS, server.uri() + REQUIRED)) {
                assertDeferred(send(transport), "tls-unavailable", server, 1);
            }
        }

        @Test
        void a_server_that_knows_helo_only_gets_no_mail() {
            try (ScriptedSmtpServer server = offering(TLS);
                    Transport transport = Clients.trusting(TLS, server.uri() + REQUIRED)) {
                server.reply(Stage.EHLO, "502 5.5.1 what");

                assertDeferred(send(transport), "tls-unavailable", server, 1);
            }
        }

        static Stream<Arguments> failures() {
            return Stream.of(
                    Arguments.of(Stage.STARTTLS, Reaction.reply("454 4.7.0 not now"), Phase.TLS),
                    Arguments.of(Stage.STARTTLS, Reaction.reply("502 5.5.1 what"), Phase.TLS),
                    Arguments.of(Stage.STARTTLS, Reaction.drop(), Phase.TLS),
                    Arguments.of(Stage.STARTTLS, Reaction.rawAndDrop("220 go\r\n"), Phase.TLS),
                    Arguments.of(Stage.STARTTLS, Reaction.raw("?\r\n"), Phase.TLS),
                    Arguments.of(Stage.EHLO_AFTER_TLS, Reaction.reply("502 5.5.1 what"), Phase.TLS),
                    Arguments.of(Stage.EHLO_AFTER_TLS, Reaction.reply("451 4.3.0 later"), Phase.TLS),
                    Arguments.of(Stage.EHLO_AFTER_TLS, Reaction.drop(), Phase.TLS));
        }

        @ParameterizedTest
        @MethodSource("failures")
        void no_failure_leads_to_clear_text(Stage stage, Reaction reaction, Phase phase) {
            try (ScriptedSmtpServer server = offering(TLS);
                    Transport transport = Clients.trusting(TLS, server.uri() + REQUIRED)) {
                server.always(stage, reaction);

                Outcome outcome = send(transport);

                assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
                assertThat(outcome.scope()).isEqualTo(Scope.DESTINATION);
                assertThat(outcome.failure().phase()).isEqualTo(phase);
                assertNoMail(server, 1);
            }
        }

        @Test
        void a_handshake_that_hangs_ends_in_time() {
            try (ScriptedSmtpServer server = offering(TLS);
                    Transport transport =
                            Clients.trusting(TLS, server.uri() + "?tls=required&tlsTimeout=200ms&readTimeout=20s")) {
                server.always(Stage.STARTTLS, Reaction.replyAndStall("220 go"));
                assertDeferred(send(transport), "timeout", server, 1);
            }
        }
    }

    @Nested
    class Certificates {
        static Stream<Arguments> untrusted() {
            TestTls expired = TestTls.expired();
            TestTls other = TestTls.otherHost();
            return Stream.of(
                    Arguments.of("unknown issuer", TLS, other),
                    Arguments.of("expired", expired, expired),
                    Arguments.of("other host", other, other));
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("untrusted")
        void a_certificate_that_does_not_verify_ends_the_attempt(String what, TestTls shown, TestTls trusted) {
            for (String options : List.of(REQUIRED, OPPORTUNISTIC)) {
                try (ScriptedSmtpServer server = offering(shown);
                        Transport transport = Clients.trusting(trusted, server.uri() + options)) {
                    assertDeferred(send(transport), "tls-untrusted", server, 1);
                }
            }
            try (ScriptedSmtpServer server =
                            ScriptedSmtpServer.builder().implicitTls(shown).start();
                    Transport transport = Clients.trusting(trusted, server.uri() + OPPORTUNISTIC)) {
                assertDeferred(send(transport), "tls-untrusted", server, 1);
            }
        }
    }

    @Test
    void a_name_in_the_subject_of_the_certificate_is_not_enough() {
        TestTls tls = TestTls.commonName();
        try (ScriptedSmtpServer server = offering(tls);
                Transport transport =
                        Clients.trusting(tls, server.uri().replace("127.0.0.1", "localhost") + REQUIRED)) {
            assertDeferred(send(transport), "tls-untrusted", server, 1);
        }
    }

    @Nested
    class Opportunistic {
        static Stream<Reaction> failures() {
            return Stream.of(
                    Reaction.reply("454 4.7.0 not now"),
                    Reaction.reply("502 5.5.1 what"),
                    Reaction.replyAndDrop("220 go"),
                    Reaction.drop());
        }

        @ParameterizedTest
        @MethodSource("failures")
        void a_failure_leads_to_clear_text_over_a_new_connection(Reaction reaction) {
            try (ScriptedSmtpServer server = offering(TLS);
                    Transport transport = Clients.trusting(TLS, server.uri() + OPPORTUNISTIC)) {
                server.always(Stage.STARTTLS, reaction);

                assertThat(send(transport).kind()).isEqualTo(Kind.ACCEPTED);
                assertThat(server.sessions()).hasSize(2);
                assertThat(server.sessions().get(1).secure()).isFalse();
                assertThat(server.sessions().get(1).commands()).doesNotContain("STARTTLS");
            }
        }

        @ParameterizedTest
        @MethodSource("failures")
        void with_credentials_it_does_not(Reaction reaction) {
            try (ScriptedSmtpServer server = offering(TLS);
                    Transport transport = Clients.trusting(
                            TLS, server.uri().replace("//", "//jo:pw@") + "?tls=opportunistic&" + Clients.FAST)) {
                server.always(Stage.STARTTLS, reaction);

                assertThat(send(transport).kind()).isEqualTo(Kind.DEFERRED);
                assertNoMail(server, 1);
            }
        }
    }

    @Test
    void plain_text_behind_the_reply_to_starttls_is_an_attack() {
        for (String options : List.of(REQUIRED, OPPORTUNISTIC)) {
            try (ScriptedSmtpServer server = offering(TLS);
                    Transport transport = Clients.trusting(TLS, server.uri() + options)) {
                server.always(Stage.STARTTLS, Reaction.withExtra("250-injected", "250 SMTPUTF8"));

                assertDeferred(send(transport), "protocol-error", server, 1);
            }
        }
    }

    @Test
    void a_tls_connection_cut_behind_the_dot_is_ambiguous_and_before_it_is_not() {
        try (ScriptedSmtpServer server = offering(TLS);
                Transport transport = Clients.trusting(TLS, server.uri() + REQUIRED)) {
            server.once(Stage.FINAL_REPLY, Reaction.drop());
            Outcome behind = send(transport);
            server.once(Stage.MID_CONTENT, Reaction.drop());
            Outcome before =
                    Clients.send(transport, TestMail.ofSize(30_000_000)).only();

            assertThat(behind.kind()).isEqualTo(Kind.AMBIGUOUS);
            assertThat(before.kind()).isEqualTo(Kind.DEFERRED);
        }
    }

    @Test
    void an_idle_tls_connection_closed_by_the_server_is_replaced() {
        try (ScriptedSmtpServer server = offering(TLS);
                Transport transport = Clients.trusting(TLS, server.uri() + REQUIRED)) {
            assertThat(send(transport).kind()).isEqualTo(Kind.ACCEPTED);
            server.disconnectAll();

            assertThat(send(transport).kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(server.sessions()).hasSize(2);
        }
    }

    @Test
    void what_a_server_says_unasked_over_tls_is_no_reply_to_the_next_command() {
        try (ScriptedSmtpServer server = offering(TLS);
                Transport transport = Clients.trusting(TLS, server.uri() + REQUIRED)) {
            assertThat(send(transport).kind()).isEqualTo(Kind.ACCEPTED);
            server.sayToAll("250 2.1.0 ok");

            assertThat(send(transport).kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(server.sessions()).hasSize(2);
        }
    }

    @Test
    void a_refusal_amid_the_content_counts_over_tls_too() {
        try (ScriptedSmtpServer server = offering(TLS);
                Transport transport = Clients.trusting(TLS, server.uri() + REQUIRED)) {
            server.once(Stage.MID_CONTENT, Reaction.replyAndDrop("552 5.3.4 too large"));

            Outcome outcome =
                    Clients.send(transport, TestMail.ofSize(30_000_000)).only();

            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.REJECTED);
            assertThat(outcome.failure().code()).isEqualTo(552);
        }
    }

    private static ScriptedSmtpServer offering(TestTls tls) {
        return ScriptedSmtpServer.builder().startTls(tls).start();
    }

    private static Outcome send(Transport transport) {
        return Clients.send(transport, TestMail.to("jo@example.org")).only();
    }

    private static void assertDeferred(Outcome outcome, String reason, ScriptedSmtpServer server, int sessions) {
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.DEFERRED);
        assertThat(outcome.failure().phase()).isEqualTo(Phase.TLS);
        assertThat(outcome.failure().reason()).as(outcome.toString()).isEqualTo(reason);
        assertNoMail(server, sessions);
    }

    private static void assertNoMail(ScriptedSmtpServer server, int sessions) {
        assertThat(server.sessions()).hasSize(sessions);
        assertThat(server.sessions().get(0).commands()).noneMatch(c -> c.startsWith("MAIL") || c.startsWith("AUTH"));
        assertThat(server.mails()).isEmpty();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Transport;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What servers offer beyond the plain protocol, and LMTP. */
class SmtpExtensionsTest {
    private static final String A = "a@example.org";
    private static final String B = "b@example.org";

    private final ScriptedSmtpServer server = ScriptedSmtpServer.builder()
            .extensions("PIPELINING", "CHUNKING", "DSN", "LIMITS MAILMAX=3 RCPTMAX=4", "SMTPUTF8")
            .start();

    @AfterEach
    void close() {
        server.close();
    }

    private Transport transport(String options) {
        return Clients.of(server.uri() + "?" + options + "&" + Clients.FAST);
    }

    @Nested
    class Chunking {
        private final Transport transport = transport("chunking=offered");

        @AfterEach
        void close() {
            transport.close();
        }

        @Test
        void the_content_is_the_last_chunk_and_the_next_mail_follows_it() {
            Outcomes outcomes = Clients.send(transport, TestMail.to(A), TestMail.to(B));

            assertThat(outcomes.all().values())
                    .hasSize(2)
                    .extracting(Outcome::kind)
                    .containsOnly(Kind.ACCEPTED);
            assertThat(server.sessions()).hasSize(1);
            assertThat(server.sessions().get(0).commands())
                    .containsExactly(
                            "EHLO client.example.com",
                            "MAIL FROM:<shop@example.com>",
                            "RCPT TO:<" + A + ">",
                            "BDAT 26 LAST",
                            "MAIL FROM:<shop@example.com>",
                            "RCPT TO:<" + B + ">",
                            "BDAT 26 LAST");
            assertThat(server.mails().get(1).content().asUtf8()).isEqualTo("Subject: hello\r\n\r\nHello.\r\n");
        }

        @Test
        void a_large_mail_leaves_in_several_chunks() {
            Outcomes outcomes = Clients.send(transport, TestMail.ofSize(200_000));

            assertThat(outcomes.only().kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(server.mails().get(0).content().length()).isBetween(200_000, 200_100);
            assertThat(server.sessions().get(0).commands().stream().filter(c -> c.startsWith("BDAT")))
                    .hasSize(4)
                    .startsWith("BDAT 65536");
        }

        @Test
        void a_chunk_that_is_refused_ends_the_mail_and_not_the_next() {
            server.once(Stage.CHUNK, Reaction.reply("552 5.3.4 too large"));

            Outcomes refused = Clients.send(transport, TestMail.ofSize(3_000_000));
            Outcomes taken = Clients.send(transport, TestMail.to(A));

            assertThat(refused.only().kind()).as(refused.only().toString()).isEqualTo(Kind.REJECTED);
            assertThat(refused.only().failure().code()).isEqualTo(552);
            assertThat(taken.only().kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(server.mails()).hasSize(1);
        }

        @Test
        void a_connection_lost_before_the_last_chunk_is_not_ambiguous_and_behind_it_is() {
            server.once(Stage.CHUNK, Reaction.drop());
            Outcome early = Clients.send(transport, TestMail.ofSize(3_000_000)).only();
            server.once(Stage.FINAL_REPLY, Reaction.drop());
            Outcome late = Clients.send(transport, TestMail.ofSize(300_000)).only();

            assertThat(early.kind()).isEqualTo(Kind.DEFERRED);
            assertThat(early.failure().phase()).isEqualTo(Phase.DATA);
            assertThat(late.kind()).isEqualTo(Kind.AMBIGUOUS);
        }

        @Test
        void what_may_not_be_completed_never_sees_its_last_chunk() {
            Outcomes outcomes = new Outcomes(submission -> false);

            Clients.send(transport, outcomes, TestMail.to(A));

            assertThat(outcomes.all()).isEmpty();
            assertThat(server.awaitEnd(Clients.PATIENCE)).isTrue();
            assertThat(server.sessions().get(0).commands()).noneMatch(c -> c.startsWith("BDAT"));
        }
    }

    @Nested
    class Lmtp {
        private final Transport transport = Clients.of(server.lmtpUri() + "?" + Clients.FAST);

        @AfterEach
        void close() {
            transport.close();
        }

        @Test
        void each_recipient_has_a_reply_of_its_own() {
            server.replyTo(B, "550 5.1.1 nobody").once(Stage.FINAL_REPLY, Reaction.reply("452 4.2.2 mailbox full"));

            Outcomes outcomes =
                    Clients.send(transport, TestMail.to(A, B, "c@example.org"), TestMail.to("d@example.org"));

            assertThat(transport.name()).isEqualTo(server.lmtpUri());
            assertThat(server.sessions().get(0).commands()).startsWith("LHLO client.example.com");
            assertThat(outcomes.of(A).kind()).isEqualTo(Kind.DEFERRED);
            assertThat(outcomes.of(A).failure().phase()).isEqualTo(Phase.FINAL_REPLY);
            assertThat(outcomes.of(B).kind()).isEqualTo(Kind.REJECTED);
            assertThat(outcomes.of("c@example.org").kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(outcomes.of("d@example.org").kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(server.sessions()).hasSize(1);
        }

        @Test
        void a_connection_lost_amid_the_replies_leaves_only_the_rest_in_doubt() {
            server.once(Stage.FINAL_REPLY, Reaction.reply("250 2.0.0 taken")).once(Stage.FINAL_REPLY, Reaction.drop());

            Outcomes outcomes = Clients.send(transport, TestMail.to(A, B));

            assertThat(outcomes.of(A).kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(outcomes.of(B).kind()).isEqualTo(Kind.AMBIGUOUS);
        }
    }

    @Test
    void a_server_is_asked_for_notices_that_name_the_mail() {
        try (Transport transport = transport("dsn=failure,delay")) {
            String id = sendAndReturnId(transport, "a+b=c@example.org");

            assertThat(server.sessions().get(0).commands())
                    .contains(
                            "MAIL FROM:<shop@example.com> RET=HDRS ENVID=" + id,
                            "RCPT TO:<a+b=c@example.org> NOTIFY=FAILURE,DELAY ORCPT=rfc822;a+2Bb+3Dc@example.org");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'dsn=failure&dsnReturn=full', ' RET=FULL', ' NOTIFY=FAILURE'",
        "'dsn=never&dsnReturn=headers', ' RET=HDRS', ' NOTIFY=NEVER'",
        "'dsnReturn=full', ' RET=FULL', ''"
    })
    void a_server_is_asked_for_what_comes_back(String options, String returned, String notify) {
        try (Transport transport = transport(options)) {
            String id = sendAndReturnId(transport, A);

            assertThat(server.sessions().get(0).commands())
                    .contains(
                            "MAIL FROM:<shop@example.com>" + returned + " ENVID=" + id,
                            "RCPT TO:<" + A + ">" + notify + " ORCPT=rfc822;" + A);
        }
    }

    @Test
    void a_server_is_left_to_its_ways_unless_it_is_asked() {
        try (Transport transport = transport("tls=opportunistic")) {
            Clients.send(transport, TestMail.to(A));

            assertThat(server.sessions().get(0).commands())
                    .contains("MAIL FROM:<shop@example.com>", "RCPT TO:<" + A + ">");
        }
    }

    @Test
    void no_more_recipients_are_said_than_a_server_takes() {
        String[] recipients =
                IntStream.range(0, 6).mapToObj(i -> i + "@example.org").toArray(String[]::new);
        try (Transport transport = transport("tls=opportunistic")) {
            Outcomes outcomes = Clients.send(transport, TestMail.to(recipients));

            assertThat(server.mails().get(0).recipients()).hasSize(4);
            assertThat(outcomes.of("3@example.org").kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(outcomes.of("4@example.org").isUntried()).isTrue();
            assertThat(outcomes.of("5@example.org").failure().reason()).isEqualTo("too-many-recipients");
        }
    }

    @Test
    void no_more_mails_go_over_a_connection_than_a_server_takes() {
        try (Transport transport = transport("connections=1")) {
            for (int i = 0; i < 7; i++) {
                assertThat(Clients.send(transport, TestMail.to(A)).only().kind())
                        .isEqualTo(Kind.ACCEPTED);
            }

            assertThat(server.sessions()).hasSize(3);
        }
    }

    @Test
    void no_more_domains_go_over_a_connection_than_a_server_takes() {
        try (ScriptedSmtpServer two = ScriptedSmtpServer.builder()
                        .extensions("PIPELINING", "LIMITS RCPTDOMAINMAX=2")
                        .start();
                Transport transport = Clients.of(two.uri() + "?" + Clients.FAST)) {
            Outcomes outcomes = Clients.send(
                    transport,
                    TestMail.to("a@one.example", "b@one.example"),
                    TestMail.to("c@one.example", "d@two.example", "e@three.example", "f@TWO.example"),
                    TestMail.to("g@three.example"));

            assertThat(outcomes.all()).hasSize(7);
            assertThat(outcomes.of("e@three.example").isUntried()).isTrue();
            assertThat(outcomes.of("e@three.example").failure().reason()).isEqualTo("too-many-recipients");
            assertThat(outcomes.of("g@three.example").kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(two.sessions()).hasSize(2);
            assertThat(two.sessions().get(0).mails())
                    .extracting(ReceivedMail::recipients)
                    .containsExactly(
                            List.of("a@one.example", "b@one.example"),
                            List.of("c@one.example", "d@two.example", "f@two.example"));
        }
    }

    private static String sendAndReturnId(Transport transport, String recipient) {
        var mail = TestMail.to(recipient);
        Clients.send(transport, mail);
        return mail.messageId().toString();
    }
}

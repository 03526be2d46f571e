// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Outcome.Scope;
import dev.mailer.api.spi.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers that are bad before the first MAIL: no mail is lost or half sent, and none waits longer than it was told to. */
class SmtpOpeningFaultsTest {
    private static final TestTls TLS = Clients.Shared.TLS;
    private static final String IMPATIENT =
            "connectTimeout=300ms&readTimeout=300ms&tlsTimeout=300ms&writeTimeout=300ms";
    /** For what comes behind a handshake, which takes its time on a busy machine. */
    private static final String READS_IMPATIENTLY = "connectTimeout=20s&tlsTimeout=20s&readTimeout=";

    private static final Duration SOON = Duration.ofSeconds(40);

    @Test
    void a_connect_that_is_never_answered_ends_in_time() throws IOException {
        try (BlackHole hole = new BlackHole(InetAddress.getLoopbackAddress(), 0);
                Transport transport = Clients.of("smtp://127.0.0.1:" + hole.port() + "?" + IMPATIENT)) {
            assertDeferred(send(transport), Phase.CONNECT, "timeout");
        }
    }

    @Test
    void a_server_that_connects_and_never_speaks_ends_in_time() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                Transport clear = Clients.of("smtp://127.0.0.1:" + mute.getLocalPort() + "?" + IMPATIENT)) {
            assertDeferred(send(clear), Phase.CONNECT, "timeout");
            assertDeferred(Clients.ofLate(Phase.TLS, step -> sendOverTls(mute, step)), Phase.TLS, "timeout");
        }
    }

    private static Outcome sendOverTls(ServerSocket mute, Duration step) {
        String steps = "?connectTimeout=%1$s&tlsTimeout=%1$s&readTimeout=%1$s".formatted(step);
        try (Transport tls = Clients.of("smtps://127.0.0.1:" + mute.getLocalPort() + steps)) {
            return send(tls);
        }
    }

    @ParameterizedTest
    @CsvSource({"502 5.5.1 what, 502 5.5.1 what", "550 5.7.1 not you, 504 5.5.4 nor so", "500 what, 421 4.3.2 bye"})
    void a_server_that_takes_neither_ehlo_nor_helo_is_tried_again_later(String toEhlo, String toHelo) {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
                Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            server.once(Stage.EHLO, Reaction.reply(toEhlo)).once(Stage.HELO, Reaction.reply(toHelo));

            Outcome outcome = send(transport);

            assertDeferred(outcome, Phase.CONNECT, "connection-" + (toHelo.startsWith("4") ? "deferred" : "rejected"));
            assertThat(outcome.failure().code()).isEqualTo(Integer.parseInt(toHelo.substring(0, 3)));
            assertThat(server.sessions().get(0).commands()).noneMatch(c -> c.startsWith("MAIL"));
            assertThat(send(transport).kind()).isEqualTo(Kind.ACCEPTED);
        }
    }

    @Test
    void a_server_that_refuses_ehlo_and_closes_is_known_by_its_words() {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
                Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            server.once(Stage.EHLO, Reaction.replyAndDrop("554 5.7.1 your address is blocked"));

            Outcome outcome = send(transport);

            assertDeferred(outcome, Phase.CONNECT, "connection-rejected");
            assertThat(outcome.failure().code()).isEqualTo(554);
            assertThat(outcome.failure().text()).contains("your address is blocked");
        }
    }

    /** By name, what is done where a read may take so long. */
    static Stream<Arguments> slowly() {
        return Stream.of(
                Arguments.of("stall", slowly(step -> Reaction.stall())),
                Arguments.of("drip", slowly(step -> Reaction.drip(step.dividedBy(4)))));
    }

    private static Function<Duration, Reaction> slowly(Function<Duration, Reaction> reaction) {
        return reaction;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("slowly")
    void a_slow_reply_to_starttls_ends_in_time(String fault, Function<Duration, Reaction> reaction) {
        Outcome required =
                Clients.ofLate(Phase.TLS, step -> sendByStartTls("tls=required", step, reaction.apply(step), 1));
        Outcome opportunistic = Clients.undisturbed(
                step -> sendByStartTls("tls=opportunistic", step, reaction.apply(step), 2), Clients::isLate);

        assertDeferred(required, Phase.TLS, "timeout");
        assertThat(opportunistic.kind()).isEqualTo(Kind.ACCEPTED);
    }

    private static Outcome sendByStartTls(String policy, Duration step, Reaction reaction, int sessions) {
        try (ScriptedSmtpServer server =
                        ScriptedSmtpServer.builder().startTls(TLS).start();
                Transport transport =
                        Clients.trusting(TLS, server.uri() + "?" + policy + "&" + READS_IMPATIENTLY + step)) {
            server.always(Stage.STARTTLS, reaction);
            Outcome outcome = send(transport);
            assertThat(server.mails()).hasSize(outcome.kind() == Kind.ACCEPTED ? 1 : 0);
            assertThat(server.sessions()).hasSizeLessThanOrEqualTo(sessions).noneMatch(RecordedSession::secure);
            return outcome;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("slowly")
    void a_slow_reply_to_auth_ends_in_time(String fault, Function<Duration, Reaction> reaction) {
        for (String mechanism : List.of("PLAIN", "LOGIN")) {
            List<Outcome> both = Clients.undisturbed(
                    step -> sendTwice(mechanism, Stage.AUTH, step, reaction.apply(step)),
                    outcomes -> Clients.isLateBefore(Phase.AUTH, outcomes.get(0)) || Clients.isLate(outcomes.get(1)));

            assertDeferred(both.get(0), Phase.AUTH, "timeout");
            assertThat(both.get(1).kind()).isEqualTo(Kind.ACCEPTED);
        }
    }

    /** The outcome of the mail that meets the reaction, and that of the next. */
    private static List<Outcome> sendTwice(String mechanism, Stage stage, Duration step, Reaction reaction) {
        try (ScriptedSmtpServer server = withLogin(mechanism);
                Transport transport = login(server, "tls=required&" + READS_IMPATIENTLY + step)) {
            server.once(stage, reaction);
            Outcome first = send(transport);
            assertThat(server.mails()).isEmpty();
            if (stage == Stage.AUTH_CHALLENGE && !Clients.isLateBefore(Phase.AUTH, first)) {
                assertThat(server.sessions().get(0).commands())
                        .filteredOn(c -> !c.equals("QUIT"))
                        .endsWith("AUTH LOGIN");
            }
            return List.of(first, send(transport));
        }
    }

    static Stream<Arguments> challenges() {
        return Stream.of(
                Arguments.of(slowly(step -> Reaction.stall()), "timeout", 0),
                Arguments.of(slowly(step -> Reaction.drip(step.dividedBy(4))), "timeout", 0),
                Arguments.of(slowly(step -> Reaction.drop()), "connection-lost", 0),
                Arguments.of(slowly(step -> Reaction.rawAndDrop("334")), "connection-lost", 0),
                Arguments.of(slowly(step -> Reaction.raw("?\r\n")), "protocol-error", 0),
                Arguments.of(slowly(step -> Reaction.reply("451 4.7.0 later")), "authentication-deferred", 451),
                Arguments.of(slowly(step -> Reaction.reply("421 4.3.2 bye")), "authentication-deferred", 421));
    }

    @ParameterizedTest
    @MethodSource("challenges")
    void a_bad_challenge_gets_no_password(Function<Duration, Reaction> reaction, String reason, int code) {
        List<Outcome> both = Clients.undisturbed(
                step -> sendTwice("LOGIN", Stage.AUTH_CHALLENGE, step, reaction.apply(step)),
                outcomes -> Clients.isLateBefore(Phase.AUTH, outcomes.get(0))
                        || (Clients.isLate(outcomes.get(0)) && !reason.equals("timeout"))
                        || Clients.isLate(outcomes.get(1)));

        Outcome outcome = both.get(0);
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.DEFERRED);
        assertThat(outcome.failure().phase()).isEqualTo(Phase.AUTH);
        assertThat(outcome.failure().reason()).isEqualTo(reason);
        assertThat(outcome.failure().code()).isEqualTo(code);
        assertThat(both.get(1).kind()).isEqualTo(Kind.ACCEPTED);
    }

    @ParameterizedTest
    @CsvSource({
        // a ServerHello that chooses TLS 1.0, then one that chooses TLS 1.1 (RFC 5246 §7.4.1.3)
        "160301002a020000260301@00c01300, TLS10",
        "160302002a020000260302@00c01300, TLS11",
        // the alert protocol_version (RFC 5246 §7.2), as a server without TLS 1.2 answers
        "15030100020246, protocol_version"
    })
    void an_old_tls_version_is_refused_and_named(String answer, String named) throws IOException {
        byte[] octets = HexFormat.of().parseHex(answer.replace("@", "5a".repeat(32)));
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                Transport transport = Clients.of("smtps://127.0.0.1:" + listener.getLocalPort() + "?" + Clients.FAST)) {
            Thread server = answerHello(listener, octets);

            Outcome outcome = send(transport);

            assertDeferred(outcome, Phase.TLS, "tls-failed");
            assertThat(outcome.failure().text()).contains(named);
            server.interrupt();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "EHLO_AFTER_TLS, TLS",
        "AUTH, AUTH",
        "MAIL_FROM, MAIL_FROM",
        "RCPT_TO, RCPT_TO",
        "DATA, DATA",
    })
    void tls_that_ends_without_close_notify_is_a_lost_connection(Stage stage, Phase phase) {
        try (ScriptedSmtpServer server = withLogin("PLAIN");
                Transport transport = login(server, "tls=required&" + Clients.FAST)) {
            for (Reaction reaction : List.of(Reaction.drop(), Reaction.rawAndDrop("250-2.0.0 cut"))) {
                server.once(stage, reaction);

                assertDeferred(send(transport), phase, "connection-lost");
            }
            assertThat(server.mails()).isEmpty();
            assertThat(send(transport).kind()).isEqualTo(Kind.ACCEPTED);
        }
    }

    @Test
    void behind_the_final_dot_only_a_whole_reply_counts_when_tls_ends_without_close_notify() {
        try (ScriptedSmtpServer server = withLogin("PLAIN");
                Transport transport = login(server, "tls=required&" + Clients.FAST)) {
            server.once(Stage.FINAL_REPLY, Reaction.replyAndDrop("250 2.0.0 taken"));
            assertThat(send(transport).kind()).isEqualTo(Kind.ACCEPTED);
            server.once(Stage.FINAL_REPLY, Reaction.rawAndDrop("250-2.0.0 taken\r\n"));
            assertThat(send(transport).kind()).isEqualTo(Kind.AMBIGUOUS);
            server.once(Stage.FINAL_REPLY, Reaction.rawAndDrop("250 2.0.0 taken"));
            assertThat(send(transport).kind()).isEqualTo(Kind.AMBIGUOUS);
        }
    }

    private static ScriptedSmtpServer withLogin(String mechanism) {
        return ScriptedSmtpServer.builder()
                .startTls(TLS)
                .credentials("jo", "pw")
                .mechanisms(mechanism)
                .start();
    }

    private static Transport login(ScriptedSmtpServer server, String options) {
        return Clients.trusting(TLS, server.uri().replace("//", "//jo:pw@") + "?" + options);
    }

    private static Outcome send(Transport transport) {
        long start = System.nanoTime();
        Outcome outcome = Clients.send(transport, TestMail.to("jo@example.org")).only();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        return outcome;
    }

    private static void assertDeferred(Outcome outcome, Phase phase, String reason) {
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.DEFERRED);
        assertThat(outcome.scope()).as(outcome.toString()).isEqualTo(Scope.DESTINATION);
        assertThat(outcome.failure().phase()).as(outcome.toString()).isEqualTo(phase);
        assertThat(outcome.failure().reason()).as(outcome.toString()).isEqualTo(reason);
    }

    /** Says these octets to the first client as soon as it has spoken, and then nothing. */
    private static Thread answerHello(ServerSocket listener, byte[] octets) {
        Thread thread = new Thread(() -> {
            try (Socket socket = listener.accept()) {
                InputStream in = socket.getInputStream();
                in.readNBytes(5);
                socket.getOutputStream().write(octets);
                in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // the client has closed
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}

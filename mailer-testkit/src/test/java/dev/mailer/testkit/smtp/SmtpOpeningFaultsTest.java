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
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
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
    private static final String READS_IMPATIENTLY = "connectTimeout=5s&tlsTimeout=5s&readTimeout=2s";

    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void a_connect_that_is_never_answered_ends_in_time() throws IOException {
        List<Socket> queued = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            fillBacklog(full, queued);
            try (Transport transport = Clients.of("smtp://127.0.0.1:" + full.getLocalPort() + "?" + IMPATIENT)) {
                assertDeferred(send(transport), Phase.CONNECT, "timeout");
            }
        } finally {
            for (Socket socket : queued) {
                socket.close();
            }
        }
    }

    @Test
    void a_server_that_connects_and_never_speaks_ends_in_time() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                Transport clear = Clients.of("smtp://127.0.0.1:" + mute.getLocalPort() + "?" + IMPATIENT);
                Transport tls = Clients.of("smtps://127.0.0.1:" + mute.getLocalPort() + "?" + IMPATIENT)) {
            assertDeferred(send(clear), Phase.CONNECT, "timeout");
            assertDeferred(send(tls), Phase.TLS, "timeout");
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

    static Stream<Arguments> slowly() {
        return Stream.of(
                Arguments.of("stall", Reaction.stall()), Arguments.of("drip", Reaction.drip(Duration.ofMillis(500))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("slowly")
    void a_slow_reply_to_starttls_ends_in_time(String fault, Reaction reaction) {
        try (ScriptedSmtpServer server =
                        ScriptedSmtpServer.builder().startTls(TLS).start();
                Transport required = Clients.trusting(TLS, server.uri() + "?tls=required&" + READS_IMPATIENTLY);
                Transport opportunistic = Clients.trusting(TLS, server.uri() + "?" + READS_IMPATIENTLY)) {
            server.always(Stage.STARTTLS, reaction);

            assertDeferred(send(required), Phase.TLS, "timeout");
            assertThat(server.mails()).isEmpty();
            assertThat(send(opportunistic).kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(server.sessions()).hasSize(3).noneMatch(RecordedSession::secure);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("slowly")
    void a_slow_reply_to_auth_ends_in_time(String fault, Reaction reaction) {
        for (String mechanism : List.of("PLAIN", "LOGIN")) {
            try (ScriptedSmtpServer server = withLogin(mechanism);
                    Transport transport = login(server, "tls=required&" + READS_IMPATIENTLY)) {
                server.once(Stage.AUTH, reaction);

                assertDeferred(send(transport), Phase.AUTH, "timeout");
                assertThat(server.mails()).isEmpty();
                assertThat(send(transport).kind()).isEqualTo(Kind.ACCEPTED);
            }
        }
    }

    static Stream<Arguments> challenges() {
        return Stream.of(
                Arguments.of(Reaction.stall(), "timeout", 0),
                Arguments.of(Reaction.drip(Duration.ofMillis(500)), "timeout", 0),
                Arguments.of(Reaction.drop(), "connection-lost", 0),
                Arguments.of(Reaction.rawAndDrop("334"), "connection-lost", 0),
                Arguments.of(Reaction.raw("?\r\n"), "protocol-error", 0),
                Arguments.of(Reaction.reply("451 4.7.0 later"), "authentication-deferred", 451),
                Arguments.of(Reaction.reply("421 4.3.2 bye"), "authentication-deferred", 421));
    }

    @ParameterizedTest
    @MethodSource("challenges")
    void a_bad_challenge_gets_no_password(Reaction reaction, String reason, int code) {
        try (ScriptedSmtpServer server = withLogin("LOGIN");
                Transport transport = login(server, "tls=required&" + READS_IMPATIENTLY)) {
            server.once(Stage.AUTH_CHALLENGE, reaction);

            Outcome outcome = send(transport);

            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.DEFERRED);
            assertThat(outcome.failure().phase()).isEqualTo(Phase.AUTH);
            assertThat(outcome.failure().reason()).isEqualTo(reason);
            assertThat(outcome.failure().code()).isEqualTo(code);
            assertThat(server.sessions().get(0).commands())
                    .filteredOn(c -> !c.equals("QUIT"))
                    .endsWith("AUTH LOGIN");
            assertThat(send(transport).kind()).isEqualTo(Kind.ACCEPTED);
        }
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

    /** Connects until the kernel answers no more: nobody accepts. */
    private static void fillBacklog(ServerSocket listener, List<Socket> queued) throws IOException {
        for (int i = 0; i < 64; i++) {
            Socket socket = new Socket();
            queued.add(socket);
            try {
                socket.connect(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()), 200);
            } catch (SocketTimeoutException e) {
                return;
            }
        }
        throw new AssertionError("the backlog has no end");
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

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Outcome.Scope;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes wrong amid the content, up to the reply to its end: the dot leaves only where nothing was said against it. */
class SmtpMidContentTest {
    private final ScriptedSmtpServer server = ScriptedSmtpServer.start();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void a_peer_that_does_not_read_does_not_hold_the_thread() {
        Submission large = TestMail.ofSize(30_000_000);

        Outcome outcome = Clients.ofLate(
                Phase.DATA, step -> Clients.sendImpatiently(step, Stage.CONTENT, s -> Reaction.stall(), large));

        assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
        assertThat(outcome.failure().phase()).isEqualTo(Phase.DATA);
        assertThat(outcome.failure().reason()).isEqualTo("timeout");
    }

    @Test
    void a_connection_lost_amid_the_content_is_not_ambiguous() {
        server.once(Stage.MID_CONTENT, Reaction.drop());
        try (Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            Outcomes outcomes = Clients.send(transport, TestMail.ofSize(30_000_000));

            assertThat(outcomes.only().kind()).isEqualTo(Kind.DEFERRED);
            assertThat(outcomes.only().failure().phase()).isEqualTo(Phase.DATA);
            assertThat(outcomes.asked()).isZero();
            Clients.assertNextMailPasses(server, transport);
        }
    }

    @Test
    void a_refusal_amid_the_content_counts_and_the_dot_is_not_sent() {
        server.once(Stage.DATA, Reaction.withExtra("552 5.3.4 too large"));
        try (Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            Outcomes outcomes = Clients.send(transport, TestMail.to("jo@example.org"));

            assertThat(outcomes.only().kind()).isEqualTo(Kind.REJECTED);
            assertThat(outcomes.only().failure().phase()).isEqualTo(Phase.DATA);
            assertThat(outcomes.asked()).isZero();
            assertThat(server.awaitEnd(Clients.PATIENCE)).isTrue();
            assertThat(server.mails()).isEmpty();
        }
    }

    @Test
    void a_server_that_refuses_amid_a_large_mail_and_closes_is_known_by_its_words() {
        server.times(5, Stage.MID_CONTENT, Reaction.replyAndDrop("552 5.3.4 too large"));
        try (Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            for (int i = 0; i < 5; i++) {
                Outcomes outcomes = Clients.send(transport, TestMail.ofSize(30_000_000));

                assertThat(outcomes.only().kind())
                        .as(outcomes.only().toString())
                        .isEqualTo(Kind.REJECTED);
                assertThat(outcomes.only().failure().phase()).isEqualTo(Phase.DATA);
                assertThat(outcomes.only().failure().code()).isEqualTo(552);
                assertThat(outcomes.asked()).isZero();
            }
            Clients.assertNextMailPasses(server, transport);
        }
    }

    @Test
    void a_refusal_that_comes_as_the_dot_is_about_to_leave_counts_though_the_dot_does_not_arrive() throws Exception {
        try (Hasty hasty = new Hasty();
                Transport transport = Clients.of(hasty.uri() + "?" + Clients.FAST)) {
            Outcomes outcomes = new Outcomes(submission -> hasty.refuseAndReset());
            Clients.send(transport, outcomes, TestMail.to("jo@example.org"));

            assertThat(outcomes.only().kind()).as(outcomes.only().toString()).isEqualTo(Kind.REJECTED);
            assertThat(outcomes.only().failure().code()).isEqualTo(552);
        }
    }

    /** What is said amid the content, and the kind, scope, reason and code that it means. */
    static Stream<Arguments> answers() {
        return Stream.of(
                Arguments.of("451 4.7.0 later", Kind.DEFERRED, Scope.MESSAGE, "message-deferred", 451),
                Arguments.of("421 4.3.2 bye", Kind.DEFERRED, Scope.DESTINATION, "message-deferred", 421),
                Arguments.of("552 5.3.4 too large", Kind.REJECTED, Scope.RECIPIENT, "message-rejected", 552),
                Arguments.of("250 2.0.0 taken", Kind.DEFERRED, Scope.DESTINATION, "protocol-error", 0),
                Arguments.of("354 go on", Kind.DEFERRED, Scope.DESTINATION, "protocol-error", 0),
                Arguments.of("hello there", Kind.DEFERRED, Scope.DESTINATION, "protocol-error", 0));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void an_answer_amid_a_large_mail_ends_it_without_its_dot(
            String said, Kind kind, Scope scope, String reason, int code) {
        server.once(Stage.MID_CONTENT, Reaction.raw(said + "\r\n"));
        try (Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            Outcomes outcomes = Clients.send(transport, TestMail.ofSize(30_000_000));

            assertThat(outcomes.only().kind()).as(outcomes.only().toString()).isEqualTo(kind);
            assertThat(outcomes.only().scope()).isEqualTo(scope);
            assertThat(outcomes.only().failure().phase()).isEqualTo(Phase.DATA);
            assertThat(outcomes.only().failure().reason()).isEqualTo(reason);
            assertThat(outcomes.only().failure().code()).isEqualTo(code);
            assertThat(outcomes.asked()).isZero();
            Clients.assertNextMailPasses(server, transport);
            assertThat(server.mails()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "dotTimeout=20s&writeTimeout=, not done within",
        "writeTimeout=20s&totalTimeout=, the time for the whole submission is over"
    })
    void a_peer_that_reads_octet_by_octet_does_not_hold_the_thread(String limit, String why) {
        Outcome outcome = Clients.ofLate(Phase.DATA, step -> sendToSlowReader(limit + step, step));

        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.DEFERRED);
        assertThat(outcome.failure().phase()).isEqualTo(Phase.DATA);
        assertThat(outcome.failure().reason()).isEqualTo("timeout");
        assertThat(outcome.failure().text()).startsWith(why);
    }

    private static Outcome sendToSlowReader(String limits, Duration step) {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (RawPeer peer = new RawPeer();
                Transport transport = Clients.of(peer.uri() + "?readTimeout=20s&" + limits)) {
            Future<Outcome> sent = executor.submit(
                    () -> Clients.send(transport, TestMail.ofSize(30_000_000)).only());
            RawPeer.asFarAsItGoes(() -> {
                peer.accept("PIPELINING");
                peer.readLines(3);
                peer.say("250 ok", "250 ok", "354 go on");
                for (boolean ended = false; !ended; ended = endsWithin(sent, step.dividedBy(20))) {
                    peer.readOctets(1);
                }
            });
            return sent.get(60, TimeUnit.SECONDS);
        } catch (IOException | InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        } finally {
            executor.shutdownNow();
        }
    }

    private static boolean endsWithin(Future<?> sent, Duration time) throws IOException {
        try {
            sent.get(time.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException | ExecutionException e) {
            throw new IOException(e);
        }
    }

    @Test
    void a_whole_reply_to_the_dot_counts_though_a_reset_follows_it() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (RawPeer peer = new RawPeer();
                Transport transport = Clients.of(peer.uri() + "?" + Clients.FAST)) {
            for (int i = 0; i < 3; i++) {
                Future<Outcome> sent = executor.submit(() ->
                        Clients.send(transport, TestMail.to("jo@example.org")).only());
                peer.accept("PIPELINING");
                peer.readLines(3);
                peer.say("250 ok", "250 ok", "354 go on");
                peer.readContent();
                peer.say("250 taken");
                peer.reset();

                assertThat(sent.get(30, TimeUnit.SECONDS).kind()).isEqualTo(Kind.ACCEPTED);
            }
        } finally {
            executor.shutdownNow();
        }
    }
}

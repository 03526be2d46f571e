// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.Address;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Outcome.Scope;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every phase against every kind of bad peer: the outcome, and that the next mail goes its own way. */
@ParameterizedClass(name = "pipelined: {0}")
@ValueSource(booleans = {true, false})
class SmtpFaultsTest {
    private final ScriptedSmtpServer server;
    private final boolean pipelined;

    SmtpFaultsTest(boolean pipelined) {
        this.pipelined = pipelined;
        this.server = pipelined
                ? ScriptedSmtpServer.start()
                : ScriptedSmtpServer.builder()
                        .extensions("SIZE 52428800", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")
                        .start();
    }

    @AfterEach
    void close() {
        server.close();
    }

    /** Stage, reply, and the kind, scope and phase it means. */
    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(Stage.GREETING, "450 4.3.2 later", Kind.DEFERRED, Scope.DESTINATION, Phase.CONNECT),
                Arguments.of(Stage.GREETING, "554 5.3.2 no", Kind.DEFERRED, Scope.DESTINATION, Phase.CONNECT),
                Arguments.of(Stage.GREETING, "421 4.3.2 bye", Kind.DEFERRED, Scope.DESTINATION, Phase.CONNECT),
                Arguments.of(Stage.EHLO, "451 4.3.0 later", Kind.DEFERRED, Scope.DESTINATION, Phase.CONNECT),
                Arguments.of(Stage.EHLO, "421 4.3.2 bye", Kind.DEFERRED, Scope.DESTINATION, Phase.CONNECT),
                Arguments.of(Stage.MAIL_FROM, "451 4.7.1 later", Kind.DEFERRED, Scope.MESSAGE, Phase.MAIL_FROM),
                Arguments.of(Stage.MAIL_FROM, "550 5.1.8 no", Kind.REJECTED, Scope.RECIPIENT, Phase.MAIL_FROM),
                Arguments.of(Stage.MAIL_FROM, "421 4.3.2 bye", Kind.DEFERRED, Scope.DESTINATION, Phase.MAIL_FROM),
                Arguments.of(Stage.MAIL_FROM, "530 5.7.0 log in", Kind.MISCONFIGURED, Scope.TRANSPORT, Phase.MAIL_FROM),
                Arguments.of(Stage.RCPT_TO, "450 4.2.0 later", Kind.DEFERRED, Scope.RECIPIENT, Phase.RCPT_TO),
                Arguments.of(Stage.RCPT_TO, "550 5.1.1 no", Kind.REJECTED, Scope.RECIPIENT, Phase.RCPT_TO),
                Arguments.of(Stage.RCPT_TO, "552 full", Kind.DEFERRED, Scope.RECIPIENT, Phase.RCPT_TO),
                Arguments.of(Stage.RCPT_TO, "552 5.2.2 full", Kind.REJECTED, Scope.RECIPIENT, Phase.RCPT_TO),
                Arguments.of(Stage.RCPT_TO, "421 4.3.2 bye", Kind.DEFERRED, Scope.DESTINATION, Phase.RCPT_TO),
                Arguments.of(Stage.RCPT_TO, "354 what", Kind.DEFERRED, Scope.DESTINATION, Phase.RCPT_TO),
                Arguments.of(Stage.DATA, "451 4.7.0 later", Kind.DEFERRED, Scope.MESSAGE, Phase.DATA),
                Arguments.of(Stage.DATA, "554 5.6.0 no", Kind.REJECTED, Scope.RECIPIENT, Phase.DATA),
                Arguments.of(Stage.DATA, "421 4.3.2 bye", Kind.DEFERRED, Scope.DESTINATION, Phase.DATA),
                Arguments.of(Stage.DATA, "250 2.0.0 what", Kind.DEFERRED, Scope.DESTINATION, Phase.DATA),
                Arguments.of(Stage.FINAL_REPLY, "451 4.7.0 later", Kind.DEFERRED, Scope.MESSAGE, Phase.FINAL_REPLY),
                Arguments.of(Stage.FINAL_REPLY, "554 5.7.1 spam", Kind.REJECTED, Scope.RECIPIENT, Phase.FINAL_REPLY),
                Arguments.of(Stage.FINAL_REPLY, "421 4.3.2 bye", Kind.DEFERRED, Scope.DESTINATION, Phase.FINAL_REPLY),
                Arguments.of(Stage.FINAL_REPLY, "354 what", Kind.AMBIGUOUS, Scope.MESSAGE, Phase.FINAL_REPLY));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void a_refusal_means(Stage stage, String reply, Kind kind, Scope scope, Phase phase) {
        server.once(stage, Reaction.reply(reply));
        try (Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            Outcome outcome =
                    Clients.send(transport, TestMail.to("jo@example.org")).only();

            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(kind);
            assertThat(outcome.scope()).isEqualTo(scope);
            assertThat(outcome.failure().phase()).isEqualTo(phase);
            if (kind != Kind.AMBIGUOUS) {
                assertThat(outcome.failure().code()).isEqualTo(Integer.parseInt(reply.substring(0, 3)));
            }
            assertNextMailPasses(transport);
        }
    }

    static Stream<Arguments> silences() {
        Map<String, Reaction> faults = new LinkedHashMap<>();
        faults.put("connection-lost/drop", Reaction.drop());
        faults.put("connection-lost/cut", Reaction.rawAndDrop("25"));
        faults.put("connection-lost/cut multi-line", Reaction.rawAndDrop("250-2.0.0 well\r\n"));
        faults.put("protocol-error/no code", Reaction.raw("hello there\r\n"));
        faults.put("protocol-error/two digits", Reaction.raw("25 ok\r\n"));
        faults.put("protocol-error/four digits", Reaction.raw("2500 ok\r\n"));
        faults.put("protocol-error/999", Reaction.raw("999 ok\r\n"));
        faults.put("protocol-error/mixed codes", Reaction.raw("250-a\r\n251 b\r\n"));
        faults.put("protocol-error/bare LF", Reaction.raw("250 ok\n250 ok\n"));
        faults.put("protocol-error/NUL", Reaction.raw("250 o\0k\r\n"));
        faults.put("protocol-error/long line", Reaction.longLine(1 << 20));
        faults.put("protocol-error/endless", Reaction.endless());
        return atEachStage(faults);
    }

    /** By name, what is done where a step may take so long. */
    static Stream<Arguments> delays() {
        Map<String, Function<Duration, Reaction>> delays = new LinkedHashMap<>();
        delays.put("stall", step -> Reaction.stall());
        delays.put("drip", step -> Reaction.drip(step.dividedBy(4)));
        return atEachStage(delays);
    }

    private static Stream<Arguments> atEachStage(Map<String, ?> faults) {
        Map<Stage, Phase> phases = new LinkedHashMap<>();
        phases.put(Stage.GREETING, Phase.CONNECT);
        phases.put(Stage.EHLO, Phase.CONNECT);
        phases.put(Stage.MAIL_FROM, Phase.MAIL_FROM);
        phases.put(Stage.RCPT_TO, Phase.RCPT_TO);
        phases.put(Stage.DATA, Phase.DATA);
        phases.put(Stage.FINAL_REPLY, Phase.FINAL_REPLY);
        List<Arguments> all = new ArrayList<>();
        phases.forEach(
                (stage, phase) -> faults.forEach((name, fault) -> all.add(Arguments.of(stage, name, fault, phase))));
        return all.stream();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("silences")
    void without_a_reply_only_the_final_dot_is_ambiguous(Stage stage, String fault, Reaction reaction, Phase phase) {
        server.once(stage, reaction);
        try (Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            Outcome outcome =
                    Clients.send(transport, TestMail.to("jo@example.org")).only();

            assertNoReply(outcome, phase, fault.substring(0, fault.indexOf('/')));
            assertNextMailPasses(transport);
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("delays")
    void a_reply_that_is_late_is_none(Stage stage, String fault, Function<Duration, Reaction> reaction, Phase phase) {
        Outcome outcome =
                Clients.ofLate(phase, step -> sendImpatiently(step, stage, reaction, TestMail.to("jo@example.org")));

        assertNoReply(outcome, phase, "timeout");
    }

    private static Outcome sendImpatiently(
            Duration step, Stage stage, Function<Duration, Reaction> reaction, Submission mail) {
        String steps = "?readTimeout=%1$s&dotTimeout=%1$s&tlsTimeout=%1$s&writeTimeout=%1$s".formatted(step);
        try (ScriptedSmtpServer slow = ScriptedSmtpServer.start();
                Transport transport = Clients.of(slow.uri() + steps)) {
            slow.once(stage, reaction.apply(step));
            return Clients.send(transport, mail).only();
        }
    }

    private static void assertNoReply(Outcome outcome, Phase phase, String reason) {
        assertThat(outcome.kind())
                .as(outcome.toString())
                .isEqualTo(phase == Phase.FINAL_REPLY ? Kind.AMBIGUOUS : Kind.DEFERRED);
        assertThat(outcome.failure().reason()).isEqualTo(reason);
        assertThat(outcome.failure().phase()).isEqualTo(phase);
        assertThat(outcome.failure().code()).isZero();
    }

    @Test
    void nobody_listening_is_a_refused_connection() throws IOException {
        // who has a port and does not listen keeps others from it
        try (Socket silent = new Socket();
                Transport transport = refusedBy(silent)) {
            Outcome outcome =
                    Clients.send(transport, TestMail.to("jo@example.org")).only();

            assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
            assertThat(outcome.scope()).isEqualTo(Scope.DESTINATION);
            assertThat(outcome.failure().reason()).isEqualTo("connection-refused");
        }
    }

    private static Transport refusedBy(Socket silent) throws IOException {
        silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return Clients.of("smtp://127.0.0.1:" + silent.getLocalPort());
    }

    @Test
    void an_unknown_host_is_deferred() {
        try (Transport transport = Clients.of("smtp://no-such-host.invalid")) {
            Outcome outcome =
                    Clients.send(transport, TestMail.to("jo@example.org")).only();

            assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
            assertThat(outcome.failure().reason()).isEqualTo("host-unknown");
        }
    }

    @Test
    void a_peer_that_does_not_read_does_not_hold_the_thread() {
        Submission large = TestMail.ofSize(30_000_000);

        Outcome outcome =
                Clients.ofLate(Phase.DATA, step -> sendImpatiently(step, Stage.CONTENT, s -> Reaction.stall(), large));

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
            assertNextMailPasses(transport);
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
            assertNextMailPasses(transport);
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

    static Stream<Arguments> extras() {
        return Stream.of(
                Arguments.of(Stage.GREETING, Kind.DEFERRED),
                Arguments.of(Stage.EHLO, Kind.DEFERRED),
                Arguments.of(Stage.MAIL_FROM, Kind.DEFERRED),
                Arguments.of(Stage.RCPT_TO, Kind.DEFERRED),
                Arguments.of(Stage.DATA, Kind.DEFERRED),
                Arguments.of(Stage.FINAL_REPLY, Kind.ACCEPTED));
    }

    @ParameterizedTest
    @MethodSource("extras")
    void a_reply_that_nobody_asked_for_never_counts_for_another_command(Stage stage, Kind kind) {
        server.once(stage, Reaction.withExtra("250 2.0.0 taken"));
        try (Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            Outcome outcome =
                    Clients.send(transport, TestMail.to("jo@example.org")).only();

            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(kind);
            assertNextMailPasses(transport);
            assertThat(server.sessions()).hasSize(2);
        }
    }

    @Test
    void a_late_reply_is_never_credited_to_the_next_mail() {
        // the next mail's reply must come within that time, too
        List<Outcome> both =
                Clients.undisturbed(SmtpFaultsTest::lateAndNext, outcomes -> Clients.isLate(outcomes.get(1)));

        assertThat(both).extracting(Outcome::kind).containsExactly(Kind.AMBIGUOUS, Kind.REJECTED);
    }

    private static List<Outcome> lateAndNext(Duration step) {
        try (ScriptedSmtpServer slow = ScriptedSmtpServer.start();
                Transport transport = Clients.of(slow.uri() + "?readTimeout=20s&dotTimeout=" + step)) {
            slow.once(Stage.FINAL_REPLY, Reaction.drip(step.dividedBy(4)));
            Outcome late =
                    Clients.send(transport, TestMail.to("jo@example.org")).only();
            slow.once(Stage.FINAL_REPLY, Reaction.reply("554 5.7.1 spam"));
            Outcome next =
                    Clients.send(transport, TestMail.to("al@example.org")).only();
            assertThat(slow.sessions()).hasSize(2);
            return List.of(late, next);
        }
    }

    static Stream<Arguments> endings() {
        return Stream.of(
                Arguments.of(Reaction.drop()),
                Arguments.of(Reaction.stall()),
                Arguments.of(Reaction.drip(Duration.ofMillis(200))),
                Arguments.of(Reaction.reply("451 4.3.0 later")),
                Arguments.of(Reaction.reply("554 5.3.0 no")),
                Arguments.of(Reaction.raw("?\r\n")));
    }

    @ParameterizedTest
    @MethodSource("endings")
    void an_error_at_quit_or_rset_changes_nothing(Reaction reaction) {
        server.once(Stage.QUIT, reaction).once(Stage.RSET, reaction).replyTo("gone@example.org", "550 5.1.1 no");
        try (Transport transport = Clients.of(server.uri() + "?readTimeout=20s")) {
            Outcome gone =
                    Clients.send(transport, TestMail.to("gone@example.org")).only();
            Outcome taken =
                    Clients.send(transport, TestMail.to("jo@example.org")).only();

            assertThat(gone.kind()).isEqualTo(Kind.REJECTED);
            assertThat(taken.kind()).isEqualTo(Kind.ACCEPTED);
        }
        assertThat(server.mails()).hasSize(1);
    }

    @Test
    void servers_that_never_answer_quit_hold_up_closing_once_and_not_each() throws Exception {
        int connections = 8;
        server.always(Stage.QUIT, Reaction.stall());
        ExecutorService executor = Executors.newFixedThreadPool(connections);
        CyclicBarrier together = new CyclicBarrier(connections);
        try {
            Transport transport = Clients.of(server.uri() + "?" + Clients.FAST);
            List<Future<Outcome>> all = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                all.add(executor.submit(() -> Clients.send(
                                transport, TestMail.to("jo@example.org").body(out -> {
                                    awaitAll(together);
                                    out.write("Hello.\r\n".getBytes(StandardCharsets.US_ASCII));
                                }))
                        .only()));
            }
            for (Future<Outcome> one : all) {
                assertThat(one.get(60, TimeUnit.SECONDS).kind()).isEqualTo(Kind.ACCEPTED);
            }
            long start = System.nanoTime();

            transport.close();

            // two seconds each
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
            assertThat(server.sessions()).hasSize(connections);
            assertThat(server.awaitEnd(Duration.ofMillis(1))).isFalse();
            await().atMost(Clients.PATIENCE)
                    .untilAsserted(() -> assertThat(server.sessions())
                            .allSatisfy(s -> assertThat(s.commands()).endsWith("QUIT")));
        } finally {
            executor.shutdownNow();
        }
    }

    private static void awaitAll(CyclicBarrier barrier) throws IOException {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IOException(e);
        }
    }

    @Test
    void a_full_transaction_goes_with_whom_it_has_and_the_rest_waits_for_the_next() {
        server.replyTo("c@example.org", "452 4.5.3 too many recipients");
        try (Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            Outcomes outcomes = Clients.send(
                    transport, TestMail.to("a@example.org", "b@example.org", "c@example.org", "d@example.org"));

            assertThat(outcomes.of("a@example.org").kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(outcomes.of("b@example.org").kind()).isEqualTo(Kind.ACCEPTED);
            // the server was asked for the last one before it said that it is full, and may take it all the same
            assertThat(outcomes.of("d@example.org").kind()).isEqualTo(pipelined ? Kind.ACCEPTED : Kind.DEFERRED);
            for (String rest : pipelined ? List.of("c@example.org") : List.of("c@example.org", "d@example.org")) {
                assertThat(outcomes.of(rest).kind()).isEqualTo(Kind.DEFERRED);
                assertThat(outcomes.of(rest).scope()).isEqualTo(Scope.RECIPIENT);
                assertThat(outcomes.of(rest).isUntried()).isTrue();
                assertThat(outcomes.of(rest).retryAfter()).isEqualTo(Duration.ofSeconds(1));
                assertThat(outcomes.of(rest).failure().reason()).isEqualTo("too-many-recipients");
            }
            assertThat(server.sessions().get(0).commands().contains("RCPT TO:<d@example.org>"))
                    .isEqualTo(pipelined);
        }
    }

    @Test
    void a_server_that_is_full_before_it_has_anybody_defers_as_usual() {
        server.replyTo("a@example.org", "452 4.5.3 too many recipients");
        try (Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            Outcomes outcomes = Clients.send(transport, TestMail.to("a@example.org", "b@example.org"));

            assertThat(outcomes.of("a@example.org").kind()).isEqualTo(Kind.DEFERRED);
            assertThat(outcomes.of("a@example.org").isUntried()).isFalse();
            assertThat(outcomes.of("b@example.org").kind()).isEqualTo(Kind.ACCEPTED);
        }
    }

    @Test
    void a_server_that_leaves_amid_the_recipients_has_taken_none() {
        server.replyTo("b@example.org", "421 4.3.2 bye");
        try (Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            Outcomes outcomes = Clients.send(transport, TestMail.to("a@example.org", "b@example.org", "c@example.org"));

            assertThat(outcomes.all()).hasSize(3);
            assertThat(outcomes.all().values()).allSatisfy(outcome -> {
                assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
                assertThat(outcome.scope()).isEqualTo(Scope.DESTINATION);
            });
            assertThat(server.mails()).isEmpty();
        }
    }

    @Test
    void the_time_for_the_whole_submission_ends_a_peer_that_is_slow_at_every_step() {
        Outcomes outcomes = Clients.undisturbed(
                SmtpFaultsTest::toManySlowly, all -> Clients.isLateBefore(Phase.RCPT_TO, all.of("r49@example.org")));

        assertThat(outcomes.all()).hasSize(50);
        assertThat(outcomes.of("r49@example.org").kind()).isEqualTo(Kind.DEFERRED);
        assertThat(outcomes.of("r49@example.org").failure().reason()).isEqualTo("timeout");
        assertThat(outcomes.of("r49@example.org").failure().text())
                .isEqualTo("the time for the whole submission is over");
    }

    private static Outcomes toManySlowly(Duration whole) {
        try (ScriptedSmtpServer slow = ScriptedSmtpServer.start();
                Transport transport = Clients.of(slow.uri() + "?readTimeout=20s&totalTimeout=" + whole)) {
            slow.always(Stage.RCPT_TO, Reaction.drip(whole.dividedBy(200)));
            String[] many = Stream.iterate(0, i -> i + 1)
                    .limit(50)
                    .map(i -> "r" + i + "@example.org")
                    .toArray(String[]::new);
            return Clients.send(transport, TestMail.to(many));
        }
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

    private void assertNextMailPasses(Transport transport) {
        assertThat(Clients.send(transport, TestMail.to("next@example.org"))
                        .only()
                        .kind())
                .isEqualTo(Kind.ACCEPTED);
        List<ReceivedMail> mails = server.mails();
        assertThat(mails.get(mails.size() - 1).recipients()).containsExactly("next@example.org");
    }
}

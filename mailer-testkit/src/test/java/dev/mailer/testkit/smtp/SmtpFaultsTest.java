// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Outcome.Scope;
import dev.mailer.api.spi.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    SmtpFaultsTest(boolean pipelined) {
        this.server = Clients.server(pipelined);
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
            Clients.assertNextMailPasses(server, transport);
        }
    }

    static Stream<Arguments> silences() {
        return atEachStage(BadReplies.silences());
    }

    static Stream<Arguments> delays() {
        return atEachStage(BadReplies.delays());
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

            assertNoReply(outcome, phase, BadReplies.reason(fault));
            Clients.assertNextMailPasses(server, transport);
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("delays")
    void a_reply_that_is_late_is_none(Stage stage, String fault, Function<Duration, Reaction> reaction, Phase phase) {
        Outcome outcome = Clients.ofLate(
                phase, step -> Clients.sendImpatiently(step, stage, reaction, TestMail.to("jo@example.org")));

        assertNoReply(outcome, phase, "timeout");
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
            Clients.assertNextMailPasses(server, transport);
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
}

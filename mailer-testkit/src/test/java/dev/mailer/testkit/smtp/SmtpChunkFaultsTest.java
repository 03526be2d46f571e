// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Outcome.Scope;
import dev.mailer.api.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Content in chunks against every kind of bad peer: only what is said, or not, behind the last chunk leaves doubt. */
class SmtpChunkFaultsTest {
    private static final int LARGE = 3_000_000;

    private final ScriptedSmtpServer server = start();

    @AfterEach
    void close() {
        server.close();
    }

    private static ScriptedSmtpServer start() {
        return ScriptedSmtpServer.builder()
                .extensions("PIPELINING", "SIZE 52428800", "8BITMIME", "CHUNKING")
                .start();
    }

    private static Transport chunking(ScriptedSmtpServer to, String limits) {
        return Clients.of(to.uri() + "?chunking=offered&" + limits);
    }

    /** Stage, reply, and the kind, scope and phase it means. */
    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(Stage.CHUNK, "451 4.7.0 later", Kind.DEFERRED, Scope.MESSAGE, Phase.DATA),
                Arguments.of(Stage.CHUNK, "554 5.7.1 spam", Kind.REJECTED, Scope.RECIPIENT, Phase.DATA),
                Arguments.of(Stage.CHUNK, "421 4.3.2 bye", Kind.DEFERRED, Scope.DESTINATION, Phase.DATA),
                Arguments.of(Stage.FINAL_REPLY, "451 4.7.0 later", Kind.DEFERRED, Scope.MESSAGE, Phase.FINAL_REPLY),
                Arguments.of(Stage.FINAL_REPLY, "554 5.7.1 spam", Kind.REJECTED, Scope.RECIPIENT, Phase.FINAL_REPLY),
                Arguments.of(Stage.FINAL_REPLY, "421 4.3.2 bye", Kind.DEFERRED, Scope.DESTINATION, Phase.FINAL_REPLY));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void a_refusal_means(Stage stage, String reply, Kind kind, Scope scope, Phase phase) {
        server.once(stage, Reaction.reply(reply));
        try (Transport transport = chunking(server, Clients.FAST)) {
            Outcome outcome = Clients.send(transport, TestMail.ofSize(LARGE)).only();

            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(kind);
            assertThat(outcome.scope()).isEqualTo(scope);
            assertThat(outcome.failure().phase()).isEqualTo(phase);
            assertThat(outcome.failure().code()).isEqualTo(Integer.parseInt(reply.substring(0, 3)));
            assertThat(server.mails()).isEmpty();
            Clients.assertNextMailPasses(server, transport);
        }
    }

    @Test
    void a_go_on_is_no_reply_to_a_chunk() {
        for (Stage stage : List.of(Stage.CHUNK, Stage.FINAL_REPLY)) {
            server.once(stage, Reaction.reply("354 go on"));
            try (Transport transport = chunking(server, Clients.FAST)) {
                Outcome outcome =
                        Clients.send(transport, TestMail.ofSize(LARGE)).only();

                assertNoReply(outcome, stage, "protocol-error");
                Clients.assertNextMailPasses(server, transport);
            }
        }
    }

    static Stream<Arguments> silences() {
        return atBothStages(BadReplies.silences());
    }

    static Stream<Arguments> delays() {
        return atBothStages(BadReplies.delays());
    }

    private static Stream<Arguments> atBothStages(Map<String, ?> faults) {
        List<Arguments> all = new ArrayList<>();
        for (Stage stage : List.of(Stage.CHUNK, Stage.FINAL_REPLY)) {
            faults.forEach((name, fault) -> all.add(Arguments.of(stage, name, fault)));
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("silences")
    void without_a_reply_only_the_last_chunk_is_ambiguous(Stage stage, String fault, Reaction reaction) {
        server.once(stage, reaction);
        try (Transport transport = chunking(server, Clients.FAST)) {
            Outcomes outcomes = Clients.send(transport, TestMail.ofSize(LARGE));

            assertNoReply(outcomes.only(), stage, BadReplies.reason(fault));
            assertThat(outcomes.asked()).isEqualTo(stage == Stage.CHUNK ? 0 : 1);
            Clients.assertNextMailPasses(server, transport);
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("delays")
    void a_reply_that_is_late_is_none(Stage stage, String fault, Function<Duration, Reaction> reaction) {
        Phase phase = stage == Stage.CHUNK ? Phase.DATA : Phase.FINAL_REPLY;

        List<Outcome> both = Clients.undisturbed(
                step -> sendTwice(stage, step, reaction.apply(step)),
                outcomes -> Clients.isLateBefore(phase, outcomes.get(0)) || Clients.isLate(outcomes.get(1)));

        assertNoReply(both.get(0), stage, "timeout");
        assertThat(both.get(1).kind()).as(both.get(1).toString()).isEqualTo(Kind.ACCEPTED);
    }

    /** The outcome of the mail that meets the reaction, and that of the next. */
    private static List<Outcome> sendTwice(Stage stage, Duration step, Reaction reaction) {
        String limits = "connectTimeout=20s&readTimeout=%1$s&dotTimeout=%1$s&writeTimeout=%1$s".formatted(step);
        try (ScriptedSmtpServer slow = start();
                Transport transport = chunking(slow, limits)) {
            slow.once(stage, reaction);
            Outcome first = Clients.send(transport, TestMail.ofSize(LARGE)).only();
            return List.of(
                    first,
                    Clients.send(transport, TestMail.to("next@example.org")).only());
        }
    }

    private static void assertNoReply(Outcome outcome, Stage stage, String reason) {
        boolean amid = stage == Stage.CHUNK;
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(amid ? Kind.DEFERRED : Kind.AMBIGUOUS);
        assertThat(outcome.failure().phase()).isEqualTo(amid ? Phase.DATA : Phase.FINAL_REPLY);
        assertThat(outcome.failure().reason()).isEqualTo(reason);
    }
}

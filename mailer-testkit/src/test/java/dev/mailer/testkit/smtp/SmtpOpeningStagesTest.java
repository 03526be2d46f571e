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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each step of a login within TLS, and HELO, against every kind of bad peer: no mail leaves, and the next one is taken. */
class SmtpOpeningStagesTest {
    private static final TestTls TLS = Clients.Shared.TLS;
    private static final String REQUIRED = "tls=required&auth=login&";

    private static final Map<Stage, Phase> PHASES = phases();

    private static Map<Stage, Phase> phases() {
        Map<Stage, Phase> phases = new LinkedHashMap<>();
        phases.put(Stage.HELO, Phase.CONNECT);
        phases.put(Stage.STARTTLS, Phase.TLS);
        phases.put(Stage.EHLO_AFTER_TLS, Phase.TLS);
        phases.put(Stage.AUTH_CHALLENGE, Phase.AUTH);
        phases.put(Stage.AUTH, Phase.AUTH);
        return phases;
    }

    static Stream<Arguments> silences() {
        return atEachStage(BadReplies.silences());
    }

    static Stream<Arguments> delays() {
        return atEachStage(BadReplies.delays());
    }

    private static Stream<Arguments> atEachStage(Map<String, ?> faults) {
        List<Arguments> all = new ArrayList<>();
        PHASES.keySet().forEach(stage -> faults.forEach((name, fault) -> all.add(Arguments.of(stage, name, fault))));
        return all.stream();
    }

    static Stream<Stage> stages() {
        return PHASES.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("stages")
    void a_server_that_leaves_is_tried_again_later(Stage stage) {
        List<Outcome> both = sendTwice(stage, Reaction.reply("421 4.3.2 bye"), Clients.FAST);

        // a login that fails for now is the transport's matter, whatever else the server takes
        assertDeferred(both, stage, PHASES.get(stage) == Phase.AUTH ? Scope.TRANSPORT : Scope.DESTINATION);
        assertThat(both.get(0).failure().code()).isEqualTo(421);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("silences")
    void what_is_no_reply_lets_nothing_pass(Stage stage, String fault, Reaction reaction) {
        List<Outcome> both = sendTwice(stage, reaction, Clients.FAST);

        assertDeferred(both, stage, Scope.DESTINATION);
        // a server that refuses EHLO and closes has said why
        boolean refused = stage == Stage.HELO && BadReplies.reason(fault).equals("connection-lost");
        assertThat(both.get(0).failure().reason())
                .isEqualTo(refused ? "connection-rejected" : BadReplies.reason(fault));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("delays")
    void a_reply_that_is_late_is_none(Stage stage, String fault, Function<Duration, Reaction> reaction) {
        List<Outcome> both = Clients.undisturbed(
                step -> sendTwice(stage, reaction.apply(step), "connectTimeout=20s&tlsTimeout=20s&readTimeout=" + step),
                outcomes ->
                        Clients.isLateBefore(PHASES.get(stage), outcomes.get(0)) || Clients.isLate(outcomes.get(1)));

        assertDeferred(both, stage, Scope.DESTINATION);
        assertThat(both.get(0).failure().reason()).isEqualTo("timeout");
    }

    /** The outcome of the mail that meets the reaction, and that of the next. */
    private static List<Outcome> sendTwice(Stage stage, Reaction reaction, String limits) {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.builder()
                        .startTls(TLS)
                        .credentials("jo", "pw")
                        .start();
                Transport transport =
                        Clients.trusting(TLS, server.uri().replace("//", "//jo:pw@") + "?" + REQUIRED + limits)) {
            if (stage == Stage.HELO) {
                server.once(Stage.EHLO, Reaction.reply("502 5.5.1 what"));
            }
            server.once(stage, reaction);
            Outcome first =
                    Clients.send(transport, TestMail.to("jo@example.org")).only();
            assertThat(server.mails()).isEmpty();
            assertThat(server.sessions().get(0).commands()).noneMatch(c -> c.startsWith("MAIL"));
            Outcome next =
                    Clients.send(transport, TestMail.to("next@example.org")).only();
            return List.of(first, next);
        }
    }

    private static void assertDeferred(List<Outcome> both, Stage stage, Scope scope) {
        Outcome outcome = both.get(0);
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.DEFERRED);
        assertThat(outcome.scope()).as(outcome.toString()).isEqualTo(scope);
        assertThat(outcome.failure().phase()).as(outcome.toString()).isEqualTo(PHASES.get(stage));
        assertThat(both.get(1).kind()).as(both.get(1).toString()).isEqualTo(Kind.ACCEPTED);
    }
}

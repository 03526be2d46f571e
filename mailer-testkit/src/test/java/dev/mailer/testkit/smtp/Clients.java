// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.smtp.SmtpTransportFactory;
import dev.mailer.testkit.TestContext;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** SMTP transports for tests, and the servers that several of them share. */
final class Clients {
    /** Short enough for a test, long enough for a busy machine. */
    static final String FAST = "connectTimeout=20s&tlsTimeout=20s&readTimeout=20s&dotTimeout=20s&writeTimeout=20s";
    /** How long a busy machine may take for what happens at once otherwise. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final List<Duration> STEPS =
            List.of(Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(10));

    /** Made when a test first needs it, and once, because that takes its time. */
    static final class Shared {
        static final TestTls TLS = TestTls.localhost();

        private Shared() {}
    }

    private Clients() {}

    /** Offers all that it knows, or all but PIPELINING. */
    static ScriptedSmtpServer server(boolean pipelined) {
        return pipelined
                ? ScriptedSmtpServer.start()
                : ScriptedSmtpServer.builder()
                        .extensions("SIZE 52428800", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")
                        .start();
    }

    static Transport of(String uri) {
        return of(TestContext.create(), uri);
    }

    static Transport of(TestContext context, String uri) {
        return new SmtpTransportFactory().create(TransportUri.parse(uri), context);
    }

    static Transport trusting(TestTls tls, String uri) {
        return trusting(tls, TestContext.create(), uri);
    }

    static Transport trusting(TestTls tls, TransportContext context, String uri) {
        return new SmtpTransportFactory(tls.clientContext()).create(TransportUri.parse(uri), context);
    }

    /**
     * The outcome of a mail whose {@code phase} takes longer than a step may, which {@code send} is told. That is little, and more
     * only where a busy machine made an earlier step late.
     */
    static Outcome ofLate(Phase phase, Function<Duration, Outcome> send) {
        return undisturbed(send, outcome -> isLateBefore(phase, outcome));
    }

    /** What comes of a run that is told how long a step may take; with more time where a busy machine made one late that is not to be. */
    static <T> T undisturbed(Function<Duration, T> run, Predicate<T> disturbed) {
        T result = run.apply(STEPS.get(0));
        for (int i = 1; i < STEPS.size() && disturbed.test(result); i++) {
            result = run.apply(STEPS.get(i));
        }
        return result;
    }

    /** A step before this phase took too long. */
    static boolean isLateBefore(Phase phase, Outcome outcome) {
        Failure failure = outcome.failure();
        return isLate(outcome) && failure.phase().compareTo(phase) < 0;
    }

    /** Some step took too long. */
    static boolean isLate(Outcome outcome) {
        Failure failure = outcome.failure();
        return failure != null && failure.reason().equals("timeout");
    }

    static Outcomes send(Transport transport, Submission... submissions) {
        Outcomes outcomes = new Outcomes();
        send(transport, outcomes, submissions);
        return outcomes;
    }

    static void send(Transport transport, OutcomeSink outcomes, Submission... submissions) {
        transport.send(List.of(submissions), outcomes);
    }

    /** To a server that reacts so at a stage, with this long for each step. */
    static Outcome sendImpatiently(Duration step, Stage stage, Function<Duration, Reaction> reaction, Submission mail) {
        String steps = "?readTimeout=%1$s&dotTimeout=%1$s&tlsTimeout=%1$s&writeTimeout=%1$s".formatted(step);
        try (ScriptedSmtpServer slow = ScriptedSmtpServer.start();
                Transport transport = of(slow.uri() + steps)) {
            slow.once(stage, reaction.apply(step));
            return send(transport, mail).only();
        }
    }

    /** Whatever went wrong with the mail before, the next one goes its own way. */
    static void assertNextMailPasses(ScriptedSmtpServer server, Transport transport) {
        Outcome outcome = send(transport, TestMail.to("next@example.org")).only();
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.ACCEPTED);
        List<ReceivedMail> mails = server.mails();
        assertThat(mails.get(mails.size() - 1).recipients()).containsExactly("next@example.org");
    }
}

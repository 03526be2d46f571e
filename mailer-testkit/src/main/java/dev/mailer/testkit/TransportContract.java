// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportCapabilities;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Transport} must do while its peer accepts everything. Extend it, say how to make a transport, and how to
 * read what its peer has accepted.
 */
public abstract class TransportContract {
    private static final int MOST = 3;
    private static final Duration THREADS_END = Duration.ofSeconds(10);

    private TestContext context = TestContext.create();
    private @Nullable Transport transport;

    protected TransportContract() {}

    /** Makes a transport whose peer accepts mail for {@link #recipientDomain} and has accepted none. The suite closes it. */
    protected abstract Transport newTransport() throws Exception;

    /**
     * What the peer has completely accepted since {@link #newTransport}, in any order, once for each submission it took: the
     * message as bytes, or whatever stands for it and is equal for equal submissions.
     */
    protected abstract List<Bytes> received() throws Exception;

    /** Words that must not show in names: passwords, keys, tokens. */
    protected List<String> credentials() {
        return List.of();
    }

    protected String recipientDomain() {
        return "example.org";
    }

    /** What to make transports with; another one for each test. */
    protected final TestContext context() {
        return context;
    }

    @BeforeEach
    final void openTransport() throws Exception {
        context = TestContext.create();
        transport = newTransport();
    }

    @AfterEach
    final void closeTransport() {
        transport().close();
    }

    @Test
    void what_the_peer_takes_is_reported_as_accepted_once_for_each_recipient() throws Exception {
        Submission submission = submission(recipients());
        RecordedOutcomes outcomes = new RecordedOutcomes();

        transport().send(List.of(submission), outcomes);

        outcomes.assertOneForEachOf(List.of(submission));
        assertThat(outcomes.kinds()).containsOnly(Outcome.Kind.ACCEPTED);
        assertThat(received()).isNotEmpty();
    }

    @Test
    void every_submission_of_a_batch_is_asked_for_and_has_its_outcomes() throws Exception {
        List<Submission> batch = batch();
        RecordedOutcomes outcomes = new RecordedOutcomes();
        List<Integer> receivedWhenAsked = new ArrayList<>();
        outcomes.whenAsked(s -> {
            receivedWhenAsked.add(received().size());
            return true;
        });

        transport().send(batch, outcomes);

        outcomes.assertOneForEachOf(batch);
        assertThat(outcomes.kinds()).containsOnly(Outcome.Kind.ACCEPTED);
        assertThat(received()).hasSize(batch.size());
        assertThat(outcomes.acceptedBeforeAsking()).isEmpty();
        assertThat(outcomes.asked()).containsExactlyInAnyOrderElementsOf(batch);
        for (int i = 0; i < batch.size(); i++) {
            assertThat(receivedWhenAsked.get(i))
                    .as("accepted mails when it asked for the %s. time", i + 1)
                    .isLessThanOrEqualTo(i);
        }
    }

    @Test
    void a_no_to_one_submission_of_a_batch_is_none_to_the_others() throws Exception {
        List<Submission> batch = batch();
        Submission refused = batch.get(batch.size() / 2);
        RecordedOutcomes outcomes = new RecordedOutcomes();
        outcomes.whenAsked(s -> s != refused);

        transport().send(batch, outcomes);

        List<Submission> others = batch.stream().filter(s -> s != refused).toList();
        assertThat(outcomes.asked()).contains(refused);
        outcomes.assertOneForEachOf(others);
        assertThat(outcomes.kinds()).allMatch(kind -> kind == Outcome.Kind.ACCEPTED);
        assertThat(received()).hasSize(others.size());
    }

    @Test
    void it_asks_before_the_point_of_no_return() throws Exception {
        Submission submission = submission(1);
        RecordedOutcomes outcomes = new RecordedOutcomes();
        List<Integer> receivedWhenAsked = new ArrayList<>();
        outcomes.whenAsked(s -> {
            receivedWhenAsked.add(received().size());
            return true;
        });

        transport().send(List.of(submission), outcomes);

        assertThat(receivedWhenAsked).as("accepted mails when it asked").containsExactly(0);
        assertThat(outcomes.asked()).containsExactly(submission);
        assertThat(outcomes.acceptedBeforeAsking()).isEmpty();
    }

    @Test
    void a_no_is_obeyed_and_nothing_is_reported() throws Exception {
        Submission submission = submission(recipients());
        RecordedOutcomes outcomes = new RecordedOutcomes();
        outcomes.whenAsked(s -> false);

        transport().send(List.of(submission), outcomes);

        assertThat(outcomes.asked()).contains(submission);
        outcomes.assertNoneOf(submission);
        assertThat(received()).isEmpty();
    }

    @Test
    void a_no_to_one_submission_is_none_to_the_next() throws Exception {
        RecordedOutcomes refused = new RecordedOutcomes();
        refused.whenAsked(s -> false);
        transport().send(List.of(submission(1)), refused);
        Submission next = submission(1);
        RecordedOutcomes outcomes = new RecordedOutcomes();

        transport().send(List.of(next), outcomes);

        outcomes.assertOneForEachOf(List.of(next));
        assertThat(outcomes.kinds()).containsOnly(Outcome.Kind.ACCEPTED);
        assertThat(received()).hasSize(1);
    }

    @Test
    void the_same_submission_is_the_same_bytes_each_time() throws Exception {
        Submission submission = submission(1);

        transport().send(List.of(submission), new RecordedOutcomes());
        transport().send(List.of(submission), new RecordedOutcomes());

        assertThat(received()).hasSizeBetween(1, 2);
        assertThat(received()).containsOnly(received().get(0));
    }

    @Test
    void a_message_that_cannot_be_written_is_not_accepted_and_the_next_is() throws Exception {
        Submission broken = submission(1).body(out -> {
            out.write("Subject: Hello\r\n\r\nHel".getBytes(StandardCharsets.US_ASCII));
            throw new IOException("on purpose");
        });
        RecordedOutcomes outcomes = new RecordedOutcomes();
        try {
            transport().send(List.of(broken), outcomes);
        } catch (RuntimeException e) {
            // allowed: what is not reported counts as deferred, or as ambiguous when it had asked
        }
        assertThat(outcomes.kinds()).doesNotContain(Outcome.Kind.ACCEPTED);
        outcomes.assertAtMostOneForEachOf(List.of(broken));
        assertThat(received()).isEmpty();

        Submission next = submission(1);
        RecordedOutcomes again = new RecordedOutcomes();
        transport().send(List.of(next), again);
        assertThat(again.kinds()).containsExactly(Outcome.Kind.ACCEPTED);
    }

    @Test
    void an_engine_that_fails_when_asked_has_not_said_yes() throws Exception {
        Submission submission = submission(1);
        RecordedOutcomes outcomes = new RecordedOutcomes();
        outcomes.whenAsked(s -> {
            throw new IllegalStateException("on purpose");
        });
        try {
            transport().send(List.of(submission), outcomes);
        } catch (RuntimeException e) {
            // allowed: it is the engine's own
        }

        assertThat(outcomes.kinds()).doesNotContain(Outcome.Kind.ACCEPTED);
        assertThat(received()).isEmpty();
    }

    @Test
    void calls_at_once_do_not_disturb_each_other() throws Exception {
        int calls = 4;
        List<Submission> submissions = new ArrayList<>();
        List<RecordedOutcomes> outcomes = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(calls);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                Submission submission = submission(1);
                RecordedOutcomes sink = new RecordedOutcomes();
                submissions.add(submission);
                outcomes.add(sink);
                done.add(threads.submit(() -> transport().send(List.of(submission), sink)));
            }
            for (Future<?> each : done) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        for (int i = 0; i < calls; i++) {
            outcomes.get(i).assertOneForEachOf(List.of(submissions.get(i)));
            assertThat(outcomes.get(i).kinds()).containsOnly(Outcome.Kind.ACCEPTED);
        }
        assertThat(received()).hasSize(calls);
    }

    @Test
    void names_are_stable_and_tell_no_secret() throws Exception {
        Transport other = newTransport();
        try {
            assertThat(transport().name()).isNotBlank().isEqualTo(transport().name());
            assertThat(other.toString()).isNotBlank();
            for (String shown : List.of(
                    other.name(),
                    other.toString(),
                    other.destinationOf(recipientDomain()).toString())) {
                for (String secret : credentials()) {
                    assertThat(shown).doesNotContain(secret);
                }
            }
        } finally {
            other.close();
        }
    }

    @Test
    void capabilities_and_destinations_are_the_same_each_time() {
        assertThat(capabilities().maxRecipients()).isPositive();
        assertThat(capabilities().maxBatch()).isPositive();
        assertThat(capabilities().concurrency()).isPositive();
        assertThat(capabilities().maxSize()).isPositive();
        assertThat(transport().destinationOf(recipientDomain()))
                .isEqualTo(transport().destinationOf(recipientDomain()));
    }

    @Test
    void closing_twice_is_closing_once() {
        transport().send(List.of(submission(1)), new RecordedOutcomes());

        assertThatCode(() -> {
                    transport().close();
                    transport().close();
                })
                .doesNotThrowAnyException();
    }

    @Test
    void closing_ends_the_threads_of_the_context() throws Exception {
        transport().send(List.of(submission(1)), new RecordedOutcomes());

        transport().close();

        assertThat(context.awaitThreads(THREADS_END))
                .as("threads end: %s", context.liveThreads())
                .isTrue();
    }

    private Transport transport() {
        return Objects.requireNonNull(transport, "the transport is made before each test");
    }

    private TransportCapabilities capabilities() {
        return transport().capabilities();
    }

    private List<Submission> batch() {
        List<Submission> batch = new ArrayList<>();
        for (int i = 0; i < Math.min(MOST, capabilities().maxBatch()); i++) {
            batch.add(submission(1));
        }
        return batch;
    }

    private int recipients() {
        return Math.min(MOST, capabilities().maxRecipients());
    }

    private SampleSubmission submission(int recipients) {
        String[] addresses = IntStream.range(0, recipients)
                .mapToObj(i -> "r" + i + "@" + recipientDomain())
                .toArray(String[]::new);
        return SampleSubmission.to(addresses).destination(transport().destinationOf(recipientDomain()));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a transport asked and reported, repetitions included. Thread-safe. */
final class RecordedOutcomes implements OutcomeSink {
    private final List<Submission> asked = new ArrayList<>();
    private final List<Reported> reported = new ArrayList<>();
    private Answer answer = submission -> true;

    /** What the engine says. */
    @FunctionalInterface
    interface Answer {
        boolean mayComplete(Submission submission) throws Exception;
    }

    private record Reported(Submission submission, Recipient recipient, Outcome outcome, boolean asked) {}

    void whenAsked(Answer answer) {
        this.answer = answer;
    }

    @Override
    public synchronized boolean mayComplete(Submission submission) {
        asked.add(submission);
        try {
            return answer.mayComplete(submission);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public synchronized void report(Submission submission, Recipient recipient, Outcome outcome) {
        reported.add(new Reported(submission, recipient, outcome, asked.contains(submission)));
    }

    synchronized List<Submission> asked() {
        return List.copyOf(asked);
    }

    synchronized List<Outcome.Kind> kinds() {
        return reported.stream().map(r -> r.outcome.kind()).toList();
    }

    /** Recipients that were reported as accepted without the question. */
    synchronized List<Recipient> acceptedBeforeAsking() {
        return reported.stream()
                .filter(r -> r.outcome.kind() == Outcome.Kind.ACCEPTED && !r.asked)
                .map(Reported::recipient)
                .toList();
    }

    synchronized void assertOneForEachOf(List<Submission> submissions) {
        assertThat(reported)
                .as("one outcome for each recipient, and for nobody else")
                .extracting(Reported::recipient)
                .containsExactlyInAnyOrderElementsOf(submissions.stream()
                        .flatMap(s -> s.recipients().stream())
                        .toList());
    }

    synchronized void assertAtMostOneForEachOf(List<Submission> submissions) {
        assertThat(reported)
                .extracting(Reported::recipient)
                .doesNotHaveDuplicates()
                .isSubsetOf(submissions.stream()
                        .flatMap(s -> s.recipients().stream())
                        .toList());
    }

    synchronized void assertNoneOf(Submission submission) {
        assertThat(reported).filteredOn(r -> r.submission == submission).isEmpty();
    }
}

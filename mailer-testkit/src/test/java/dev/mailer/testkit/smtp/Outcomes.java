// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Collects what a transport reports and fails on a second report. */
final class Outcomes implements OutcomeSink {
    private final Map<String, Outcome> byRecipient = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final Predicate<Submission> mayComplete;

    Outcomes() {
        this(submission -> true);
    }

    Outcomes(Predicate<Submission> mayComplete) {
        this.mayComplete = mayComplete;
    }

    @Override
    public boolean mayComplete(Submission submission) {
        asked.incrementAndGet();
        return mayComplete.test(submission);
    }

    @Override
    public void report(Submission submission, Recipient recipient, Outcome outcome) {
        Outcome before = byRecipient.put(recipient.address().spec(), outcome);
        if (before != null) {
            throw new AssertionError("reported twice: " + before + ", " + outcome);
        }
    }

    /** How often the transport asked to complete. */
    int asked() {
        return asked.get();
    }

    Map<String, Outcome> all() {
        return byRecipient;
    }

    Outcome of(String recipient) {
        Outcome outcome = byRecipient.get(recipient);
        if (outcome == null) {
            throw new AssertionError("no outcome for " + recipient + " among " + byRecipient);
        }
        return outcome;
    }

    /** The outcome of the only recipient. */
    Outcome only() {
        if (byRecipient.size() != 1) {
            throw new AssertionError("not one outcome: " + byRecipient);
        }
        return byRecipient.values().iterator().next();
    }
}

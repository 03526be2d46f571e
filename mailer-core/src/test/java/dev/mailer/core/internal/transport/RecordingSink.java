// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps what is asked and reported; a second report of a delivery fails the test. */
final class RecordingSink implements OutcomeSink {
    private final Map<Long, Outcome> outcomes = new LinkedHashMap<>();
    private final List<List<Long>> asked = new ArrayList<>();
    private Runnable onAsk = () -> {};
    private boolean leave = true;

    RecordingSink refusing() {
        leave = false;
        return this;
    }

    RecordingSink onAsk(Runnable action) {
        onAsk = action;
        return this;
    }

    @Override
    public boolean mayComplete(Submission submission) {
        onAsk.run();
        synchronized (this) {
            asked.add(
                    submission.recipients().stream().map(Recipient::deliveryId).toList());
            return leave;
        }
    }

    @Override
    public synchronized void report(Submission submission, Recipient recipient, Outcome outcome) {
        if (outcomes.put(recipient.deliveryId(), outcome) != null) {
            throw new AssertionError("delivery " + recipient.deliveryId() + " is reported twice");
        }
    }

    synchronized List<List<Long>> asked() {
        return List.copyOf(asked);
    }

    synchronized Map<Long, Outcome> outcomes() {
        return new LinkedHashMap<>(outcomes);
    }

    synchronized Outcome of(long delivery) {
        Outcome outcome = outcomes.get(delivery);
        if (outcome == null) {
            throw new AssertionError("delivery " + delivery + " has no report; " + outcomes.keySet() + " have one");
        }
        return outcome;
    }

    Outcome.Kind kindOf(long delivery) {
        return of(delivery).kind();
    }
}

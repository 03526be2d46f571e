// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between one child and the sink of the composite for one call. Passes on what is final at once and keeps back what
 * another child may still turn to good. Once closed it gives no leave and takes no report, so a child that goes on in a thread of
 * its own after it has returned or thrown completes nothing. Thread-safe; no call of the outer sink is made under the lock.
 */
final class ChildSink implements OutcomeSink {
    private static final Logger log = LoggerFactory.getLogger(ChildSink.class);

    /** Which transport of a composite an attempt went through. */
    private static final String VIA = "via";

    private enum State {
        /** Nothing has happened: no leave, no report. */
        OPEN,
        /** Leave was asked for and not refused: from here on silence means that the mail may have been sent. */
        ASKED,
        /** Leave was refused; nothing more is to be said, and nobody else may try. */
        REFUSED,
        REPORTED
    }

    private static final class Entry {
        final OpenDelivery delivery;
        State state = State.OPEN;

        @Nullable
        Outcome outcome;

        Entry(OpenDelivery delivery) {
            this.delivery = delivery;
        }
    }

    private final String child;
    private final OutcomeSink outer;
    private final Predicate<Outcome> keptBack;
    private final Map<Long, Entry> entries = new LinkedHashMap<>();
    private boolean closed;

    ChildSink(String child, OutcomeSink outer, List<OpenDelivery> deliveries, Predicate<Outcome> keptBack) {
        this.child = child;
        this.outer = outer;
        this.keptBack = keptBack;
        deliveries.forEach(d -> entries.put(d.recipient().deliveryId(), new Entry(d)));
    }

    @Override
    public boolean mayComplete(Submission submission) {
        List<Entry> asking = ask(submission);
        if (asking.isEmpty()) {
            return false;
        }
        State left = State.OPEN;
        try {
            left = outer.mayComplete(submission) ? State.ASKED : State.REFUSED;
        } finally {
            if (left != State.ASKED) {
                leave(asking, left);
            }
        }
        return left == State.ASKED && !isClosed();
    }

    @Override
    public void report(Submission submission, Recipient recipient, Outcome outcome) {
        Entry entry = take(recipient, outcome);
        if (entry != null && !keptBack.test(outcome)) {
            pass(entry, told(entry, outcome));
        }
    }

    /** What the child left to do for others. */
    record Result(List<Kept> keptBack, List<Outcome> outcomes) {}

    /** A delivery that this child did not bring to an end, and why. */
    record Kept(OpenDelivery delivery, Outcome outcome) {}

    /**
     * Ends the call. What has no report is AMBIGUOUS where leave was asked for, which is passed on, and otherwise a failure of the
     * child, which is kept back.
     */
    Result close(@Nullable Throwable thrown) {
        List<Entry> silent = new ArrayList<>();
        List<Entry> ambiguous = new ArrayList<>();
        synchronized (this) {
            closed = true;
            for (Entry e : entries.values()) {
                if (e.state == State.ASKED) {
                    ambiguous.add(e);
                } else if (e.state == State.OPEN) {
                    silent.add(e);
                }
            }
        }
        String text = thrown == null
                ? "the transport " + child + " returned without a report"
                : "the transport " + child + " threw " + describe(thrown);
        for (Entry e : silent) {
            e.outcome = told(e, Outcome.deferred(Outcome.Scope.TRANSPORT, failure(Phase.CONNECT, text), null));
        }
        for (Entry e : ambiguous) {
            Outcome outcome = told(e, Outcome.ambiguous(failure(Phase.FINAL_REPLY, text)));
            e.outcome = outcome;
            pass(e, outcome);
        }
        return result();
    }

    private synchronized Result result() {
        List<Kept> kept = new ArrayList<>();
        List<Outcome> outcomes = new ArrayList<>();
        for (Entry e : entries.values()) {
            Outcome outcome = e.outcome;
            if (outcome != null) {
                outcomes.add(outcome);
                if (keptBack.test(outcome)) {
                    kept.add(new Kept(e.delivery, outcome));
                }
            }
        }
        return new Result(kept, outcomes);
    }

    /** The deliveries that leave is asked for; none when it must not be given. */
    private synchronized List<Entry> ask(Submission submission) {
        List<Entry> asking = new ArrayList<>();
        for (Recipient r : submission.recipients()) {
            Entry e = entries.get(r.deliveryId());
            if (closed || (e != null && e.state == State.REFUSED)) {
                return List.of();
            }
            if (e != null && e.state != State.REPORTED) {
                asking.add(e);
            }
        }
        asking.forEach(e -> e.state = State.ASKED);
        return asking;
    }

    private synchronized void leave(List<Entry> asking, State state) {
        for (Entry e : asking) {
            if (e.state == State.ASKED) {
                e.state = state;
            }
        }
    }

    private synchronized @Nullable Entry take(Recipient recipient, Outcome outcome) {
        Entry e = entries.get(recipient.deliveryId());
        if (e == null || closed || e.state == State.REFUSED || e.state == State.REPORTED) {
            log.warn(
                    "transport {} reported delivery {} too late, twice, or without its being asked to; the report does not count",
                    child,
                    recipient.deliveryId());
            return null;
        }
        e.state = State.REPORTED;
        e.outcome = told(e, outcome);
        return e;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void pass(Entry entry, Outcome outcome) {
        outer.report(entry.delivery.submission(), entry.delivery.recipient(), outcome);
    }

    /** With the child's name, and what kept the one before from it. */
    private Outcome told(Entry entry, Outcome outcome) {
        if (outcome.isNotBegun() || outcome.isBusy()) {
            return outcome;
        }
        Outcome before = entry.delivery.best();
        Failure why = before == null ? null : before.failure();
        return outcome.telling(
                before == null || why == null
                        ? Map.of(VIA, child)
                        : Map.of(
                                VIA,
                                child,
                                "failedOver",
                                before.facts().getOrDefault(VIA, "another transport") + ": " + why.reason()));
    }

    private static Failure failure(Phase phase, String text) {
        return Failure.builder("transport-failure", phase)
                .text(text)
                .retryable()
                .build();
    }

    private static String describe(Throwable e) {
        return e.getClass().getName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.PartialSubmission;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.core.internal.engine.Guard;
import dev.mailer.core.internal.log.Causes;
import dev.mailer.core.internal.transport.Child.Leave;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a composite: children are tried in order until each delivery has an end.
 *
 * <p>A delivery goes on to the next child only when the last one failed as a whole and has nothing: it deferred for the
 * transport, or for a destination that is the transport; it is misconfigured; it had no turn for the destination; or it threw or fell silent before it asked for leave
 * to complete. What it deferred for a recipient, a message or a domain, what it rejected, and above all what may have been sent,
 * is reported as it is. A delivery whose leave was refused goes nowhere.
 *
 * <p>Children with an open circuit are passed over. When no circuit gives leave, all are tried, the least recently failed
 * first, and that is not recorded by the circuits, which gave no leave for it. Whatever a child throws counts, an {@link Error}
 * too; only after a {@link VirtualMachineError} other than a {@link StackOverflowError} nothing more is tried: all is reported and
 * the error thrown on. Used by one thread.
 */
final class FallThrough {
    private static final Logger log = LoggerFactory.getLogger(FallThrough.class);

    private final OutcomeSink outcomes;
    /** The composite is one destination for all domains. */
    private final boolean whole;

    private List<OpenDelivery> open = new ArrayList<>();

    FallThrough(List<Submission> submissions, OutcomeSink outcomes, boolean whole) {
        this.outcomes = outcomes;
        this.whole = whole;
        for (Submission s : submissions) {
            s.recipients().forEach(r -> open.add(new OpenDelivery(s, r, null)));
        }
    }

    void through(List<Child> order) {
        boolean tried = false;
        for (Child child : order) {
            if (!open.isEmpty() && child.tryAcquire()) {
                tried = true;
                attempt(child, Leave.GIVEN);
            }
        }
        if (!tried) {
            for (Child child : leastRecentlyFailedFirst(order)) {
                if (!open.isEmpty()) {
                    attempt(child, Leave.NOT_ASKED);
                }
            }
        }
        reportOpen();
    }

    private void attempt(Child child, Leave leave) {
        String name = child.transport().name();
        Recipient first = open.get(0).recipient();
        boolean[] wholeChild = {true};
        ChildSink sink = new ChildSink(name, outcomes, open, o -> o.isBusy() || Guard.failedAsWhole(o, wholeChild[0]));
        Throwable thrown = null;
        try {
            Destination destination =
                    child.transport().destinationOf(first.address().domain());
            wholeChild[0] = destination.name().equals(name);
            child.transport().send(views(destination), sink);
        } catch (Throwable e) {
            log.warn("transport {} broke its contract and threw: {}", name, Causes.of(e, log));
            thrown = e;
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
        }
        ChildSink.Result result = new ChildSink.Result(List.of(), List.of());
        try {
            result = sink.close(thrown);
        } finally {
            child.used(result.outcomes(), leave, wholeChild[0]);
        }
        open = new ArrayList<>();
        for (ChildSink.Kept kept : result.keptBack()) {
            open.add(kept.delivery().after(asOurs(kept.outcome())));
        }
        if (thrown instanceof VirtualMachineError error && !(thrown instanceof StackOverflowError)) {
            reportOpen();
            throw error;
        }
    }

    /** The submissions as the child sees them. */
    private List<Submission> views(Destination destination) {
        IdentityHashMap<Submission, List<Recipient>> recipients = new IdentityHashMap<>();
        List<Submission> inOrder = new ArrayList<>();
        for (OpenDelivery d : open) {
            recipients
                    .computeIfAbsent(d.submission(), s -> {
                        inOrder.add(s);
                        return new ArrayList<>();
                    })
                    .add(d.recipient());
        }
        List<Submission> views = new ArrayList<>();
        for (Submission s : inOrder) {
            views.add(new PartialSubmission(s, destination, recipients.getOrDefault(s, List.of())));
        }
        return views;
    }

    /** A child's only destination is not ours when another child has finer ones: then its failure is about the transport. */
    private Outcome asOurs(Outcome outcome) {
        boolean ofDestination = outcome.kind() == Outcome.Kind.DEFERRED && outcome.scope() == Outcome.Scope.DESTINATION;
        if (!ofDestination || whole || outcome.isBusy()) {
            return outcome;
        }
        Outcome ours = Outcome.deferred(
                        Outcome.Scope.TRANSPORT, Objects.requireNonNull(outcome.failure()), outcome.retryAfter())
                .telling(outcome.facts());
        return outcome.isNotBegun() ? Outcome.notBegun(ours) : ours;
    }

    private void reportOpen() {
        List<OpenDelivery> rest = open;
        open = List.of();
        for (OpenDelivery d : rest) {
            Outcome best = d.best();
            if (best != null) {
                outcomes.report(d.submission(), d.recipient(), best);
            }
        }
    }

    private static List<Child> leastRecentlyFailedFirst(List<Child> order) {
        return order.stream()
                .sorted(Comparator.comparingLong(Child::lastFailure))
                .toList();
    }
}

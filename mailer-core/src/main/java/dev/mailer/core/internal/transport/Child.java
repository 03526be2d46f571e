// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.WireCapabilities;
import dev.mailer.core.internal.engine.Guard;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;

/** A transport inside a composite, with its circuit. Thread-safe. */
final class Child {
    /** Counts failures of all children, so that they can be put in order. */
    private static final AtomicLong FAILURES = new AtomicLong();

    private final Transport transport;
    private final Guard guard;
    private volatile long lastFailure;

    Child(Transport transport) {
        this.transport = transport;
        this.guard = new Guard(transport.name());
    }

    Transport transport() {
        return transport;
    }

    /** False for a mail that is larger than this transport says it takes. */
    boolean takes(Submission submission) {
        long most = transport.capabilities().maxSize();
        return most == Long.MAX_VALUE || submission.size(WireCapabilities.FULL) <= most;
    }

    /** Takes leave; answered by {@link #used}. False while the circuit is open. */
    boolean tryAcquire() {
        return guard.tryAcquire();
    }

    /** Says what came of a use, in one word to the circuit: the worst of its outcomes, or that nothing came of it. */
    void used(Collection<Outcome> outcomes, Leave leave, boolean wholeDestination) {
        Outcome worst = null;
        for (Outcome o : outcomes) {
            if (o.isUntried()) {
                continue;
            }
            if (worst == null || severity(o, wholeDestination) > severity(worst, wholeDestination)) {
                worst = o;
            }
        }
        if (worst != null && severity(worst, wholeDestination) > 0) {
            lastFailure = FAILURES.incrementAndGet();
        }
        if (leave == Leave.NOT_ASKED) {
            return;
        }
        if (worst == null) {
            guard.giveBack();
        } else {
            guard.record(worst, wholeDestination);
        }
    }

    /** Grows with the time of the last failure; 0 when there was none. */
    long lastFailure() {
        return lastFailure;
    }

    private static int severity(Outcome outcome, boolean wholeDestination) {
        if (outcome.kind() == Kind.MISCONFIGURED) {
            return 2;
        }
        boolean inDoubt = outcome.kind() == Kind.AMBIGUOUS && wholeDestination;
        return inDoubt || Guard.failedAsWhole(outcome, wholeDestination) ? 1 : 0;
    }

    /** Whether the circuit was asked before a use. */
    enum Leave {
        GIVEN,
        /** All circuits are open, and one has to be tried all the same. */
        NOT_ASKED
    }
}

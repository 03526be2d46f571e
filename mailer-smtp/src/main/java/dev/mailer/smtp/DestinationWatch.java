// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Failure;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Passes outcomes on, and remembers the one that says that nobody else's mail is taken either. What our own end has cut off before it was
 * anybody's is no failure of the peer. Used by one thread.
 */
final class DestinationWatch implements OutcomeSink {
    private final OutcomeSink outer;
    private final BooleanSupplier ending;
    private @Nullable Outcome failure;

    DestinationWatch(OutcomeSink outer, BooleanSupplier ending) {
        this.outer = outer;
        this.ending = ending;
    }

    /** Why the destination takes nothing for now; null while nothing says so. */
    @Nullable
    Outcome failure() {
        return failure;
    }

    @Override
    public boolean mayComplete(Submission submission) {
        return outer.mayComplete(submission);
    }

    @Override
    public void report(Submission submission, Recipient recipient, Outcome outcome) {
        Outcome told = ending.getAsBoolean() ? withoutBlame(outcome) : outcome;
        if (told.holdsForOthers()) {
            failure = told;
        }
        outer.report(submission, recipient, told);
    }

    private static Outcome withoutBlame(Outcome outcome) {
        Failure cause = outcome.failure();
        if (outcome.kind() != Outcome.Kind.DEFERRED || cause == null || cause.code() != 0) {
            return outcome;
        }
        return Outcome.busy(cause, Duration.ZERO);
    }
}

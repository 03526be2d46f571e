// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import org.jspecify.annotations.Nullable;

/** Passes outcomes on, and remembers the one that says that nobody else's mail is taken either. Used by one thread. */
final class DestinationWatch implements OutcomeSink {
    private final OutcomeSink outer;
    private @Nullable Outcome failure;

    DestinationWatch(OutcomeSink outer) {
        this.outer = outer;
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
        if (outcome.holdsForOthers()) {
            failure = outcome;
        }
        outer.report(submission, recipient, outcome);
    }
}

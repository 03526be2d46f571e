// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A delivery that no child has brought to an end yet; {@code best} is the most useful of what they said, null before the first. */
record OpenDelivery(
        Submission submission,
        Recipient recipient,
        @Nullable Outcome best) {
    /**
     * With one more answer: a deferral counts more than a misconfiguration, having had no turn more than a failure, the earlier retry more than
     * the later, else the last.
     */
    OpenDelivery after(Outcome outcome) {
        return new OpenDelivery(submission, recipient, best == null || rank(outcome, best) <= 0 ? outcome : best);
    }

    private static int rank(Outcome a, Outcome b) {
        if (a.kind() != b.kind()) {
            return a.kind() == Outcome.Kind.MISCONFIGURED ? 1 : -1;
        }
        if (a.isBusy() != b.isBusy()) {
            return a.isBusy() ? -1 : 1;
        }
        return wait(a).compareTo(wait(b));
    }

    /** No wish of the peer's is no wait beyond our own. */
    private static Duration wait(Outcome outcome) {
        return Objects.requireNonNullElse(outcome.retryAfter(), Duration.ZERO);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.SuppressionStore.Reason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which of two entries for the same address and stream counts more: one that holds for good, then that of the better reason, then that
 * which holds longer.
 *
 * @param until null for good
 */
public record Strength(Reason reason, @Nullable Instant until) {
    /** Whether an entry with this strength, made at an instant, takes the place of another. */
    public boolean replaces(Strength other, Instant at) {
        if (other.until != null && !other.until.isAfter(at)) {
            return true;
        }
        if ((until == null) != (other.until == null)) {
            return until == null;
        }
        int byReason = Integer.compare(rank(reason), rank(other.reason));
        return byReason != 0 ? byReason > 0 : until != null && other.until != null && until.isAfter(other.until);
    }

    /** Whether an unsubscription adds nothing to it. */
    public boolean coversUnsubscription() {
        return until == null && rank(reason) >= rank(Reason.UNSUBSCRIBE);
    }

    /** A bounce may be over one day and an unsubscription be taken back; what people said against a mail, or an operator ordered, neither. */
    private static int rank(Reason reason) {
        return switch (reason) {
            case BOUNCE -> 0;
            case UNSUBSCRIBE -> 1;
            case MANUAL, COMPLAINT -> 2;
        };
    }
}

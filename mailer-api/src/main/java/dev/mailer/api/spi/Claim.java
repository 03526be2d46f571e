// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.Experimental;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A delivery leased to a node. The lease is the node's: it holds as long as the node's heartbeat does.
 *
 * @param messageKey the store's own key of the message, for {@link OutboxStore#load}
 * @param size bytes of the message's stored content, to bound what is in memory for sending
 * @param expiresAt no attempt starts at or after it; null when there is no such time, or somebody decided to try again all the same
 * @param attempt the number of this attempt, from 1; later writes hold only while it is current
 * @param retries retries burned so far, for the back-off
 * @param crashes how often a node died while it held this delivery
 * @param journalled true when the holder recorded that it was about to pass the final dot; every claim begins without
 * @param recipient the address; where it cannot be read, {@code unreadable} says why
 * @param suppressedBy name of the {@link SuppressionStore.Reason} for which the address is suppressed by now; null when it is not
 * @param unreadable why the stored address cannot be read; null when it can
 */
@Experimental
public record Claim(
        long deliveryId,
        long messageKey,
        QueueKey queue,
        String recipient,
        AmbiguityPolicy policy,
        long size,
        @Nullable Instant expiresAt,
        int attempt,
        int retries,
        int crashes,
        boolean journalled,
        @Nullable String suppressedBy,
        @Nullable String unreadable) {
    /** A claim whose address can be read. */
    public Claim(
            long deliveryId,
            long messageKey,
            QueueKey queue,
            String recipient,
            AmbiguityPolicy policy,
            long size,
            @Nullable Instant expiresAt,
            int attempt,
            int retries,
            int crashes,
            boolean journalled,
            @Nullable String suppressedBy) {
        this(
                deliveryId,
                messageKey,
                queue,
                recipient,
                policy,
                size,
                expiresAt,
                attempt,
                retries,
                crashes,
                journalled,
                suppressedBy,
                null);
    }

    /** The same claim as another attempt. */
    public Claim withAttempt(int number) {
        return copy(number, crashes, journalled, suppressedBy);
    }

    /** The same claim after so many crashes. */
    public Claim withCrashes(int count) {
        return copy(attempt, count, journalled, suppressedBy);
    }

    /** The same claim once its holder has recorded that it is about to pass the final dot. */
    public Claim asJournalled() {
        return copy(attempt, crashes, true, suppressedBy);
    }

    /** The same claim with an address that is suppressed for this reason, or for none. */
    public Claim withSuppression(@Nullable String reason) {
        return copy(attempt, crashes, journalled, reason);
    }

    private Claim copy(int attempt, int crashes, boolean journalled, @Nullable String suppressedBy) {
        return new Claim(
                deliveryId,
                messageKey,
                queue,
                recipient,
                policy,
                size,
                expiresAt,
                attempt,
                retries,
                crashes,
                journalled,
                suppressedBy,
                unreadable);
    }

    /** Everything but the address. */
    @Override
    public String toString() {
        return "Claim[" + deliveryId + ", attempt=" + attempt + ", crashes=" + crashes + "]";
    }
}

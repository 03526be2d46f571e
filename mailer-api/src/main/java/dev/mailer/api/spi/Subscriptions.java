// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What recipients decide about the mail that they get. A change is committed when a method returns, the suppression list and the event
 * {@code unsubscribed} or {@code subscribed} in one transaction. Thread-safe.
 */
@Experimental
public interface Subscriptions {
    /**
     * A decision.
     *
     * @param address the bare address
     * @param streams those it is about; empty for all streams of the tenant
     * @param deliveryId the delivery by which it was made, on whose timeline it comes; 0 where there is none. One that retention has removed
     *     is as none
     * @param origin who says so, such as {@code one-click}; kept with the entry
     * @param detail more facts for the event
     */
    record Change(
            String tenant,
            String address,
            Set<String> streams,
            long deliveryId,
            String origin,
            Instant at,
            Map<String, String> detail) {
        public Change {
            streams = Set.copyOf(streams);
            detail = Map.copyOf(detail);
        }
    }

    /**
     * Puts the address on the suppression list with the reason {@code UNSUBSCRIBE}, for good, whatever else it is listed for; false, and
     * nothing is stored, when it is there with that reason for these streams, or for all, already.
     */
    boolean unsubscribe(Change change);

    /**
     * Takes entries with the reason {@code UNSUBSCRIBE} off the list, those of the streams; for all streams, every one. What is listed
     * for another reason stays, and forbids mailing as before. False, and nothing is stored, when there is none. An entry for all streams ends with a change about one, and
     * becomes one for each other stream.
     */
    boolean subscribe(Change change);

    /** The entries of an address that hold at an instant, whatever their reason. */
    List<SuppressionStore.Suppression> of(String tenant, String address, Instant now);

    /** The streams of a tenant, by name. */
    List<String> streams(String tenant);
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.EventType;
import dev.mailer.api.Experimental;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Takes opens, clicks and unsubscribes in batches. Thread-safe. */
@Experimental
public interface TrackingStore {
    /** One hit on a tracking endpoint; {@code detail} holds url, user agent and verdict. */
    record Hit(long deliveryId, EventType type, Instant at, Map<String, String> detail) {
        public Hit {
            detail = Map.copyOf(detail);
        }
    }

    /** Appends the hits as events in one commit; hits for unknown deliveries are dropped. Returns how many were stored. */
    int append(List<Hit> hits);
}

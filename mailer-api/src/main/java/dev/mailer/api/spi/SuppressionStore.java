// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Addresses that must not be mailed, per tenant and stream. Thread-safe. */
@Experimental
public interface SuppressionStore {
    /** Why an address is on the list. */
    enum Reason {
        BOUNCE,
        COMPLAINT,
        UNSUBSCRIBE,
        MANUAL
    }

    /**
     * An entry.
     *
     * @param stream null for all streams of the tenant
     * @param address the bare address as {@link dev.mailer.api.Address#key()} gives it
     * @param until the end, from which on it does not hold; null for good
     * @param origin who added it, such as {@code api} or an event's id
     */
    record Suppression(
            String tenant,
            @Nullable String stream,
            String address,
            Reason reason,
            String origin,
            Instant at,
            @Nullable Instant until) {}

    /** Adds or replaces an entry. */
    void add(Suppression suppression);

    /** Removes an entry; false when there was none. */
    boolean remove(String tenant, @Nullable String stream, String address);

    /** Takes the address out of its entries, which hold all the same, by its hash; returns how many there were. */
    int forget(String tenant, String address);

    /** The entry that holds for an address at an instant; null when it may be mailed. */
    @Nullable
    Suppression find(String tenant, String stream, String address, Instant now);

    /**
     * Entries of a tenant behind that of the address {@code after}: in order of address, or, where addresses are encrypted, in an order
     * of the store's own that does not change. Without those of erased addresses, which hold all the same.
     */
    List<Suppression> list(String tenant, @Nullable String after, int limit);
}

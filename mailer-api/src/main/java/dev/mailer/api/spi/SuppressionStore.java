// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Addresses that must not be mailed, per tenant, stream and reason: an address has an entry for each reason there is, and none of them changes
 * another. Thread-safe.
 */
@Experimental
public interface SuppressionStore {
    /** Why an address is on the list. In the order of their names. */
    enum Reason {
        BOUNCE,
        COMPLAINT,
        MANUAL,
        UNSUBSCRIBE
    }

    /**
     * An entry.
     *
     * @param stream null for all streams of the tenant
     * @param address the bare address, in lists as {@link dev.mailer.api.Address#key()} gives it
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

    /** What was done to the list. */
    enum Action {
        /** An entry was added, or one with another end was replaced. */
        ADDED,
        REMOVED
    }

    /**
     * A change of the list.
     *
     * @param stream null for the entry for all streams
     * @param reason of the entry that was added or removed, as is {@code until}
     * @param origin who did it
     */
    record Change(
            String tenant,
            @Nullable String stream,
            String address,
            Action action,
            Reason reason,
            String origin,
            Instant at,
            @Nullable Instant until) {}

    /**
     * Which part of a list.
     *
     * @param stream those of this stream only, without those for all streams; null for all entries
     * @param reason null for any
     * @param domain of the address, as {@link dev.mailer.api.Address#key()} has it; null for any
     * @param holdsAt those that hold at this instant; null for those that ended, too
     * @param after where the part before ended ({@link Listing#next}); null to begin
     */
    record Query(
            String tenant,
            @Nullable String stream,
            @Nullable Reason reason,
            @Nullable String domain,
            @Nullable Instant holdsAt,
            @Nullable String after,
            int limit) {}

    /**
     * A part of a list.
     *
     * @param next what {@link #list} takes to go on behind it, in a form of the store's own; null at the end
     */
    record Listing(List<Suppression> entries, @Nullable String next) {
        public Listing {
            entries = List.copyOf(entries);
        }
    }

    /**
     * Adds an entry, or replaces the one of the same address, stream and reason; true when there was none before, whether or not that held.
     *
     * @throws dev.mailer.api.InvalidEmailException the tenant or its stream is unknown, and so with the methods below that add
     */
    boolean add(Suppression suppression);

    /**
     * Adds or replaces entries as {@link #add} does one after the other; returns how many there were none of before. A store that
     * has transactions adds all or none; this default does not.
     */
    default int addAll(List<Suppression> suppressions) {
        int added = 0;
        for (Suppression suppression : suppressions) {
            added += add(suppression) ? 1 : 0;
        }
        return added;
    }

    /** What {@link #addAll} would return or throw; changes nothing. */
    int countNew(List<Suppression> suppressions);

    /**
     * Removes the entry of a reason, or all of the address and stream; returns how many there were. Each has a line of its own in the history.
     *
     * @param stream null for the entries for all streams, which leaves those of one stream
     * @param reason null for any
     * @param origin who does it, for the history
     */
    int remove(
            String tenant, @Nullable String stream, String address, @Nullable Reason reason, String origin, Instant at);

    /** Takes the address out of its entries, which hold all the same, by its hash, and out of its history; returns how many entries there were. */
    int forget(String tenant, String address);

    /**
     * The entry that holds for an address at an instant; null when it may be mailed. Of several that which holds longest, then that of the
     * first {@link Reason}, then that for all streams.
     */
    @Nullable
    Suppression find(String tenant, String stream, String address, Instant now);

    /** All entries of an address, those that ended too, and those that hold although the address is erased. */
    List<Suppression> entries(String tenant, String address);

    /** The newest 1,000 changes of an address, the oldest of them first, as long as retention keeps them; also those of an address that was erased. */
    List<Change> history(String tenant, String address);

    /**
     * Entries of a tenant in an order of the store's own that does not change. Without those of erased addresses, which hold all the
     * same. A cursor that is none is an {@link dev.mailer.api.InvalidEmailException} that names {@code after}.
     */
    Listing list(Query query);

    /** As {@link #list(Query)}, by stream alone. */
    default Listing list(String tenant, @Nullable String stream, @Nullable String after, int limit) {
        return list(new Query(tenant, stream, null, null, null, after, limit));
    }
}

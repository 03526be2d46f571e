// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import dev.mailer.api.MailEvent;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stored event feed. Positions are assigned after commit, by one sequencer at a time and in batches, so that a reader that
 * goes on from its last position never skips an event of a transaction that committed late. Thread-safe.
 */
@Experimental
public interface EventStore {
    /** Events that are read at once where all of a delivery are looked at. */
    int PAGE = 500;

    /** An event and its place in the feed; positions grow, and may have gaps. */
    record Positioned(long position, MailEvent event) {}

    /** Gives positions to at most {@code limit} committed events that have none; returns how many, 0 also while another node does it or where events have one from the beginning. */
    int assignPositions(int limit);

    /** Events behind a position, in order. Gives positions first where that is due, so a feed that nobody reads costs nothing. */
    List<Positioned> read(long after, int limit);

    /**
     * Those of the events behind a position that somebody wants, in order. Looks at {@code limit} events at most, so that a rare kind does
     * not read the whole feed at once.
     */
    default Part read(EventFilter filter, long after, int limit) {
        List<Positioned> all = read(after, limit);
        return new Part(
                all.stream().filter(e -> filter.takes(e.event())).toList(),
                all.isEmpty() ? after : all.get(all.size() - 1).position(),
                all.size() == limit);
    }

    /**
     * Some of the feed.
     *
     * @param position of the last event that was looked at, from where to go on
     * @param more there may be others at once
     */
    record Part(List<Positioned> events, long position, boolean more) {
        public Part {
            events = List.copyOf(events);
        }
    }

    /** Events by their ids, in any order; those that are gone are left out. */
    List<MailEvent> find(Collection<Long> ids);

    /**
     * Events of a delivery with ids above one, in order of id; none of an unknown delivery.
     *
     * @param limit how many at most
     */
    List<MailEvent> ofDelivery(long deliveryId, long after, int limit);

    /** All events of a delivery, in order of id, read as they are looked at, {@value #PAGE} at once. */
    default Iterable<MailEvent> ofDelivery(long deliveryId) {
        return () -> new EventPages(this, deliveryId);
    }

    /** The position of the newest event; 0 when there is none. Gives positions first, like {@link #read}. */
    long lastPosition();

    /** Has a consumer begin behind a position; false, and nothing has changed, when it is known already. */
    boolean begin(String consumer, long position);

    /** Where a consumer is; 0 at first. */
    long cursor(String consumer);

    /**
     * Makes a node the only one that moves a consumer's cursor, until it gives it back or its registration is removed
     * ({@link OutboxTransaction#removeNode}). A node that has it already keeps it.
     *
     * @param node a number of {@link OutboxTransaction#registerNode}
     * @return where the cursor is; null while another node has it
     */
    @Nullable
    Long takeCursor(String consumer, long node);

    /** Moves a cursor that the node has; false, and nothing has changed, when it has it no longer. */
    boolean moveCursor(String consumer, long node, long position);

    /** Leaves a cursor to other nodes, where it is; nothing happens when the node does not have it. */
    void giveCursorBack(String consumer, long node);
}

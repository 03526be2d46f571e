// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import dev.mailer.api.MailEvent;
import java.util.List;

/**
 * The stored event feed. Positions are assigned after commit, by one sequencer at a time and in batches, so that a reader that
 * goes on from its last position never skips an event of a transaction that committed late. Thread-safe.
 */
@Experimental
public interface EventStore {
    /** An event and its place in the feed; positions grow, and may have gaps. */
    record Positioned(long position, MailEvent event) {}

    /** Gives positions to at most {@code limit} committed events that have none; returns how many, 0 also while another node does it or where events have one from the beginning. */
    int assignPositions(int limit);

    /** Events behind a position, in order. Gives positions first where that is due, so a feed that nobody reads costs nothing. */
    List<Positioned> read(long after, int limit);

    /** The position of the newest event; 0 when there is none. Gives positions first, like {@link #read}. */
    long lastPosition();

    /** Where a consumer is; 0 at first. */
    long cursor(String consumer);

    /** Moves a consumer's cursor. */
    void moveCursor(String consumer, long position);
}

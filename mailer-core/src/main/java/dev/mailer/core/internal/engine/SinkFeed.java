// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.EventSink;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.EventStore.Positioned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Feeds one sink while this node has its cursor, and tries to get the cursor while it has not. The node's lease stands for the
 * cursor's: once it has run out another node may feed, so nothing more is brought. Used by one thread.
 */
final class SinkFeed {
    private static final int BATCH = 500;
    /** Between two tries to get the cursor, and before a batch that failed is tried again. */
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** No node has this number. */
    private static final long NOBODY = 0;

    private final EventSink sink;
    private final EventStore feed;
    private final NodeLease lease;
    private final NanoClock nanos;
    /** The number under which the cursor was taken. */
    private long holder = NOBODY;

    private long position;
    private long nextTry;

    SinkFeed(EventSink sink, EventStore feed, NodeLease lease, NanoClock nanos) {
        this.sink = sink;
        this.feed = feed;
        this.lease = lease;
        this.nanos = nanos;
        this.nextTry = nanos.nanos();
    }

    /** Before anything happens that a sink from now on is to see. */
    void begin() {
        if (sink.start() == EventSink.Start.LATEST) {
            boolean unused = feed.begin(sink.name(), feed.lastPosition());
        }
    }

    /** Brings what is there, if that is this node's to do. */
    void bring() throws Exception {
        if (!hasCursor()) {
            return;
        }
        for (List<Positioned> events = read(); !events.isEmpty() && lease.holds(holder); events = read()) {
            long last = events.get(events.size() - 1).position();
            if (!isBrought(events, last)) {
                holder = NOBODY;
                return;
            }
            position = last;
        }
    }

    /** False when the cursor is another node's by now. */
    private boolean isBrought(List<Positioned> events, long last) throws Exception {
        try {
            sink.accept(new ArrayList<>(events));
            return feed.moveCursor(sink.name(), holder, last);
        } catch (Throwable e) {
            // maybe it is this node that cannot reach what is beyond
            nextTry = nanos.nanos() + PAUSE.toNanos();
            try {
                giveBack();
            } catch (RuntimeException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    /** Leaves the sink to other nodes. */
    void giveBack() {
        long node = holder;
        holder = NOBODY;
        if (node != NOBODY) {
            feed.giveCursorBack(sink.name(), node);
        }
    }

    private boolean hasCursor() {
        long node = lease.node();
        if (!lease.holds(node)) {
            return false;
        }
        if (holder == node) {
            return true;
        }
        // the registration was lost or given up, and the node goes on under another number
        giveBack();
        if (nanos.nanos() - nextTry < 0) {
            return false;
        }
        nextTry = nanos.nanos() + PAUSE.toNanos();
        Long at = feed.takeCursor(sink.name(), node);
        if (at == null) {
            return false;
        }
        holder = node;
        position = at;
        return true;
    }

    private List<Positioned> read() {
        return feed.read(position, BATCH);
    }

    /** The sink, for the log. */
    @Override
    public String toString() {
        return "event sink " + sink.name();
    }
}

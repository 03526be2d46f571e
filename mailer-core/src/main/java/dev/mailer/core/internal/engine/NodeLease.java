// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import java.time.Duration;

/**
 * This process as a holder of claims. The lease is prolonged in the database, but whether it holds is asked of the monotonic
 * clock, counted from before the heartbeat was sent, so that a paused or cut-off process knows by itself when to stop.
 * Thread-safe.
 */
final class NodeLease {
    private final NanoClock nanos;
    private final Duration length;
    private volatile Term term;
    private volatile boolean abandoned;

    NodeLease(NanoClock nanos, Duration length) {
        this.nanos = nanos;
        this.length = length;
        this.term = new Term(0, nanos.nanos());
    }

    /** A number and its end, which change together: who asks for one number must not be answered by the end of the next. */
    private record Term(long node, long deadline) {}

    long node() {
        return term.node;
    }

    Duration length() {
        return length;
    }

    /** @param sentAt reading of the monotonic clock before the registration or heartbeat was sent */
    synchronized void prolonged(long node, long sentAt) {
        if (abandoned && node == term.node) {
            // a heartbeat that was under way when the registration was given up
            return;
        }
        this.term = new Term(node, sentAt + length.toNanos() - margin());
        this.abandoned = false;
    }

    synchronized void lost() {
        term = new Term(term.node, nanos.nanos());
    }

    /**
     * Gives the registration up: what it holds is not known for certain, because a claim was lost with its connection. The node
     * goes on under a new number, and what is left under this one is taken over when its lease ends.
     */
    synchronized void abandon() {
        abandoned = true;
        lost();
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /** False when another node may have taken over what this one holds. */
    boolean holds(long claimedAs) {
        Term now = term;
        return claimedAs == now.node && nanos.nanos() - now.deadline < 0;
    }

    /** What is given up at the end, for clocks that do not run alike and a dot on its way. */
    private long margin() {
        return length.toNanos() / 10;
    }
}

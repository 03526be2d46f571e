// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Settlements that wait for a commit. Guarded by the intake's lock. */
final class SettlementQueue {
    private final ReentrantLock lock;
    private final int enough;
    private final long patience;
    private List<Entry> entries = new ArrayList<>();
    private long since;
    private final long rest;
    private boolean resting;

    /** @param restNanos pause after the store refused some */
    SettlementQueue(ReentrantLock lock, int enough, long patienceNanos, long restNanos) {
        this.lock = lock;
        this.enough = enough;
        this.patience = patienceNanos;
        this.rest = restNanos;
    }

    /**
     * A settlement and what to do after its commit.
     *
     * @param doubtful it may have been stored by a commit whose outcome is unknown
     */
    record Entry(Settlement settlement, Runnable stored, boolean doubtful) {
        Entry with(Settlement other) {
            return new Entry(other, stored, doubtful);
        }

        Entry inDoubt() {
            return new Entry(settlement, stored, true);
        }

        Entry sure() {
            return new Entry(settlement, stored, false);
        }
    }

    /** Returns whether the writer should look: at the first, to set its timer, and when there are enough. */
    boolean add(Settlement settlement, Runnable stored) {
        assert lock.isHeldByCurrentThread();
        if (entries.isEmpty()) {
            since = System.nanoTime();
        }
        entries.add(new Entry(settlement, stored, false));
        return entries.size() == 1 || entries.size() >= enough;
    }

    void putBack(List<Entry> unstored) {
        assert lock.isHeldByCurrentThread();
        since = System.nanoTime();
        resting = true;
        entries.addAll(0, unstored);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    int size() {
        return entries.size();
    }

    /** The store refused some a moment ago. */
    boolean isResting() {
        return resting;
    }

    boolean isRipe() {
        return nanosToRipe() <= 0;
    }

    long nanosToRipe() {
        if (entries.isEmpty()) {
            return Long.MAX_VALUE;
        }
        if (!resting && entries.size() >= enough) {
            return 0;
        }
        return (resting ? rest : patience) - (System.nanoTime() - since);
    }

    List<Entry> take() {
        List<Entry> taken = entries;
        entries = new ArrayList<>();
        resting = false;
        return taken;
    }
}

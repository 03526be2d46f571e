// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Claim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Deliveries that may have passed the final dot and are not settled: what a crash could repeat. At most so many at a time; one
 * whose peer keeps it waiting is journalled and makes room, so that hanging peers cannot stop the node. Thread-safe.
 */
final class Unsettled {
    /** How long a passage may take before it is journalled. */
    static final Duration PATIENCE = Duration.ofSeconds(1);
    /** How long a transport waits for room with an open conversation. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final int max;
    private final Semaphore room;
    private final NanoClock nanos;
    private final Map<Key, Passage> passages = new ConcurrentHashMap<>();

    Unsettled(int max, NanoClock nanos) {
        this.max = max;
        // fair, or a mail with many recipients would wait behind all that have one
        this.room = new Semaphore(max, true);
        this.nanos = nanos;
    }

    /** One attempt: what was taken over may pass again, while a peer still keeps the former attempt waiting. */
    private record Key(long delivery, int attempt) {
        static Key of(Claim claim) {
            return new Key(claim.deliveryId(), claim.attempt());
        }
    }

    /** One delivery past the dot. */
    static final class Passage {
        final Claim claim;
        private final long node;
        private final long since;
        private final AtomicBoolean counted = new AtomicBoolean(true);
        private volatile boolean journalled;

        Passage(Claim claim, long node, long since, boolean journalled) {
            this.claim = claim;
            this.node = node;
            this.since = since;
            this.journalled = journalled;
        }
    }

    /**
     * Waits for room and lets the claims pass; false when there was none in time.
     *
     * @param journalled whether the caller journals them itself
     */
    boolean enter(List<Claim> claims, long node, boolean journalled) {
        int permits = Math.min(claims.size(), max);
        try {
            if (!room.tryAcquire(permits, LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        int counted = 0;
        for (Claim claim : claims) {
            Passage passage = new Passage(claim, node, nanos.nanos(), journalled);
            passage.counted.set(counted++ < permits);
            passages.put(Key.of(claim), passage);
        }
        return true;
    }

    /** The claim is settled. */
    void leave(Claim claim) {
        Passage passage = passages.remove(Key.of(claim));
        if (passage != null) {
            release(passage);
        }
    }

    /** Claims that have been past the dot for too long and are not journalled, by the number under which they were made. */
    Map<Long, List<Claim>> slow() {
        Map<Long, List<Claim>> slow = new HashMap<>();
        for (Passage p : passages.values()) {
            if (!p.journalled && nanos.nanos() - p.since > PATIENCE.toNanos()) {
                slow.computeIfAbsent(p.node, n -> new ArrayList<>()).add(p.claim);
            }
        }
        return slow;
    }

    /** The claims are journalled; they stop counting. */
    void journalled(List<Claim> claims) {
        for (Claim claim : claims) {
            Passage passage = passages.get(Key.of(claim));
            if (passage != null) {
                passage.journalled = true;
                release(passage);
            }
        }
    }

    /** Deliveries that count against the limit. */
    int counted() {
        return max - room.availablePermits();
    }

    /** All deliveries past the dot. */
    int size() {
        return passages.size();
    }

    private void release(Passage passage) {
        if (passage.counted.compareAndSet(true, false)) {
            room.release();
        }
    }
}

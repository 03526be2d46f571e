// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.EventType;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction.Pick;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Claims and settles on a store as the engine does, without sending: each claim of 200 and each settlement is a commit. */
final class ClaimLoop {
    static final int BATCH = 200;
    /** Queues in one claim when there are many. */
    private static final int QUEUES = 20;

    private static final int SCAN_STEP = 512;

    private final OutboxStore store;
    private final long node;
    private long claimNanos;
    private long settleNanos;

    ClaimLoop(OutboxStore store) {
        this.store = store;
        this.node = store.transact(tx -> tx.registerNode("benchmark", store.now(), Duration.ofHours(1)));
    }

    /** Takes deliveries of one queue; returns how many a second. */
    double one(QueueKey queue, int deliveries) {
        List<Pick> picks = List.of(new Pick(queue, BATCH));
        reset();
        long start = System.nanoTime();
        for (int done = 0; done < deliveries; done += BATCH) {
            take(picks);
        }
        return deliveries * 1e9 / (System.nanoTime() - start);
    }

    /**
     * Takes deliveries of many queues, parked ones left out. The lane's queues are searched once for every thousand deliveries,
     * and from those that are not parked each claim takes 10 of each of 20.
     */
    double many(Lane lane, int deliveries) {
        reset();
        long start = System.nanoTime();
        List<Pick> picks = new ArrayList<>();
        for (int done = 0; done < deliveries; done += BATCH) {
            if (done % (5 * BATCH) == 0) {
                picks = search(lane);
            }
            int from = done % (5 * BATCH) / BATCH * QUEUES;
            take(picks.subList(from, from + QUEUES));
        }
        return deliveries * 1e9 / (System.nanoTime() - start);
    }

    /** Parks queues until the end of time. */
    void park(Lane lane, int from, int to) {
        store.transact(tx -> {
            for (int i = from; i < to; i++) {
                tx.park(new ParkedQueue(new QueueKey(lane, Bulk.domain(i)), Instant.MAX, "benchmark", 1), store.now());
            }
            return true;
        });
    }

    double claimMillis(int deliveries) {
        return claimNanos / 1e6 / deliveries * BATCH;
    }

    double settleMillis(int deliveries) {
        return settleNanos / 1e6 / deliveries * BATCH;
    }

    private void reset() {
        claimNanos = 0;
        settleNanos = 0;
    }

    private List<Pick> search(Lane lane) {
        Set<QueueKey> parked = store.parkedSince(Instant.EPOCH).stream()
                .map(ParkedQueue::queue)
                .collect(Collectors.toSet());
        List<Pick> picks = new ArrayList<>();
        String after = null;
        do {
            List<QueueKey> ready = store.readyQueues(lane, after, SCAN_STEP);
            ready.stream().filter(q -> !parked.contains(q)).forEach(q -> picks.add(new Pick(q, BATCH / QUEUES)));
            after = ready.size() < SCAN_STEP
                    ? null
                    : ready.get(ready.size() - 1).domain();
        } while (after != null);
        return picks;
    }

    private void take(List<Pick> picks) {
        long t0 = System.nanoTime();
        Instant now = store.now();
        List<Claim> claims = store.transact(tx -> tx.claim(node, now, picks));
        long t1 = System.nanoTime();
        if (claims.size() != BATCH) {
            throw new IllegalStateException("claimed " + claims.size() + " instead of " + BATCH);
        }
        List<Settlement> settlements = claims.stream().map(c -> sent(c, now)).toList();
        int changed = store.transact(tx -> tx.settle(settlements)).size();
        if (changed != BATCH) {
            throw new IllegalStateException("settled " + changed + " instead of " + BATCH);
        }
        claimNanos += t1 - t0;
        settleNanos += System.nanoTime() - t1;
    }

    private Settlement sent(Claim c, Instant now) {
        return new Settlement(
                c,
                node,
                DeliveryState.SENT,
                false,
                null,
                c.retries(),
                c.crashes(),
                now,
                EventType.SENT,
                "smtp://127.0.0.1:2525",
                null,
                "250 2.0.0 Ok");
    }
}

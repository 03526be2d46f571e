// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.QueueKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes round the store's ready queues, a step at a time, and tells the dispatcher which it found: what other nodes accepted, what
 * host transactions committed, what a parking has released. Reads queues, never deliveries. Used by one thread.
 */
final class QueueSearch {
    /** Queues that are read at a time. */
    private static final int STEP = 512;
    /** Reads in one step while they find parked queues only. */
    private static final int READS = 8;

    private final OutboxStore store;
    private final ParkedQueues parked;
    private final LedgerClock clock;

    QueueSearch(OutboxStore store, ParkedQueues parked, LedgerClock clock) {
        this.store = store;
        this.parked = parked;
        this.clock = clock;
    }

    /** Refreshes the parkings and looks a step further in each lane that has something ready. */
    void step(Dispatcher dispatcher) {
        Instant asOf = clock.instant();
        parked.refresh(store.parkedSince(parked.refreshFrom()), asOf);
        for (Lane lane : store.readyLanes()) {
            Lanes.SearchFrom from = dispatcher.searchFrom(lane);
            if (from != null) {
                look(dispatcher, lane, from.after());
            }
        }
    }

    private void look(Dispatcher dispatcher, Lane lane, @Nullable String from) {
        String after = from;
        List<QueueKey> found = new ArrayList<>();
        for (int read = 0; read < READS && found.isEmpty(); read++) {
            List<QueueKey> queues = store.readyQueues(lane, after, STEP);
            queues.stream().filter(q -> !parked.isParked(q)).forEach(found::add);
            after = queues.size() < STEP ? null : queues.get(queues.size() - 1).domain();
            if (after == null) {
                break;
            }
        }
        dispatcher.found(lane, found, after);
    }
}

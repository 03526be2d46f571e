// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.spi.EventStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The event feed. Events are numbered under the lock that a transaction holds until it commits, so ids serve as positions. */
final class MemoryEvents implements EventStore {
    private final MemoryLedger ledger;
    private final Map<String, Long> cursors = new HashMap<>();

    MemoryEvents(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    @Override
    public int assignPositions(int limit) {
        return 0;
    }

    @Override
    public List<Positioned> read(long after, int limit) {
        return ledger.locked(() -> ledger.events.rows().tailMap(after, false).entrySet().stream()
                .limit(limit)
                .map(e -> new Positioned(e.getKey(), e.getValue()))
                .toList());
    }

    @Override
    public long lastPosition() {
        return ledger.locked(() -> {
            var newest = ledger.events.rows().lastEntry();
            return newest == null ? 0L : newest.getKey();
        });
    }

    @Override
    public long cursor(String consumer) {
        return ledger.locked(() -> cursors.getOrDefault(consumer, 0L));
    }

    @Override
    public void moveCursor(String consumer, long position) {
        ledger.locked(() -> cursors.put(consumer, position));
    }
}

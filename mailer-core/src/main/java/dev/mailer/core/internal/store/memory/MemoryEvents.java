// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.EventStore;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The event feed. Events are numbered under the lock that a transaction holds until it commits, so ids serve as positions. */
final class MemoryEvents implements EventStore {
    /** No node has this number. */
    private static final long NOBODY = 0;

    private static final Cursor BEGIN = new Cursor(0, NOBODY);

    private final MemoryLedger ledger;
    private final Map<String, Cursor> cursors = new HashMap<>();

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
    public List<MailEvent> find(Collection<Long> ids) {
        return ledger.locked(() -> ids.stream()
                .distinct()
                .map(ledger.events::get)
                .filter(Objects::nonNull)
                .toList());
    }

    @Override
    public List<MailEvent> ofDelivery(long deliveryId, long after, int limit) {
        return ledger.locked(() -> {
            DeliveryRow row = ledger.deliveries.get(deliveryId);
            return row == null
                    ? List.<MailEvent>of()
                    : ledger.timeline(row.facts().messageKey()).tailMap(after, false).values().stream()
                            .filter(e -> e.deliveryId() == deliveryId)
                            .limit(limit)
                            .toList();
        });
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
        return ledger.locked(() -> at(consumer).position);
    }

    @Override
    public @Nullable Long takeCursor(String consumer, long node) {
        return ledger.locked(() -> {
            Cursor cursor = at(consumer);
            if (cursor.node != node && ledger.nodes.get(cursor.node) != null) {
                return null;
            }
            cursors.put(consumer, new Cursor(cursor.position, node));
            return cursor.position;
        });
    }

    @Override
    public boolean begin(String consumer, long position) {
        return ledger.locked(() -> cursors.putIfAbsent(consumer, new Cursor(position, NOBODY)) == null);
    }

    @Override
    public boolean moveCursor(String consumer, long node, long position) {
        return ledger.locked(
                () -> at(consumer).node == node && cursors.put(consumer, new Cursor(position, node)) != null);
    }

    @Override
    public void giveCursorBack(String consumer, long node) {
        ledger.locked(() ->
                cursors.computeIfPresent(consumer, (name, c) -> c.node == node ? new Cursor(c.position, NOBODY) : c));
    }

    /** When the first event happened that a consumer has not read; null without any. */
    @Nullable
    Instant unreadSince() {
        var read = cursors.values().stream().mapToLong(Cursor::position).min();
        var unread = read.isEmpty() ? null : ledger.events.rows().higherEntry(read.getAsLong());
        return unread == null ? null : unread.getValue().at();
    }

    private Cursor at(String consumer) {
        return cursors.getOrDefault(consumer, BEGIN);
    }

    /** Where a consumer is, and the node that feeds it. */
    private record Cursor(long position, long node) {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.spi.OutboxTransaction.Purge;
import dev.mailer.core.internal.store.UnreadEvents;
import dev.mailer.core.internal.store.UntoldEvents;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Removes what has been final for long enough, oldest first. */
final class Retention {
    private final MemoryLedger ledger;

    Retention(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    int purge(Purge what, Instant before, int limit) {
        return switch (what) {
            case CONTENT -> contents(before, limit);
            case MESSAGE -> messages(UnreadEvents.keptFrom(before, ledger.feed.unreadSince()), limit);
            case IDEMPOTENCY_KEY -> idempotencyKeys(before, limit);
            case PARKING -> parkings(before, limit);
            case SUPPRESSION_CHANGE ->
                ledger.suppressionHistory.purge(UnreadEvents.keptFrom(before, ledger.feed.unreadSince()), limit);
        };
    }

    private int parkings(Instant before, int limit) {
        List<String> queues = ledger.parkings.rows().entrySet().stream()
                .filter(e -> e.getValue().changedAt().isBefore(before)
                        && e.getValue().parked().until().isBefore(before))
                .limit(limit)
                .map(e -> e.getKey())
                .toList();
        queues.forEach(ledger.parkings::remove);
        return queues.size();
    }

    private int contents(Instant before, int limit) {
        List<MessageRow> rows = ledger.messages.rows().values().stream()
                .filter(m -> m.stored().content() != null && isOver(m, before))
                .limit(limit)
                .toList();
        rows.forEach(m -> ledger.messages.put(m.stored().key(), m.withoutContent()));
        return rows.size();
    }

    private int messages(Instant before, int limit) {
        List<MessageRow> rows = ledger.messages.rows().values().stream()
                .filter(m -> isOver(m, before) && (isOver(m, UntoldEvents.keptFrom(before)) || !waits(m)))
                .limit(limit)
                .toList();
        for (MessageRow m : rows) {
            long key = m.stored().key();
            List.copyOf(ledger.timeline(key).keySet()).forEach(ledger.events::remove);
            List.copyOf(ledger.reportsOf(key)).forEach(ledger.reports::remove);
            m.deliveries().forEach(ledger.deliveries::remove);
            ledger.messages.remove(key);
        }
        return rows.size();
    }

    private boolean waits(MessageRow m) {
        return ledger.timeline(m.stored().key()).keySet().stream().anyMatch(ledger.webhooks::waits);
    }

    private int idempotencyKeys(Instant before, int limit) {
        List<String> keys = ledger.idempotencyKeys.rows().entrySet().stream()
                .filter(e -> e.getValue().at().isBefore(before))
                .limit(limit)
                .map(e -> e.getKey())
                .toList();
        keys.forEach(ledger.idempotencyKeys::remove);
        return keys.size();
    }

    /** True when nothing more is to be done, and nothing has changed since. */
    private boolean isOver(MessageRow m, Instant before) {
        return m.stored().acceptedAt().isBefore(before)
                && m.deliveries().stream()
                        .map(id -> Objects.requireNonNull(ledger.deliveries.get(id)))
                        .allMatch(d -> d.isSettled() && d.changedAt().isBefore(before));
    }
}

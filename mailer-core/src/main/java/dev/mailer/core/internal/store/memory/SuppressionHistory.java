// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.SuppressionStore.Action;
import dev.mailer.api.spi.SuppressionStore.Change;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.internal.store.UntoldEvents;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** The history of the suppression list. Guarded by the ledger's lock. */
final class SuppressionHistory {
    private static final int MOST = 1_000;

    private final MemoryLedger ledger;

    SuppressionHistory(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    /**
     * A change.
     *
     * @param event the event about the address alone that goes with it; 0 for none
     */
    record Row(Change change, long event) {}

    /** @param entry with who did it and when */
    void add(Action action, Suppression entry, long event) {
        Change change = new Change(
                entry.tenant(),
                entry.stream(),
                entry.address(),
                action,
                entry.reason(),
                entry.origin(),
                entry.at(),
                entry.until());
        ledger.suppressionChanges.put(ledger.nextId(), new Row(change, event));
    }

    List<Change> of(String tenant, String addressKey) {
        List<Change> all = ledger.suppressionChanges.rows().values().stream()
                .map(Row::change)
                .filter(c -> c.tenant().equals(tenant) && c.address().equals(addressKey))
                .sorted(Comparator.comparing(Change::at))
                .toList();
        return all.subList(Math.max(0, all.size() - MOST), all.size());
    }

    /** The address stays as what the rows are found by, as in a store it is a hash; the events about it alone lose it. */
    void forget(String tenant, String addressKey) {
        List<MailEvent> own = ledger.events.rows().values().stream()
                .filter(e -> e.messageId() == null && e.tenant().equals(tenant) && addressKey.equals(e.recipient()))
                .toList();
        own.forEach(e -> ledger.events.put(
                e.id(),
                MailEvent.builder(e.type(), e.at(), e.tenant())
                        .id(e.id())
                        .delivery(0, "")
                        .build()));
        ledger.webhooks.forgetAnswers(own.stream().map(MailEvent::id).toList());
    }

    int purge(Instant before, int limit) {
        List<Long> old = ledger.suppressionChanges.rows().entrySet().stream()
                .filter(r -> isOver(r.getValue(), before))
                .limit(limit)
                .map(r -> r.getKey())
                .toList();
        for (long id : old) {
            Row row = ledger.suppressionChanges.get(id);
            if (row != null && row.event != 0) {
                ledger.events.remove(row.event);
            }
            ledger.suppressionChanges.remove(id);
        }
        return old.size();
    }

    private boolean isOver(Row row, Instant before) {
        Instant at = row.change.at();
        return at.isBefore(before) && (at.isBefore(UntoldEvents.keptFrom(before)) || !ledger.webhooks.waits(row.event));
    }
}

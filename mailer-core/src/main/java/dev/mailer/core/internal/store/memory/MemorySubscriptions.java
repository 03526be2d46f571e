// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.Subscriptions;
import dev.mailer.api.spi.SuppressionStore.Action;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.internal.digest.AddressKeys;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What recipients decide. Guarded by the ledger's lock. */
final class MemorySubscriptions implements Subscriptions {
    private final MemoryLedger ledger;
    private final MemorySuppressions list;

    MemorySubscriptions(MemoryLedger ledger) {
        this.ledger = ledger;
        this.list = ledger.suppressions;
    }

    @Override
    public boolean unsubscribe(Change change) {
        return ledger.transact(() -> {
            requireKnown(change);
            List<Suppression> there = list.entries(change.tenant(), change.address());
            List<Suppression> added = new ArrayList<>();
            for (@Nullable String stream : streams(change)) {
                boolean covered = there.stream()
                        .anyMatch(e -> (e.stream() == null || e.stream().equals(stream))
                                && e.reason() == Reason.UNSUBSCRIBE
                                && e.until() == null);
                Suppression entry = new Suppression(
                        change.tenant(),
                        stream,
                        AddressKeys.of(change.address()),
                        Reason.UNSUBSCRIBE,
                        change.origin(),
                        change.at(),
                        null);
                if (!covered && list.putLater(entry)) {
                    added.add(entry);
                }
            }
            return record(change, EventType.UNSUBSCRIBED, Action.ADDED, added);
        });
    }

    @Override
    public boolean subscribe(Change change) {
        return ledger.transact(() -> {
            requireKnown(change);
            List<Suppression> removed = new ArrayList<>();
            for (Suppression e : list.entries(change.tenant(), change.address())) {
                boolean meant = change.streams().isEmpty()
                        || e.stream() == null
                        || change.streams().contains(e.stream());
                if (meant && e.reason() == Reason.UNSUBSCRIBE) {
                    list.remove(e.address(), e);
                    removed.add(new Suppression(
                            e.tenant(), e.stream(), e.address(), e.reason(), change.origin(), change.at(), e.until()));
                    if (e.stream() == null && !change.streams().isEmpty()) {
                        spread(change, e);
                    }
                }
            }
            return record(change, EventType.SUBSCRIBED, Action.REMOVED, removed);
        });
    }

    /** An entry for all streams becomes one for each of those that the change is not about. */
    private void spread(Change change, Suppression all) {
        for (String stream : streams(change.tenant())) {
            Suppression one = new Suppression(
                    all.tenant(), stream, all.address(), all.reason(), all.origin(), all.at(), all.until());
            if (!change.streams().contains(stream) && list.putLater(one)) {
                ledger.suppressionHistory.add(Action.ADDED, one, 0);
            }
        }
    }

    @Override
    public List<Suppression> of(String tenant, String address, Instant now) {
        return list.entries(tenant, address).stream()
                .filter(e -> e.until() == null || e.until().isAfter(now))
                .toList();
    }

    @Override
    public List<String> streams(String tenant) {
        return ledger.locked(() -> ledger.lanes.streams(tenant));
    }

    private void requireKnown(Change change) {
        ledger.lanes.requireTenant(change.tenant());
        change.streams().forEach(stream -> ledger.lanes.require(new Lane(change.tenant(), stream)));
    }

    /** Null stands for all. */
    private static List<@Nullable String> streams(Change change) {
        List<@Nullable String> streams = new ArrayList<>(new TreeSet<>(change.streams()));
        if (streams.isEmpty()) {
            streams.add(null);
        }
        return streams;
    }

    private boolean record(Change change, EventType type, Action action, List<Suppression> entries) {
        if (entries.isEmpty()) {
            return false;
        }
        Map<String, String> detail = new TreeMap<>(change.detail());
        detail.put("origin", change.origin());
        if (!change.streams().isEmpty()) {
            detail.put("streams", String.join(",", new TreeSet<>(change.streams())));
        }
        DeliveryRow delivery = delivery(change);
        long event = delivery != null
                ? ledger.add(ledger.event(type, change.at(), delivery)
                        .attempt(delivery.lease().attempt(), null)
                        .detail(detail))
                : ledger.add(MailEvent.builder(type, change.at(), change.tenant())
                        .delivery(0, AddressKeys.of(change.address()))
                        .detail(detail));
        for (int i = 0; i < entries.size(); i++) {
            ledger.suppressionHistory.add(action, entries.get(i), delivery != null || i > 0 ? 0 : event);
        }
        return true;
    }

    /** That by which somebody decided; null for none of the tenant. */
    private @Nullable DeliveryRow delivery(Change change) {
        DeliveryRow row = ledger.deliveries.get(change.deliveryId());
        return row != null && row.facts().queue().lane().tenant().equals(change.tenant()) ? row : null;
    }
}

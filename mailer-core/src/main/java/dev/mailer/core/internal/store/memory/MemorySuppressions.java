// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.SuppressionStore;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The suppression list. Guarded by the ledger's lock. */
final class MemorySuppressions implements SuppressionStore {
    /** Stands for all streams, and is no name of one. */
    private static final String ALL_STREAMS = "";

    private final MemoryLedger ledger;
    /** By tenant, by address, by stream. */
    private final Map<String, NavigableMap<String, NavigableMap<String, Suppression>>> entries = new HashMap<>();

    MemorySuppressions(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    @Override
    public void add(Suppression s) {
        ledger.locked(() -> entries.computeIfAbsent(s.tenant(), t -> new TreeMap<>())
                .computeIfAbsent(MemoryLedger.addressKey(s.address()), a -> new TreeMap<>())
                .put(stream(s.stream()), s));
    }

    @Override
    public boolean remove(String tenant, @Nullable String stream, String address) {
        return ledger.locked(() -> {
            NavigableMap<String, NavigableMap<String, Suppression>> addresses = ofTenant(tenant);
            String key = MemoryLedger.addressKey(address);
            NavigableMap<String, Suppression> streams = addresses.getOrDefault(key, new TreeMap<>());
            boolean removed = streams.remove(stream(stream)) != null;
            if (streams.isEmpty()) {
                addresses.remove(key);
            }
            return removed;
        });
    }

    /** The address stays as the key of the entries, as in a store it is a hash, and is not told any more. */
    @Override
    public int forget(String tenant, String address) {
        return ledger.locked(() -> {
            NavigableMap<String, Suppression> streams =
                    ofTenant(tenant).getOrDefault(MemoryLedger.addressKey(address), new TreeMap<>());
            int known =
                    (int) streams.values().stream().filter(s -> !isForgotten(s)).count();
            streams.replaceAll((stream, s) ->
                    new Suppression(s.tenant(), s.stream(), "", s.reason(), s.origin(), s.at(), s.until()));
            return known;
        });
    }

    private static boolean isForgotten(Suppression s) {
        return s.address().isEmpty();
    }

    @Override
    public @Nullable Suppression find(String tenant, String stream, String address, Instant now) {
        return ledger.locked(() -> {
            Suppression s = find(new Lane(tenant, stream), MemoryLedger.addressKey(address), now);
            return s == null || !isForgotten(s)
                    ? s
                    : new Suppression(s.tenant(), s.stream(), address, s.reason(), s.origin(), s.at(), s.until());
        });
    }

    @Override
    public List<Suppression> list(String tenant, @Nullable String after, int limit) {
        return ledger.locked(() -> {
            NavigableMap<String, NavigableMap<String, Suppression>> addresses = ofTenant(tenant);
            return (after == null ? addresses : addresses.tailMap(MemoryLedger.addressKey(after), false))
                    .values().stream()
                            .flatMap(streams -> streams.values().stream())
                            .filter(s -> !isForgotten(s))
                            .limit(limit)
                            .toList();
        });
    }

    /** The one for all streams comes first. */
    @Nullable
    Suppression find(Lane lane, String addressKey, Instant now) {
        NavigableMap<String, Suppression> streams = ofTenant(lane.tenant()).get(addressKey);
        if (streams == null) {
            return null;
        }
        Suppression all = streams.get(ALL_STREAMS);
        if (all != null && holds(all, now)) {
            return all;
        }
        Suppression one = streams.get(lane.stream());
        return one != null && holds(one, now) ? one : null;
    }

    private NavigableMap<String, NavigableMap<String, Suppression>> ofTenant(String tenant) {
        return entries.getOrDefault(tenant, new TreeMap<>());
    }

    private static boolean holds(Suppression s, Instant now) {
        return s.until() == null || s.until().isAfter(now);
    }

    private static String stream(@Nullable String stream) {
        return stream == null ? ALL_STREAMS : stream;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.core.internal.digest.AddressKeys;
import dev.mailer.core.internal.store.Strength;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
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
    public boolean add(Suppression entry) {
        return addAll(List.of(entry)) == 1;
    }

    @Override
    public int addAll(List<Suppression> all) {
        return ledger.locked(() -> {
            int added = countNew(all);
            for (Suppression s : all) {
                Suppression stored = named(s, AddressKeys.of(s.address()));
                Suppression before = put(s.tenant(), stored.address(), s.stream(), stored);
                if (before == null || !strength(before).equals(strength(stored))) {
                    ledger.suppressionHistory.add(Action.ADDED, stored, 0);
                }
            }
            return added;
        });
    }

    @Override
    public int countNew(List<Suppression> all) {
        return ledger.locked(() -> {
            Set<Place> places = new HashSet<>();
            for (Suppression s : all) {
                requireKnown(s.tenant(), s.stream());
                places.add(new Place(s.tenant(), AddressKeys.of(s.address()), stream(s.stream())));
            }
            return (int) places.stream()
                    .filter(p -> !ofTenant(p.tenant)
                            .getOrDefault(p.address, new TreeMap<>())
                            .containsKey(p.stream))
                    .count();
        });
    }

    @Override
    public boolean remove(String tenant, @Nullable String stream, String address, String origin, Instant at) {
        return ledger.locked(() -> {
            requireKnown(tenant, stream);
            String key = AddressKeys.of(address);
            Suppression removed = put(tenant, key, stream, null);
            if (removed != null) {
                ledger.suppressionHistory.add(
                        Action.REMOVED,
                        new Suppression(tenant, stream, key, removed.reason(), origin, at, removed.until()),
                        0);
            }
            return removed != null;
        });
    }

    /** Within a transaction, or at once without one; returns what was there. */
    @Nullable
    Suppression put(String tenant, String key, @Nullable String stream, @Nullable Suppression entry) {
        Suppression before = apply(tenant, key, stream(stream), entry);
        ledger.undo.add(() -> apply(tenant, key, stream(stream), before));
        return before;
    }

    /** Returns whether it counts more than what is there. */
    boolean putStronger(Suppression entry) {
        Suppression there = ofTenant(entry.tenant())
                .getOrDefault(entry.address(), new TreeMap<>())
                .get(stream(entry.stream()));
        boolean stronger = there == null || strength(entry).replaces(strength(there), entry.at());
        if (stronger) {
            put(entry.tenant(), entry.address(), entry.stream(), entry);
        }
        return stronger;
    }

    private static Strength strength(Suppression s) {
        return new Strength(s.reason(), s.until());
    }

    private @Nullable Suppression apply(String tenant, String key, String stream, @Nullable Suppression entry) {
        NavigableMap<String, NavigableMap<String, Suppression>> addresses =
                entries.computeIfAbsent(tenant, t -> new TreeMap<>());
        NavigableMap<String, Suppression> streams = addresses.computeIfAbsent(key, a -> new TreeMap<>());
        Suppression before = entry == null ? streams.remove(stream) : streams.put(stream, entry);
        if (streams.isEmpty()) {
            addresses.remove(key);
        }
        return before;
    }

    @Override
    public List<Change> history(String tenant, String address) {
        return ledger.locked(() -> ledger.suppressionHistory.of(tenant, AddressKeys.of(address)));
    }

    /** The address stays as the key of the entries, as in a store it is a hash, and is not told any more. */
    @Override
    public int forget(String tenant, String address) {
        return ledger.locked(() -> {
            ledger.suppressionHistory.forget(tenant, AddressKeys.of(address));
            NavigableMap<String, Suppression> streams =
                    ofTenant(tenant).getOrDefault(AddressKeys.of(address), new TreeMap<>());
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
        String key = AddressKeys.of(address);
        return ledger.locked(() -> {
            Suppression s = find(new Lane(tenant, stream), key, now);
            return s == null ? null : named(s, key);
        });
    }

    @Override
    public List<Suppression> entries(String tenant, String address) {
        String key = AddressKeys.of(address);
        return ledger.locked(() -> ofTenant(tenant).getOrDefault(key, new TreeMap<>()).values().stream()
                .map(s -> named(s, key))
                .toList());
    }

    /** Who asks by an address knows it, also when it is forgotten here. */
    private static Suppression named(Suppression s, String address) {
        return new Suppression(s.tenant(), s.stream(), address, s.reason(), s.origin(), s.at(), s.until());
    }

    @Override
    public Listing list(Query query) {
        String after = query.after();
        Place last = after == null ? null : place(query.tenant(), after);
        return ledger.locked(() -> {
            requireKnown(query.tenant(), query.stream());
            NavigableMap<String, NavigableMap<String, Suppression>> addresses = ofTenant(query.tenant());
            List<Suppression> found = (last == null ? addresses : addresses.tailMap(last.address, true))
                    .entrySet().stream()
                            .flatMap(e -> (last != null && e.getKey().equals(last.address)
                                            ? e.getValue().tailMap(last.stream, false)
                                            : e.getValue())
                                    .values().stream())
                            .filter(s -> !isForgotten(s) && isWanted(s, query))
                            .limit(query.limit() + 1L)
                            .toList();
            if (found.size() <= query.limit()) {
                return new Listing(found, null);
            }
            Suppression end = found.get(query.limit() - 1);
            return new Listing(found.subList(0, query.limit()), cursor(end.address(), stream(end.stream())));
        });
    }

    private static boolean isWanted(Suppression s, Query query) {
        return (query.stream() == null || query.stream().equals(s.stream()))
                && (query.reason() == null || query.reason() == s.reason())
                && (query.domain() == null || s.address().endsWith("@" + query.domain()))
                && (query.holdsAt() == null || holds(s, query.holdsAt()));
    }

    /** Where an entry is. */
    private record Place(String tenant, String address, String stream) {}

    private static String cursor(String address, String stream) {
        return HexFormat.of().formatHex((stream + " " + address).getBytes(StandardCharsets.UTF_8));
    }

    private static Place place(String tenant, String cursor) {
        String text = new String(HexFormat.of().parseHex(cursor), StandardCharsets.UTF_8);
        int blank = text.indexOf(' ');
        if (blank < 0) {
            throw new IllegalArgumentException("no list ended there");
        }
        return new Place(tenant, text.substring(blank + 1), text.substring(0, blank));
    }

    private void requireKnown(String tenant, @Nullable String stream) {
        if (stream != null) {
            ledger.requireKnown(new Lane(tenant, stream));
        }
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

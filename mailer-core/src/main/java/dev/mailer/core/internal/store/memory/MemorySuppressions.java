// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.core.internal.digest.AddressKeys;
import dev.mailer.core.internal.store.Ends;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The suppression list. Entries count against the store's capacity: those that are given are refused where it is full, those that follow
 * from mail that was accepted never are. Guarded by the ledger's lock.
 */
final class MemorySuppressions implements SuppressionStore {
    /** Stands for all streams, and is no name of one. */
    private static final String ALL_STREAMS = "";

    private final MemoryLedger ledger;
    /** Of several that hold, the first is told. */
    private static final Comparator<Suppression> FOREMOST = ((Comparator<Suppression>)
                    (a, b) -> Ends.isLater(a.until(), b.until()) ? -1 : Ends.isLater(b.until(), a.until()) ? 1 : 0)
            .thenComparing(Suppression::reason)
            .thenComparing(s -> s.stream() != null);

    /** By tenant, by address, by stream and reason. */
    private final Map<String, NavigableMap<String, NavigableMap<Slot, Suppression>>> entries = new HashMap<>();

    MemorySuppressions(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    /** Where an entry of an address is. */
    private record Slot(String stream, Reason reason) implements Comparable<Slot> {
        static Slot of(Suppression s) {
            String stream = s.stream();
            return new Slot(stream == null ? ALL_STREAMS : stream, s.reason());
        }

        @Override
        public int compareTo(Slot other) {
            int byStream = stream.compareTo(other.stream);
            return byStream != 0 ? byStream : reason.compareTo(other.reason);
        }
    }

    @Override
    public boolean add(Suppression entry) {
        return addAll(List.of(entry)) == 1;
    }

    @Override
    public int addAll(List<Suppression> all) {
        return ledger.locked(() -> {
            int added = countNew(all);
            ledger.requireRoom(added, all.stream().filter(this::isChange).count());
            for (Suppression s : all) {
                Suppression stored = named(s, AddressKeys.of(s.address()));
                Suppression before = put(stored.address(), stored);
                if (before == null || !Objects.equals(before.until(), stored.until())) {
                    ledger.suppressionHistory.add(Action.ADDED, stored, 0);
                }
            }
            return added;
        });
    }

    /** True for what is not there as it is. */
    private boolean isChange(Suppression s) {
        Suppression there = ofAddress(s.tenant(), AddressKeys.of(s.address())).get(Slot.of(s));
        return there == null || !Objects.equals(there.until(), s.until());
    }

    @Override
    public int countNew(List<Suppression> all) {
        return ledger.locked(() -> {
            Set<Place> places = new HashSet<>();
            for (Suppression s : all) {
                requireKnown(s.tenant(), s.stream());
                places.add(new Place(s.tenant(), AddressKeys.of(s.address()), Slot.of(s)));
            }
            return (int) places.stream()
                    .filter(p -> !ofAddress(p.tenant, p.address).containsKey(p.slot))
                    .count();
        });
    }

    @Override
    public int remove(
            String tenant,
            @Nullable String stream,
            String address,
            @Nullable Reason reason,
            String origin,
            Instant at) {
        return ledger.locked(() -> {
            requireKnown(tenant, stream);
            String key = AddressKeys.of(address);
            List<Suppression> meant = ofAddress(tenant, key).values().stream()
                    .filter(s -> Objects.equals(s.stream(), stream) && (reason == null || reason == s.reason()))
                    .toList();
            for (Suppression s : meant) {
                remove(key, s);
                ledger.suppressionHistory.add(
                        Action.REMOVED, new Suppression(tenant, stream, key, s.reason(), origin, at, s.until()), 0);
            }
            return meant.size();
        });
    }

    /** Within a transaction, or at once without one. */
    void remove(String key, Suppression entry) {
        Suppression before = apply(entry.tenant(), key, Slot.of(entry), null);
        ledger.undo.add(() -> apply(entry.tenant(), key, Slot.of(entry), before));
    }

    /** As {@link #remove}; returns what was there. */
    private @Nullable Suppression put(String key, Suppression entry) {
        Suppression before = apply(entry.tenant(), key, Slot.of(entry), entry);
        ledger.undo.add(() -> apply(entry.tenant(), key, Slot.of(entry), before));
        return before;
    }

    /** Returns whether there was none, or one that ended before. */
    boolean putLater(Suppression entry) {
        Suppression there = ofAddress(entry.tenant(), entry.address()).get(Slot.of(entry));
        boolean later = there == null || Ends.isLater(entry.until(), there.until());
        if (later) {
            put(entry.address(), entry);
        }
        return later;
    }

    private @Nullable Suppression apply(String tenant, String key, Slot slot, @Nullable Suppression entry) {
        NavigableMap<String, NavigableMap<Slot, Suppression>> addresses =
                entries.computeIfAbsent(tenant, t -> new TreeMap<>());
        NavigableMap<Slot, Suppression> slots = addresses.computeIfAbsent(key, a -> new TreeMap<>());
        Suppression before = entry == null ? slots.remove(slot) : slots.put(slot, entry);
        ledger.countEntries((entry == null ? 0 : 1) - (before == null ? 0 : 1));
        if (slots.isEmpty()) {
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
            NavigableMap<Slot, Suppression> slots = ofAddress(tenant, AddressKeys.of(address));
            int known =
                    (int) slots.values().stream().filter(s -> !isForgotten(s)).count();
            slots.replaceAll((slot, s) ->
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
        return ledger.locked(() ->
                ofAddress(tenant, key).values().stream().map(s -> named(s, key)).toList());
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
            NavigableMap<String, NavigableMap<Slot, Suppression>> addresses = ofTenant(query.tenant());
            List<Suppression> found = (last == null ? addresses : addresses.tailMap(last.address, true))
                    .entrySet().stream()
                            .flatMap(e -> (last != null && e.getKey().equals(last.address)
                                            ? e.getValue().tailMap(last.slot, false)
                                            : e.getValue())
                                    .values().stream())
                            .filter(s -> !isForgotten(s) && isWanted(s, query))
                            .limit(query.limit() + 1L)
                            .toList();
            if (found.size() <= query.limit()) {
                return new Listing(found, null);
            }
            Suppression end = found.get(query.limit() - 1);
            return new Listing(found.subList(0, query.limit()), cursor(end));
        });
    }

    private static boolean isWanted(Suppression s, Query query) {
        return (query.stream() == null || query.stream().equals(s.stream()))
                && (query.reason() == null || query.reason() == s.reason())
                && (query.domain() == null || s.address().endsWith("@" + query.domain()))
                && (query.holdsAt() == null || holds(s, query.holdsAt()));
    }

    /** Where an entry is. */
    private record Place(String tenant, String address, Slot slot) {}

    private static String cursor(Suppression end) {
        Slot slot = Slot.of(end);
        return HexFormat.of()
                .formatHex((slot.stream + " " + slot.reason + " " + end.address()).getBytes(StandardCharsets.UTF_8));
    }

    private static Place place(String tenant, String cursor) {
        try {
            String text = new String(HexFormat.of().parseHex(cursor), StandardCharsets.UTF_8);
            int first = text.indexOf(' ');
            int second = text.indexOf(' ', first + 1);
            Slot slot = new Slot(text.substring(0, first), Reason.valueOf(text.substring(first + 1, second)));
            return new Place(tenant, text.substring(second + 1), slot);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new InvalidEmailException("after", "is not where a list ended", e);
        }
    }

    private void requireKnown(String tenant, @Nullable String stream) {
        if (stream != null) {
            ledger.lanes.require(new Lane(tenant, stream));
        }
    }

    @Nullable
    Suppression find(Lane lane, String addressKey, Instant now) {
        return ofAddress(lane.tenant(), addressKey).values().stream()
                .filter(s -> s.stream() == null || s.stream().equals(lane.stream()))
                .filter(s -> holds(s, now))
                .min(FOREMOST)
                .orElse(null);
    }

    private NavigableMap<String, NavigableMap<Slot, Suppression>> ofTenant(String tenant) {
        return entries.getOrDefault(tenant, new TreeMap<>());
    }

    private NavigableMap<Slot, Suppression> ofAddress(String tenant, String addressKey) {
        return ofTenant(tenant).getOrDefault(addressKey, new TreeMap<>());
    }

    private static boolean holds(Suppression s, Instant now) {
        return s.until() == null || s.until().isAfter(now);
    }
}

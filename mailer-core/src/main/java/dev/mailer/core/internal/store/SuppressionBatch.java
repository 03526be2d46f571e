// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.FieldCipher.DataKey;
import dev.mailer.api.spi.FieldCipher.WrappedKey;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.internal.digest.AddressKeys;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Entries of one tenant on their way into the suppression list, within one transaction. Of those for the same address, stream and reason the last
 * counts.
 *
 * <p>Two that write the same entries wait for each other instead of deadlocking: each locks what is there first, and adds what is not then, both
 * in order of key. So the order must be that of the whole transaction: one that has several tenants takes them by name.
 */
final class SuppressionBatch {
    /** Hashes that are looked up together; fewer are filled up, so that there is one statement. */
    private static final int LOOKED_UP = 128;

    private static final String KNOWN =
            "select lookup_hash, stream_id, reason, until_at from mailer_suppression where tenant_id = ? and"
                    + " lookup_hash in (?" + ", ?".repeat(LOOKED_UP - 1) + ") order by lookup_hash, stream_id, reason";
    private static final int KEY_COLUMNS = 4;

    private static final String[] PLAIN = columns("key_version int4");
    private static final String[] SEALED = columns("key_version int4", "lookup_key_version int4", "wrapped_key bytea");

    private final Statements statements;
    private final Ledger ledger;
    private final String tenant;
    private final long tenantId;
    private final NavigableMap<Place, Item> items = new TreeMap<>();
    private final Map<Place, There> known = new HashMap<>();

    /** Looks up which of them are there. */
    SuppressionBatch(Statements statements, Ledger ledger, String tenant, List<Suppression> entries)
            throws SQLException {
        this.statements = statements;
        this.ledger = ledger;
        this.tenant = tenant;
        this.tenantId = ledger.lanes.requireTenantId(statements, tenant);
        for (Suppression entry : entries) {
            String name = entry.stream();
            long stream = name == null ? SuppressionRows.ALL_STREAMS : stream(name);
            String address = AddressKeys.of(entry.address());
            List<Bytes> hashes = SuppressionRows.hashes(ledger.cipher, tenant, address);
            items.put(new Place(hashes.get(0), stream, entry.reason()), new Item(address, hashes, entry));
        }
        lookUp(items.values(), "");
    }

    /** Where an entry of the tenant is; in the order of its key. */
    private record Place(Bytes hash, long stream, Reason reason) implements Comparable<Place> {
        Place with(Bytes other) {
            return new Place(other, stream, reason);
        }

        @Override
        public int compareTo(Place other) {
            int byHash = Arrays.compareUnsigned(hash.unsafeArray(), other.hash.unsafeArray());
            int byStream = byHash != 0 ? byHash : Long.compare(stream, other.stream);
            return byStream != 0 ? byStream : reason.compareTo(other.reason);
        }
    }

    /** An entry that is there already. */
    private record There(@Nullable Instant until) {}

    /** An entry with all hashes that it may have. */
    private record Item(String address, List<Bytes> hashes, Suppression entry) {
        /** What is there already; null for nothing. */
        @Nullable
        There at(Place place, Map<Place, There> known) {
            for (Bytes hash : hashes) {
                There there = known.get(place.with(hash));
                if (there != null) {
                    return there;
                }
            }
            return null;
        }
    }

    private long stream(String name) throws SQLException {
        return ledger.lanes.ids(statements, new Lane(tenant, name)).streamId();
    }

    private void lookUp(Collection<Item> some, String lock) throws SQLException {
        List<Bytes> hashes = some.stream()
                .flatMap(item -> item.hashes.stream())
                .distinct()
                .sorted((a, b) -> Arrays.compareUnsigned(a.unsafeArray(), b.unsafeArray()))
                .toList();
        for (int from = 0; from < hashes.size(); from += LOOKED_UP) {
            Bound b = statements.sql(KNOWN + lock).with(tenantId);
            for (int i = 0; i < LOOKED_UP; i++) {
                b.with(hashes.get(Math.min(from + i, hashes.size() - 1)));
            }
            b.list(r -> known.put(
                    new Place(Bytes.wrap(r.getBytes(1)), r.getLong(2), SuppressionRows.reason(r.getString(3))),
                    new There(Times.read(r, "until_at"))));
        }
    }

    /** How many there were none of. */
    int countNew() {
        return (int) items.entrySet().stream()
                .filter(e -> e.getValue().at(e.getKey(), known) == null)
                .count();
    }

    void write() throws SQLException {
        lookUp(items.values(), ledger.dialect.lock());
        TableRows rows = newRows();
        List<Suppression> changed = new ArrayList<>();
        for (Map.Entry<Place, Item> one : items.entrySet()) {
            Place place = one.getKey();
            Item item = one.getValue();
            There there = item.at(place, known);
            rows.add(row(place, item));
            removeOthers(place, item);
            if (there == null || !Objects.equals(there.until, item.entry.until())) {
                changed.add(item.entry);
            }
        }
        upsert(rows);
        tell(changed);
    }

    private void upsert(TableRows rows) throws SQLException {
        if (rows.count() > 0) {
            ledger.dialect.upsert(statements, rows, KEY_COLUMNS);
        }
    }

    /** Writes those only that there are none of, or that end later than what is there. */
    void writeLater() throws SQLException {
        tell(writeLaterSilently());
    }

    /** As {@link #writeLater}, without the history; returns those that were written. */
    List<Suppression> writeLaterSilently() throws SQLException {
        lookUp(items.values(), ledger.dialect.lock());
        List<Suppression> written = new ArrayList<>();
        TableRows replacing = newRows();
        for (Map.Entry<Place, Item> one : items.entrySet()) {
            Place place = one.getKey();
            Item item = one.getValue();
            There there = item.at(place, known);
            if (there == null) {
                TableRows row = newRows();
                row.add(row(place, item));
                if (ledger.dialect.insertNew(statements, row)) {
                    written.add(item.entry);
                    continue;
                }
                // somebody else was faster
                lookUp(List.of(item), ledger.dialect.lock());
                there = item.at(place, known);
            }
            if (there != null && Ends.isLater(item.entry.until(), there.until)) {
                replacing.add(row(place, item));
                removeOthers(place, item);
                written.add(item.entry);
            }
        }
        upsert(replacing);
        return written;
    }

    private void tell(List<Suppression> added) throws SQLException {
        SuppressionChanges changes = new SuppressionChanges(statements, ledger);
        for (Suppression entry : added) {
            String name = entry.stream();
            changes.add(
                    tenantId,
                    name == null ? SuppressionRows.ALL_STREAMS : stream(name),
                    SuppressionStore.Action.ADDED,
                    entry);
        }
        changes.write();
    }

    /** An entry under another hash of the address, from before encryption. */
    private void removeOthers(Place place, Item item) throws SQLException {
        for (Bytes other : item.hashes.subList(1, item.hashes.size())) {
            if (known.containsKey(place.with(other))) {
                SuppressionRows.remove(statements, tenantId, place.stream, place.reason, List.of(other));
            }
        }
    }

    private TableRows newRows() {
        return new TableRows("mailer_suppression", ledger.cipher.isOn() ? SEALED : PLAIN);
    }

    private @Nullable Object[] row(Place place, Item item) {
        Suppression entry = item.entry;
        Instant until = entry.until();
        List<@Nullable Object> values = new ArrayList<>();
        values.add(tenantId);
        values.add(place.hash.unsafeArray());
        values.add(place.stream);
        values.add(place.reason.name());
        values.add(entry.origin());
        values.add(Times.millis(entry.at()));
        values.add(until == null ? null : (Long) Times.millis(until));
        values.add(SuppressionRows.domain(item.address));
        if (ledger.cipher.isOn()) {
            DataKey key =
                    ledger.cipher.newKey(Places.suppression(tenant, place.hash, place.stream, place.reason.name()));
            values.add(RowKey.of(key).write(Places.SUPPRESSED_ADDRESS, item.address));
            values.add(key.wrapped().version());
            values.add(SuppressionRows.LOOKUP_KEY);
            values.add(Objects.requireNonNull(key.wrapped().wrapped()).unsafeArray());
        } else {
            values.add(item.address);
            values.add(WrappedKey.NONE.version());
        }
        return values.toArray();
    }

    private static String[] columns(String... more) {
        List<String> all = new ArrayList<>(List.of(
                "tenant_id bigint",
                "lookup_hash bytea",
                "stream_id bigint",
                "reason text",
                "origin text",
                "created_at bigint",
                "until_at bigint",
                "domain text",
                "address text"));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}

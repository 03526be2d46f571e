// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.FieldCipher.DataKey;
import dev.mailer.api.spi.FieldCipher.WrappedKey;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.internal.digest.AddressKeys;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Entries of one tenant on their way into the suppression list, within one transaction. Of equal ones the last counts. */
final class SuppressionBatch {
    /** Hashes that are looked up together; fewer are filled up, so that there is one statement. */
    private static final int LOOKED_UP = 128;

    private static final String KNOWN =
            "select lookup_hash, stream_id, reason, until_at from mailer_suppression where tenant_id = ? and"
                    + " lookup_hash in (?" + ", ?".repeat(LOOKED_UP - 1) + ")";
    private static final int KEY_COLUMNS = 3;

    private static final String[] PLAIN = columns("key_version int4");
    private static final String[] SEALED = columns("key_version int4", "lookup_key_version int4", "wrapped_key bytea");

    private final Statements statements;
    private final Ledger ledger;
    private final String tenant;
    private final long tenantId;
    private final Map<Place, Item> items = new LinkedHashMap<>();
    private final Map<Place, Strength> known = new HashMap<>();

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
            items.put(new Place(hashes.get(0), stream), new Item(address, hashes, entry));
        }
        lookUp("");
    }

    /** Where an entry of the tenant is. */
    private record Place(Bytes hash, long stream) {}

    /** An entry with all hashes that it may have. */
    private record Item(String address, List<Bytes> hashes, Suppression entry) {
        /** What is there already; null for nothing. */
        @Nullable
        Strength at(long stream, Map<Place, Strength> known) {
            for (Bytes hash : hashes) {
                Strength there = known.get(new Place(hash, stream));
                if (there != null) {
                    return there;
                }
            }
            return null;
        }

        Strength strength() {
            return new Strength(entry.reason(), entry.until());
        }
    }

    private long stream(String name) throws SQLException {
        return ledger.lanes.ids(statements, new Lane(tenant, name)).streamId();
    }

    private void lookUp(String lock) throws SQLException {
        List<Bytes> hashes = items.values().stream()
                .flatMap(item -> item.hashes.stream())
                .distinct()
                .toList();
        for (int from = 0; from < hashes.size(); from += LOOKED_UP) {
            Bound b = statements.sql(KNOWN + lock).with(tenantId);
            for (int i = 0; i < LOOKED_UP; i++) {
                b.with(hashes.get(Math.min(from + i, hashes.size() - 1)));
            }
            b.list(r -> known.put(
                    new Place(Bytes.wrap(r.getBytes(1)), r.getLong(2)),
                    new Strength(SuppressionRows.reason(r.getString(3)), Times.read(r, "until_at"))));
        }
    }

    /** How many there were none of. */
    int countNew() {
        return (int) items.entrySet().stream()
                .filter(e -> e.getValue().at(e.getKey().stream, known) == null)
                .count();
    }

    /** In order of key, so that two batches wait for each other instead of deadlocking. */
    void write() throws SQLException {
        TableRows rows = newRows();
        List<Suppression> changed = new ArrayList<>();
        for (Place place : inOrder()) {
            Item item = Objects.requireNonNull(items.get(place));
            rows.add(row(place, item));
            removeOthers(place, item);
            if (!item.strength().equals(item.at(place.stream, known))) {
                changed.add(item.entry);
            }
        }
        ledger.dialect.upsert(statements, rows, KEY_COLUMNS);
        tell(changed);
    }

    /** Writes those only that count more than what is there. */
    void writeStronger() throws SQLException {
        tell(writeStrongerSilently());
    }

    /** As {@link #writeStronger}, without the history; returns those that were written. */
    List<Suppression> writeStrongerSilently() throws SQLException {
        lookUp(ledger.dialect.lock());
        List<Suppression> written = new ArrayList<>();
        for (Place place : inOrder()) {
            Item item = Objects.requireNonNull(items.get(place));
            TableRows row = newRows();
            row.add(row(place, item));
            Strength there = item.at(place.stream, known);
            if (there == null) {
                if (ledger.dialect.insertNew(statements, row)) {
                    written.add(item.entry);
                    continue;
                }
                // somebody else was faster
                lookUp(ledger.dialect.lock());
                there = item.at(place.stream, known);
            }
            if (there != null && item.strength().replaces(there, item.entry.at())) {
                ledger.dialect.upsert(statements, row, KEY_COLUMNS);
                removeOthers(place, item);
                written.add(item.entry);
            }
        }
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

    private List<Place> inOrder() {
        List<Place> places = new ArrayList<>(items.keySet());
        places.sort((a, b) -> Arrays.compareUnsigned(a.hash.unsafeArray(), b.hash.unsafeArray()));
        return places;
    }

    /** An entry under another hash of the address, from before encryption. */
    private void removeOthers(Place place, Item item) throws SQLException {
        for (Bytes other : item.hashes.subList(1, item.hashes.size())) {
            if (known.containsKey(new Place(other, place.stream))) {
                SuppressionRows.remove(statements, tenantId, place.stream, List.of(other));
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
        values.add(entry.reason().name());
        values.add(entry.origin());
        values.add(Times.millis(entry.at()));
        values.add(until == null ? null : (Long) Times.millis(until));
        values.add(SuppressionRows.domain(item.address));
        if (ledger.cipher.isOn()) {
            DataKey key = ledger.cipher.newKey(Places.suppression(tenant, place.hash, place.stream));
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

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.FieldCipher.DataKey;
import dev.mailer.api.spi.FieldCipher.WrappedKey;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.internal.digest.AddressKeys;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Entries of one tenant on their way into the suppression list, within one transaction. Of equal ones the last counts. */
final class SuppressionBatch {
    /** Hashes that are looked up together; fewer are filled up, so that there is one statement. */
    private static final int LOOKED_UP = 128;

    private static final String KNOWN = "select lookup_hash, stream_id from mailer_suppression where tenant_id = ? and"
            + " lookup_hash in (?" + ", ?".repeat(LOOKED_UP - 1) + ")";
    private static final String[] PLAIN = columns("key_version int4");
    private static final String[] SEALED = columns("key_version int4", "lookup_key_version int4", "wrapped_key bytea");

    private final Statements statements;
    private final Ledger ledger;
    private final String tenant;
    private final long tenantId;
    private final Map<Place, Item> items = new LinkedHashMap<>();
    private final Set<Place> known = new HashSet<>();

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
        lookUp();
    }

    /** Where an entry of the tenant is. */
    private record Place(Bytes hash, long stream) {}

    /** An entry with all hashes that it may have. */
    private record Item(String address, List<Bytes> hashes, Suppression entry) {
        boolean isAt(long stream, Set<Place> known) {
            return hashes.stream().anyMatch(hash -> known.contains(new Place(hash, stream)));
        }
    }

    private long stream(String name) throws SQLException {
        return ledger.lanes.ids(statements, new Lane(tenant, name)).streamId();
    }

    private void lookUp() throws SQLException {
        List<Bytes> hashes = items.values().stream()
                .flatMap(item -> item.hashes.stream())
                .distinct()
                .toList();
        for (int from = 0; from < hashes.size(); from += LOOKED_UP) {
            Bound b = statements.sql(KNOWN).with(tenantId);
            for (int i = 0; i < LOOKED_UP; i++) {
                b.with(hashes.get(Math.min(from + i, hashes.size() - 1)));
            }
            known.addAll(b.list(r -> new Place(Bytes.wrap(r.getBytes(1)), r.getLong(2))));
        }
    }

    /** How many there were none of. */
    int countNew() {
        return (int) items.entrySet().stream()
                .filter(e -> !e.getValue().isAt(e.getKey().stream, known))
                .count();
    }

    /** In order of key, so that two batches wait for each other instead of deadlocking. */
    void write() throws SQLException {
        TableRows rows = new TableRows("mailer_suppression", ledger.cipher.isOn() ? SEALED : PLAIN);
        List<Place> places = new ArrayList<>(items.keySet());
        places.sort((a, b) -> Arrays.compareUnsigned(a.hash.unsafeArray(), b.hash.unsafeArray()));
        for (Place place : places) {
            Item item = Objects.requireNonNull(items.get(place));
            rows.add(row(place, item));
            for (Bytes other : item.hashes.subList(1, item.hashes.size())) {
                if (known.contains(new Place(other, place.stream))) {
                    SuppressionRows.remove(statements, tenantId, place.stream, List.of(other));
                }
            }
        }
        ledger.dialect.upsert(statements, rows, 3);
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
                "address text"));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}

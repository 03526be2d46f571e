// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.core.internal.digest.AddressKeys;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The suppression list. */
final class JdbcSuppressionStore implements SuppressionStore {
    private static final String COLUMNS =
            "select address, lookup_hash, stream_id, reason, origin, created_at, until_at, key_version, wrapped_key"
                    + " from mailer_suppression ";

    private final Database database;
    private final Ledger ledger;

    JdbcSuppressionStore(Database database, Ledger ledger) {
        this.database = database;
        this.ledger = ledger;
    }

    @Override
    public boolean add(Suppression entry) {
        return addAll(List.of(entry)) == 1;
    }

    @Override
    public int addAll(List<Suppression> entries) {
        return Failures.translate(
                "add suppressions",
                () -> database.writeRepeatably(s -> {
                    int added = 0;
                    for (SuppressionBatch batch : batches(s, entries)) {
                        added += batch.countNew();
                        batch.write();
                    }
                    return added;
                }));
    }

    @Override
    public int countNew(List<Suppression> entries) {
        return Failures.translate(
                "look up suppressions",
                () -> database.read(s -> batches(s, entries).stream()
                        .mapToInt(SuppressionBatch::countNew)
                        .sum()));
    }

    /** All are refused or none. */
    private List<SuppressionBatch> batches(Statements s, List<Suppression> entries) throws SQLException {
        Map<String, List<Suppression>> byTenant =
                entries.stream().collect(Collectors.groupingBy(Suppression::tenant, TreeMap::new, Collectors.toList()));
        List<SuppressionBatch> batches = new ArrayList<>();
        for (Map.Entry<String, List<Suppression>> tenant : byTenant.entrySet()) {
            batches.add(new SuppressionBatch(s, ledger, tenant.getKey(), tenant.getValue()));
        }
        return batches;
    }

    @Override
    public boolean remove(String tenant, @Nullable String stream, String address) {
        return Failures.translate(
                "remove a suppression",
                () -> database.writeRepeatably(s -> {
                    Long tenantId = ledger.lanes.tenantId(s, tenant);
                    return tenantId != null
                            && SuppressionRows.remove(
                                    s,
                                    tenantId,
                                    stream(s, tenant, stream),
                                    SuppressionRows.hashes(ledger.cipher, tenant, address));
                }));
    }

    @Override
    public int forget(String tenant, String address) {
        return Failures.translate(
                "forget a suppressed address",
                () -> database.writeRepeatably(s -> {
                    Long tenantId = ledger.lanes.tenantId(s, tenant);
                    List<Bytes> hashes = SuppressionRows.hashes(ledger.cipher, tenant, address);
                    return tenantId == null ? 0 : SuppressionRows.forget(s, tenantId, hashes);
                }));
    }

    /** The address is the one that was asked for: nothing else has its hash. */
    @Override
    public @Nullable Suppression find(String tenant, String stream, String address, Instant now) {
        List<Bytes> hashes = SuppressionRows.hashes(ledger.cipher, tenant, address);
        return Failures.translateNullable(
                "look up a suppression",
                () -> database.find(s -> {
                    LaneIds.Ids ids = ledger.lanes.find(s, new Lane(tenant, stream));
                    if (ids == null) {
                        return null;
                    }
                    Bound b = s.sql(COLUMNS + "where tenant_id = ? and " + SuppressionRows.isOneOf(hashes)
                                    + " and stream_id in (" + SuppressionRows.ALL_STREAMS
                                    + ", ?) and (until_at is null or until_at > ?) limit 1")
                            .with(ids.tenantId());
                    for (Bytes hash : hashes) {
                        b.with(hash);
                    }
                    return b.with(ids.streamId())
                            .with(now)
                            .first(r -> suppression(s, tenant, r, AddressKeys.of(address)));
                }));
    }

    /** As in {@link #find}, also of an erased address. */
    @Override
    public List<Suppression> entries(String tenant, String address) {
        String key = AddressKeys.of(address);
        List<Bytes> hashes = SuppressionRows.hashes(ledger.cipher, tenant, key);
        return Failures.translate(
                "look up suppressions",
                () -> database.read(s -> {
                    Long tenantId = ledger.lanes.tenantId(s, tenant);
                    if (tenantId == null) {
                        return List.of();
                    }
                    Bound b = s.sql(COLUMNS + "where tenant_id = ? and " + SuppressionRows.isOneOf(hashes)
                                    + " order by stream_id")
                            .with(tenantId);
                    for (Bytes hash : hashes) {
                        b.with(hash);
                    }
                    return b.list(r -> suppression(s, tenant, r, key));
                }));
    }

    @Override
    public Listing list(String tenant, @Nullable String stream, @Nullable String after, int limit) {
        Cursor from = after == null ? Cursor.START : Cursor.of(after);
        return Failures.translate(
                "list suppressions",
                () -> database.read(s -> {
                    Long tenantId = ledger.lanes.tenantId(s, tenant);
                    return tenantId == null
                            ? new Listing(List.of(), null)
                            : list(
                                    s,
                                    tenant,
                                    tenantId,
                                    stream == null ? null : (Long) stream(s, tenant, stream),
                                    from,
                                    limit);
                }));
    }

    /** Where a list ended: the last part of its last entry's key. */
    private record Cursor(Bytes hash, long stream) {
        static final Cursor START = new Cursor(Bytes.EMPTY, 0);

        static Cursor of(String text) {
            int dot = text.indexOf('.');
            if (dot < 0) {
                throw new IllegalArgumentException("no list ended there");
            }
            return new Cursor(
                    Bytes.wrap(HexFormat.of().parseHex(text.substring(0, dot))),
                    Long.parseLong(text.substring(dot + 1)));
        }

        @Override
        public String toString() {
            return hash.toHex() + "." + stream;
        }
    }

    /** An entry and where it is. */
    private record Listed(Cursor at, Suppression entry) {}

    /** By the key, which is an index: addresses have none, and cannot be compared where they are encrypted. What was erased has none to show. */
    private Listing list(Statements s, String tenant, long tenantId, @Nullable Long stream, Cursor from, int limit)
            throws SQLException {
        Bound b = s.sql(COLUMNS + "where tenant_id = ? and lookup_hash >= ? and (lookup_hash > ? or stream_id > ?)"
                        + " and key_version >= 0" + (stream == null ? "" : " and stream_id = ?")
                        + " order by lookup_hash, stream_id limit ?")
                .with(tenantId)
                .with(from.hash)
                .with(from.hash)
                .with(from.stream);
        if (stream != null) {
            b.with(stream);
        }
        List<Listed> found = b.with(limit + 1L)
                .list(r -> new Listed(
                        new Cursor(Bytes.wrap(r.getBytes("lookup_hash")), r.getLong("stream_id")),
                        suppression(s, tenant, r, SuppressionRows.address(ledger.cipher, tenant, r))));
        List<Suppression> entries =
                found.stream().limit(limit).map(Listed::entry).toList();
        return new Listing(
                entries, found.size() <= limit ? null : found.get(limit - 1).at.toString());
    }

    private Suppression suppression(Statements s, String tenant, ResultSet r, String address) throws SQLException {
        long stream = r.getLong("stream_id");
        return new Suppression(
                tenant,
                stream == SuppressionRows.ALL_STREAMS ? null : ledger.lanes.lane(s, stream).stream(),
                address,
                reason(r.getString("reason")),
                r.getString("origin"),
                Objects.requireNonNull(Times.read(r, "created_at")),
                Times.read(r, "until_at"));
    }

    /** A reason of a newer version still forbids mailing. */
    private static Reason reason(String name) {
        for (Reason reason : Reason.values()) {
            if (reason.name().equals(name)) {
                return reason;
            }
        }
        return Reason.MANUAL;
    }

    private long stream(Statements s, String tenant, @Nullable String stream) throws SQLException {
        return stream == null
                ? SuppressionRows.ALL_STREAMS
                : ledger.lanes.ids(s, new Lane(tenant, stream)).streamId();
    }
}

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
import java.util.Collections;
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

    private static final int MOST_CHANGES = 1_000;

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
    public int remove(
            String tenant,
            @Nullable String stream,
            String address,
            @Nullable Reason reason,
            String origin,
            Instant at) {
        return Failures.translate(
                "remove a suppression",
                () -> database.writeRepeatably(s -> {
                    Long tenantId = ledger.lanes.tenantId(s, tenant);
                    if (tenantId == null) {
                        return 0;
                    }
                    long streamId = stream(s, tenant, stream);
                    SuppressionChanges changes = new SuppressionChanges(s, ledger);
                    int removed = 0;
                    for (Suppression e : locked(s, tenantId, tenant, address)) {
                        boolean meant = Objects.equals(e.stream(), stream) && (reason == null || reason == e.reason());
                        if (meant && delete(s, tenantId, e)) {
                            changes.add(
                                    tenantId,
                                    streamId,
                                    Action.REMOVED,
                                    new Suppression(tenant, stream, e.address(), e.reason(), origin, at, e.until()));
                            removed++;
                        }
                    }
                    changes.write();
                    return removed;
                }));
    }

    /** The entries of an address; none of them changes until the transaction ends. */
    List<Suppression> locked(Statements s, long tenantId, String tenant, String address) throws SQLException {
        return entries(s, tenantId, tenant, AddressKeys.of(address), ledger.dialect.lock());
    }

    boolean delete(Statements s, long tenantId, Suppression e) throws SQLException {
        return SuppressionRows.remove(
                s,
                tenantId,
                streamId(s, e),
                e.reason(),
                SuppressionRows.hashes(ledger.cipher, e.tenant(), e.address()));
    }

    long streamId(Statements s, Suppression e) throws SQLException {
        return stream(s, e.tenant(), e.stream());
    }

    @Override
    public int forget(String tenant, String address) {
        return Failures.translate(
                "forget a suppressed address",
                () -> database.writeRepeatably(s -> {
                    Long tenantId = ledger.lanes.tenantId(s, tenant);
                    List<Bytes> hashes = SuppressionRows.hashes(ledger.cipher, tenant, address);
                    if (tenantId == null) {
                        return 0;
                    }
                    SuppressionChanges.forget(s, tenantId, hashes);
                    return SuppressionRows.forget(s, tenantId, hashes);
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
                                    + SuppressionRows.HOLDS_FIRST)
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
        return Failures.translate(
                "look up suppressions",
                () -> database.read(s -> {
                    Long tenantId = ledger.lanes.tenantId(s, tenant);
                    return tenantId == null ? List.of() : entries(s, tenantId, tenant, AddressKeys.of(address), "");
                }));
    }

    private List<Suppression> entries(Statements s, long tenantId, String tenant, String key, String lock)
            throws SQLException {
        List<Bytes> hashes = SuppressionRows.hashes(ledger.cipher, tenant, key);
        return byHash(
                        s,
                        COLUMNS + "where tenant_id = ? and " + SuppressionRows.isOneOf(hashes)
                                + " order by lookup_hash, stream_id, reason" + lock,
                        tenantId,
                        hashes)
                .list(r -> suppression(s, tenant, r, key));
    }

    private static Bound byHash(Statements s, String sql, long tenantId, List<Bytes> hashes) throws SQLException {
        Bound b = s.sql(sql).with(tenantId);
        for (Bytes hash : hashes) {
            b.with(hash);
        }
        return b;
    }

    /** Newest first in the statement, so that what is left out is old. */
    @Override
    public List<Change> history(String tenant, String address) {
        String key = AddressKeys.of(address);
        List<Bytes> hashes = SuppressionRows.hashes(ledger.cipher, tenant, key);
        List<Change> changes = new ArrayList<>(Failures.translate(
                "read the history of a suppression",
                () -> database.read(s -> {
                    Long tenantId = ledger.lanes.tenantId(s, tenant);
                    return tenantId == null
                            ? List.<Change>of()
                            : byHash(
                                            s,
                                            "select stream_id, removed, reason, origin, at, until_at"
                                                    + " from mailer_suppression_change where tenant_id = ? and "
                                                    + SuppressionRows.isOneOf(hashes)
                                                    + " order by at desc, id desc limit "
                                                    + MOST_CHANGES,
                                            tenantId,
                                            hashes)
                                    .list(r -> change(s, tenant, r, key));
                })));
        Collections.reverse(changes);
        return changes;
    }

    private Change change(Statements s, String tenant, ResultSet r, String address) throws SQLException {
        return new Change(
                tenant,
                streamName(s, r.getLong("stream_id")),
                address,
                r.getInt("removed") == 0 ? Action.ADDED : Action.REMOVED,
                SuppressionRows.reason(r.getString("reason")),
                r.getString("origin"),
                Objects.requireNonNull(Times.read(r, "at")),
                Times.read(r, "until_at"));
    }

    @Override
    public Listing list(Query query) {
        SuppressionCursor from = SuppressionCursor.of(query.after());
        return Failures.translate(
                "list suppressions",
                () -> database.read(s -> {
                    Long tenantId = ledger.lanes.tenantId(s, query.tenant());
                    return tenantId == null ? new Listing(List.of(), null) : list(s, query, tenantId, from);
                }));
    }

    /** An entry and where it is. */
    private record Listed(SuppressionCursor at, Suppression entry) {}

    /** By the key, which is an index: addresses have none, and cannot be compared where they are encrypted. What was erased has none to show. */
    private Listing list(Statements s, Query query, long tenantId, SuppressionCursor from) throws SQLException {
        String stream = query.stream();
        Long streamId = stream == null ? null : (Long) stream(s, query.tenant(), stream);
        Bound b = s.sql(COLUMNS + "where tenant_id = ? and " + SuppressionCursor.BEHIND + " and key_version >= 0"
                        + (streamId == null ? "" : " and stream_id = ?")
                        + (query.reason() == null ? "" : " and " + SuppressionRows.isFor(query.reason()))
                        + (query.domain() == null ? "" : " and domain = ?")
                        + (query.holdsAt() == null ? "" : " and (until_at is null or until_at > ?)")
                        + " order by lookup_hash, stream_id, reason limit ?")
                .with(tenantId);
        from.bind(b);
        if (streamId != null) {
            b.with(streamId);
        }
        if (query.domain() != null) {
            b.with(query.domain());
        }
        if (query.holdsAt() != null) {
            b.with(query.holdsAt());
        }
        int limit = query.limit();
        List<Listed> found = b.with(limit + 1L)
                .list(r -> new Listed(
                        SuppressionCursor.at(r),
                        suppression(s, query.tenant(), r, SuppressionRows.address(ledger.cipher, query.tenant(), r))));
        List<Suppression> entries =
                found.stream().limit(limit).map(Listed::entry).toList();
        return new Listing(
                entries, found.size() <= limit ? null : found.get(limit - 1).at.toString());
    }

    private Suppression suppression(Statements s, String tenant, ResultSet r, String address) throws SQLException {
        return new Suppression(
                tenant,
                streamName(s, r.getLong("stream_id")),
                address,
                SuppressionRows.reason(r.getString("reason")),
                r.getString("origin"),
                Objects.requireNonNull(Times.read(r, "created_at")),
                Times.read(r, "until_at"));
    }

    private @Nullable String streamName(Statements s, long stream) throws SQLException {
        return stream == SuppressionRows.ALL_STREAMS ? null : ledger.lanes.lane(s, stream).stream();
    }

    private long stream(Statements s, String tenant, @Nullable String stream) throws SQLException {
        return stream == null
                ? SuppressionRows.ALL_STREAMS
                : ledger.lanes.ids(s, new Lane(tenant, stream)).streamId();
    }
}

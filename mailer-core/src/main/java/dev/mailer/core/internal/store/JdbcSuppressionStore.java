// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.FieldCipher;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.SuppressionStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The suppression list. */
final class JdbcSuppressionStore implements SuppressionStore {
    private static final String COLUMNS =
            "select address, stream_id, reason, origin, created_at, until_at from mailer_suppression ";

    private final Database database;
    private final Ledger ledger;
    private final FieldCipher cipher;

    JdbcSuppressionStore(Database database, Ledger ledger, FieldCipher cipher) {
        this.database = database;
        this.ledger = ledger;
        this.cipher = cipher;
    }

    @Override
    public void add(Suppression entry) {
        String address = entry.address().toLowerCase(Locale.ROOT);
        Failures.translate(
                "add a suppression",
                () -> database.write(s -> s.sql(
                                "insert into mailer_suppression (tenant_id, lookup_hash, stream_id, address, reason, origin,"
                                        + " created_at, until_at) values (?, ?, ?, ?, ?, ?, ?, ?)"
                                        + " on conflict (tenant_id, lookup_hash, stream_id) do update set reason = excluded.reason,"
                                        + " origin = excluded.origin, created_at = excluded.created_at, until_at = excluded.until_at")
                        .with(ledger.lanes.requireTenantId(s, entry.tenant()))
                        .with(cipher.lookupHash(entry.tenant(), address))
                        .with(stream(s, entry.tenant(), entry.stream()))
                        .with(address)
                        .with(entry.reason().name())
                        .with(entry.origin())
                        .with(entry.at())
                        .with(entry.until())
                        .update()));
    }

    @Override
    public boolean remove(String tenant, @Nullable String stream, String address) {
        return Failures.translate(
                "remove a suppression",
                () -> database.write(s -> {
                    Long tenantId = ledger.lanes.tenantId(s, tenant);
                    if (tenantId == null) {
                        return false;
                    }
                    return s.sql(
                                            "delete from mailer_suppression where tenant_id = ? and lookup_hash = ? and stream_id = ?")
                                    .with(tenantId)
                                    .with(cipher.lookupHash(tenant, address.toLowerCase(Locale.ROOT)))
                                    .with(stream(s, tenant, stream))
                                    .update()
                            > 0;
                }));
    }

    @Override
    public @Nullable Suppression find(String tenant, String stream, String address, Instant now) {
        return Failures.translateNullable(
                "look up a suppression",
                () -> database.find(s -> {
                    LaneIds.Ids ids = ledger.lanes.find(s, new Lane(tenant, stream));
                    if (ids == null) {
                        return null;
                    }
                    Row row = s.sql(COLUMNS + "where tenant_id = ? and lookup_hash = ? and stream_id in ("
                                    + SuppressionRows.ALL_STREAMS
                                    + ", ?) and (until_at is null or until_at > ?) limit 1")
                            .with(ids.tenantId())
                            .with(cipher.lookupHash(tenant, address.toLowerCase(Locale.ROOT)))
                            .with(ids.streamId())
                            .with(now)
                            .first(JdbcSuppressionStore::row);
                    return row == null ? null : suppression(s, tenant, row);
                }));
    }

    @Override
    public List<Suppression> list(String tenant, @Nullable String after, int limit) {
        return Failures.translate(
                "list suppressions",
                () -> database.read(s -> {
                    List<Suppression> list = new ArrayList<>();
                    Long tenantId = ledger.lanes.tenantId(s, tenant);
                    if (tenantId == null) {
                        return list;
                    }
                    for (Row row : s.sql(
                                    COLUMNS + "where tenant_id = ? and address > ? order by address, stream_id limit ?")
                            .with(tenantId)
                            .with(after == null ? "" : after.toLowerCase(Locale.ROOT))
                            .with(limit)
                            .list(JdbcSuppressionStore::row)) {
                        list.add(suppression(s, tenant, row));
                    }
                    return list;
                }));
    }

    private Suppression suppression(Statements s, String tenant, Row row) throws SQLException {
        String stream =
                row.streamId == SuppressionRows.ALL_STREAMS ? null : ledger.lanes.lane(s, row.streamId).stream();
        return new Suppression(tenant, stream, row.address, reason(row.reason), row.origin, row.at, row.until);
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

    private static Row row(ResultSet r) throws SQLException {
        return new Row(
                r.getString("address"),
                r.getLong("stream_id"),
                r.getString("reason"),
                r.getString("origin"),
                Objects.requireNonNull(Times.read(r, "created_at")),
                Times.read(r, "until_at"));
    }

    private record Row(
            String address,
            long streamId,
            String reason,
            String origin,
            Instant at,
            @Nullable Instant until) {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.FieldCipher;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.SuppressionStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
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
                () -> database.writeRepeatably(s -> {
                    TableRows row = new TableRows(
                            "mailer_suppression",
                            "tenant_id bigint",
                            "lookup_hash bytea",
                            "stream_id bigint",
                            "address text",
                            "reason text",
                            "origin text",
                            "created_at bigint",
                            "until_at bigint");
                    Instant until = entry.until();
                    row.add(
                            ledger.lanes.requireTenantId(s, entry.tenant()),
                            cipher.lookupHash(entry.tenant(), address).unsafeArray(),
                            stream(s, entry.tenant(), entry.stream()),
                            address,
                            entry.reason().name(),
                            entry.origin(),
                            Times.millis(entry.at()),
                            until == null ? null : (Long) Times.millis(until));
                    ledger.dialect.upsert(s, row, 3);
                    return entry;
                }));
    }

    @Override
    public boolean remove(String tenant, @Nullable String stream, String address) {
        return Failures.translate(
                "remove a suppression",
                () -> database.writeRepeatably(s -> {
                    Long tenantId = ledger.lanes.tenantId(s, tenant);
                    if (tenantId == null) {
                        return false;
                    }
                    return s.update("delete from mailer_suppression where tenant_id = :tenant and lookup_hash = :hash"
                                            + " and stream_id = :stream")
                                    .bind("tenant", tenantId)
                                    .bind("hash", cipher.lookupHash(tenant, address.toLowerCase(Locale.ROOT)))
                                    .bind("stream", stream(s, tenant, stream))
                                    .execute()
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
                    return s.query(COLUMNS + "where tenant_id = :tenant and lookup_hash = :hash and stream_id in ("
                                    + SuppressionRows.ALL_STREAMS
                                    + ", :stream) and (until_at is null or until_at > :now) limit 1")
                            .bind("tenant", ids.tenantId())
                            .bind("hash", cipher.lookupHash(tenant, address.toLowerCase(Locale.ROOT)))
                            .bind("stream", ids.streamId())
                            .bind("now", now)
                            .map((r, c) -> suppression(s, tenant, r))
                            .findOne()
                            .orElse(null);
                }));
    }

    @Override
    public List<Suppression> list(String tenant, @Nullable String after, int limit) {
        return Failures.translate(
                "list suppressions",
                () -> database.read(s -> {
                    Long tenantId = ledger.lanes.tenantId(s, tenant);
                    if (tenantId == null) {
                        return List.of();
                    }
                    return s.query(COLUMNS + "where tenant_id = :tenant and address > :after"
                                    + " order by address, stream_id limit :limit")
                            .bind("tenant", tenantId)
                            .bind("after", after == null ? "" : after.toLowerCase(Locale.ROOT))
                            .bind("limit", limit)
                            .map((r, c) -> suppression(s, tenant, r))
                            .list();
                }));
    }

    private Suppression suppression(Statements s, String tenant, ResultSet r) throws SQLException {
        long stream = r.getLong("stream_id");
        return new Suppression(
                tenant,
                stream == SuppressionRows.ALL_STREAMS ? null : ledger.lanes.lane(s, stream).stream(),
                r.getString("address"),
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

    private long stream(Statements s, String tenant, @Nullable String stream) {
        return stream == null
                ? SuppressionRows.ALL_STREAMS
                : ledger.lanes.ids(s, new Lane(tenant, stream)).streamId();
    }
}

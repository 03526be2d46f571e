// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Bytes;
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
            "select address, lookup_hash, stream_id, reason, origin, created_at, until_at, key_version, wrapped_key"
                    + " from mailer_suppression ";

    private final Database database;
    private final Ledger ledger;

    JdbcSuppressionStore(Database database, Ledger ledger) {
        this.database = database;
        this.ledger = ledger;
    }

    @Override
    public void add(Suppression entry) {
        Failures.translate(
                "add a suppression",
                () -> database.writeRepeatably(s -> {
                    long tenant = ledger.lanes.requireTenantId(s, entry.tenant());
                    long stream = stream(s, entry.tenant(), entry.stream());
                    SuppressionRows.put(s, ledger, tenant, stream, entry);
                    return entry;
                }));
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
                            .first(r -> suppression(s, tenant, r, address.toLowerCase(Locale.ROOT)));
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
                    return ledger.cipher.isOn()
                            ? listByHash(s, tenant, tenantId, after, limit)
                            : listByAddress(s, tenant, tenantId, after, limit);
                }));
    }

    private List<Suppression> listByAddress(
            Statements s, String tenant, long tenantId, @Nullable String after, int limit) {
        return s.query(COLUMNS + "where tenant_id = :tenant and address > :after"
                        + " order by address, stream_id limit :limit")
                .bind("tenant", tenantId)
                .bind("after", after == null ? "" : after.toLowerCase(Locale.ROOT))
                .bind("limit", limit)
                .map((r, c) -> suppression(s, tenant, r, r.getString("address")))
                .list();
    }

    /** Addresses cannot be compared where they are encrypted. What was erased has none to show. */
    private List<Suppression> listByHash(
            Statements s, String tenant, long tenantId, @Nullable String after, int limit) {
        Bytes last = after == null
                ? Bytes.wrap(new byte[0])
                : ledger.cipher.lookupHash(tenant, after.toLowerCase(Locale.ROOT));
        return s.query(COLUMNS + "where tenant_id = :tenant and lookup_hash > :after and key_version >= 0"
                        + " order by lookup_hash, stream_id limit :limit")
                .bind("tenant", tenantId)
                .bind("after", last)
                .bind("limit", limit)
                .map((r, c) -> suppression(s, tenant, r, SuppressionRows.address(ledger.cipher, tenant, r)))
                .list();
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

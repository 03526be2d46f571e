// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.OutboxTransaction.Pick;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.Settlement;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What databases without arrays have in common: hot writes are JDBC batches whose update counts tell which rows were current, and
 * a UUID is its 16 bytes.
 */
abstract class BatchDialect implements Dialect {
    /** Ids compared by one statement; the last one fills what is left of its places. */
    private static final int PLACES = 64;

    private static final String IN_PLACES = " where id in (?" + ", ?".repeat(PLACES - 1) + ")";

    @Override
    public final Object uuid(UUID value) {
        return ByteBuffer.allocate(16)
                .putLong(value.getMostSignificantBits())
                .putLong(value.getLeastSignificantBits())
                .array();
    }

    @Override
    public final UUID readUuid(ResultSet row, String column) throws SQLException {
        return readUuid(row.getBytes(column));
    }

    static UUID readUuid(byte[] bytes) {
        ByteBuffer b = ByteBuffer.wrap(bytes);
        return new UUID(b.getLong(), b.getLong());
    }

    @Override
    public void insert(Statements statements, List<TableRows> tables) throws SQLException {
        for (TableRows rows : tables) {
            if (rows.count() == 0) {
                continue;
            }
            Bound b = statements.sql(rows.insert());
            for (int row = 0; row < rows.count(); row++) {
                b.withRow(rows, row).addBatch();
            }
            b.executeBatch();
        }
    }

    /**
     * The rows are locked and read as they are about to be, and then changed by their ids: for databases that cannot return what they
     * update.
     */
    static List<Claim> lockAndClaim(
            Dialect dialect, Statements statements, ClaimRows rows, long node, Instant now, List<Pick> picks)
            throws SQLException {
        // a row that is locked here already is not skipped
        Map<QueueKey, Integer> limits = new LinkedHashMap<>();
        picks.forEach(pick -> limits.merge(pick.queue(), pick.max(), Integer::sum));
        List<ClaimRows.Row> claimed = new ArrayList<>();
        for (Map.Entry<QueueKey, Integer> pick : limits.entrySet()) {
            LaneIds.Ids ids = rows.ids(pick.getKey().lane());
            if (ids != null) {
                claimed.addAll(statements
                        .sql("select " + ClaimRows.TO_CLAIM + " from mailer_delivery d where d." + dialect.readyStream()
                                + " = ? and d.domain = ? order by d.id limit ?" + dialect.skipLocked())
                        .with(ids.streamId())
                        .with(pick.getKey().domain())
                        .with(pick.getValue())
                        .list(rows::read));
            }
        }
        for (int from = 0; from < claimed.size(); from += PLACES) {
            Bound b = statements
                    .sql("update mailer_delivery set state = 2, node_id = ?, attempt = attempt + 1, journalled = 0,"
                            + " changed_at = ?" + IN_PLACES)
                    .with(node)
                    .with(now);
            for (int i = from; i < from + PLACES; i++) {
                b.with(claimed.get(Math.min(i, claimed.size() - 1)).id());
            }
            b.update();
        }
        return rows.claims(claimed);
    }

    @Override
    public List<Long> journal(Statements statements, long node, List<Claim> claims) throws SQLException {
        Bound b = statements.sql(
                "update mailer_delivery set journalled = 1 where id = ? and state = 2 and node_id = ? and attempt = ?");
        List<Long> ids = new ArrayList<>();
        for (Claim claim : claims) {
            b.with(claim.deliveryId()).with(node).with(claim.attempt()).addBatch();
            ids.add(claim.deliveryId());
        }
        return changed(ids, b.executeBatch());
    }

    @Override
    public List<Long> settle(Statements statements, List<Settlement> settlements, List<@Nullable String> outcomes)
            throws SQLException {
        Bound b = statements.sql(
                "update mailer_delivery set state = ?, due_at = ?, retries = ?, crashes = ?, journalled = 0,"
                        + " node_id = null, changed_at = ?, outcome = coalesce(?, outcome) where id = ?"
                        + " and state = 2 and node_id = ? and attempt = ?");
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < settlements.size(); i++) {
            Settlement s = settlements.get(i);
            b.with(Codes.of(s.state(), s.alone()))
                    .with(dueAt(s))
                    .with(s.retries())
                    .with(s.crashes())
                    .with(s.at())
                    .with(outcomes.get(i))
                    .with(s.claim().deliveryId())
                    .with(s.node())
                    .with(s.claim().attempt())
                    .addBatch();
            ids.add(s.claim().deliveryId());
        }
        return changed(ids, b.executeBatch());
    }

    /** A delivery that is to be tried alone waits under its due time like a deferred one. */
    static @Nullable Instant dueAt(Settlement s) {
        Instant due = s.dueAt();
        return due == null && s.alone() ? s.at() : due;
    }

    private static List<Long> changed(List<Long> ids, int[] counts) throws SQLException {
        List<Long> changed = new ArrayList<>(ids.size());
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] == Statement.SUCCESS_NO_INFO) {
                throw new SQLException("the driver does not count the rows of a batch");
            }
            if (counts[i] > 0) {
                changed.add(ids.get(i));
            }
        }
        return changed;
    }
}

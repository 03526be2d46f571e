// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Settlement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The hot writes as JDBC batches whose update counts tell which rows were current; for databases whose driver counts each row. */
final class BatchDialect {
    private BatchDialect() {}

    static void insert(Statements statements, List<TableRows> tables) throws SQLException {
        for (TableRows rows : tables) {
            if (rows.count() == 0) {
                continue;
            }
            List<TableRows.Column> columns = rows.columns();
            Bound b = statements.sql("insert into " + rows.table() + " (" + rows.columnNames() + ") values (?"
                    + ", ?".repeat(columns.size() - 1) + ")");
            for (int row = 0; row < rows.count(); row++) {
                for (TableRows.Column column : columns) {
                    b.withObject(column.values().get(row));
                }
                b.addBatch();
            }
            b.executeBatch();
        }
    }

    static List<Long> journal(Statements statements, long node, List<Claim> claims) throws SQLException {
        Bound b = statements.sql(
                "update mailer_delivery set journalled = 1 where id = ? and state = 2 and node_id = ? and attempt = ?");
        List<Long> ids = new ArrayList<>();
        for (Claim claim : claims) {
            b.with(claim.deliveryId()).with(node).with(claim.attempt()).addBatch();
            ids.add(claim.deliveryId());
        }
        return changed(ids, b.executeBatch());
    }

    static List<Long> settle(Statements statements, List<Settlement> settlements) throws SQLException {
        Bound b = statements.sql(
                "update mailer_delivery set state = ?, due_at = ?, retries = ?, crashes = ?, journalled = 0,"
                        + " node_id = null, changed_at = ?, outcome = coalesce(?, outcome) where id = ?"
                        + " and ((state = 2 and node_id = ? and attempt = ?) or (? = 1 and state not in (10, 11, 12)))");
        List<Long> ids = new ArrayList<>();
        for (Settlement s : settlements) {
            b.with(Codes.of(s.state(), s.alone()))
                    .with(dueAt(s))
                    .with(s.retries())
                    .with(s.crashes())
                    .with(s.at())
                    .with(OutcomeText.write(s.transport(), s.failure(), s.reply(), java.util.Map.of()))
                    .with(s.claim().deliveryId())
                    .with(s.node())
                    .with(s.claim().attempt())
                    .with(s.lateWins() ? 1 : 0)
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

    private static List<Long> changed(List<Long> ids, int[] counts) {
        List<Long> changed = new ArrayList<>(ids.size());
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                changed.add(ids.get(i));
            }
        }
        return changed;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.OutboxTransaction.Pick;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What MariaDB and H2 have in common: several nodes, no partial indexes and no update that returns rows. Two generated columns stand
 * for the partial indexes; they are null wherever such an index would have no row.
 */
abstract class NodesDialect extends BatchDialect {
    /** The increment of {@code mailer_id_seq}. */
    private static final int BLOCK = 4096;

    /** Keeps the last position, so that it is not given again after a purge, and is the lock of those who give them. */
    private static final String LAST_POSITION = "#last";

    @Override
    public final boolean isSingleProcess() {
        return false;
    }

    @Override
    public final boolean numbersEvents() {
        return false;
    }

    @Override
    public final boolean goesOnAfterErrors() {
        return true;
    }

    @Override
    public final boolean returnsUpdated() {
        return false;
    }

    @Override
    public final String readyStream() {
        return "ready_stream";
    }

    @Override
    public final String openUntil() {
        return "open_until";
    }

    @Override
    public final long[] nextIds(Statements statements) throws SQLException {
        return new long[] {statements.sql("select next value for mailer_id_seq").number(), BLOCK};
    }

    @Override
    public final List<String> readyDomains(Statements statements, long stream, String after, int limit)
            throws SQLException {
        return SkipScan.domainsByStep(statements, stream, after, limit);
    }

    @Override
    public final List<Long> readyStreams(Statements statements) throws SQLException {
        return SkipScan.streamsByStep(statements);
    }

    @Override
    public final List<Claim> claim(Statements statements, ClaimRows rows, long node, Instant now, List<Pick> picks)
            throws SQLException {
        return lockAndClaim(this, statements, rows, node, now, picks);
    }

    /** One by one: neither tells in a batch which rows it left out. */
    @Override
    public final List<Boolean> insertNewRows(Statements statements, TableRows rows) throws SQLException {
        List<Boolean> inserted = new ArrayList<>(rows.count());
        for (int i = 0; i < rows.count(); i++) {
            inserted.add(insertNew(statements, rows.row(i)));
        }
        return inserted;
    }

    @Override
    public final int assignPositions(Statements statements, int limit) throws SQLException {
        Long last = statements
                .sql("select position from mailer_consumer where name = ?" + skipLocked())
                .with(LAST_POSITION)
                .first(r -> r.getLong(1));
        if (last == null) {
            return 0;
        }
        int numbered = number(statements, last, limit);
        if (numbered > 0) {
            statements
                    .sql("update mailer_consumer set position = ? where name = ?")
                    .with(last + numbered)
                    .with(LAST_POSITION)
                    .update();
        }
        return numbered;
    }

    private static int number(Statements statements, long last, int limit) throws SQLException {
        List<Long> ids = statements
                .sql("select id from mailer_event where position is null order by at, id limit ?")
                .with(limit)
                .list(r -> r.getLong(1));
        if (ids.isEmpty()) {
            return 0;
        }
        Bound batch = statements.sql("update mailer_event set position = ? where id = ?");
        for (int i = 0; i < ids.size(); i++) {
            batch.with(last + 1 + i).with(ids.get(i)).addBatch();
        }
        batch.executeBatch();
        return ids.size();
    }

    @Override
    public final String lock() {
        return " for update";
    }

    @Override
    public final String skipLocked() {
        return " for update skip locked";
    }

    /** In order of key, so that two processes with the same keys wait for each other instead of deadlocking. */
    static List<IdempotencyRow> inOrderOfKey(List<IdempotencyRow> rows) {
        List<IdempotencyRow> sorted = new ArrayList<>(rows);
        sorted.sort((a, b) -> {
            int byTenant = Long.compare(a.tenantId(), b.tenantId());
            return byTenant != 0
                    ? byTenant
                    : java.util.Arrays.compareUnsigned(
                            a.keyHash().unsafeArray(), b.keyHash().unsafeArray());
        });
        return sorted;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.OutboxTransaction.Pick;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** SQLite: one process, one writer; ids are counted in memory from the largest that is stored. */
final class SqliteDialect extends BatchDialect {
    private static final int BLOCK = 4096;
    private final AtomicLong nextId = new AtomicLong();
    private final AtomicLong nextEvent = new AtomicLong();

    @Override
    public String name() {
        return "sqlite";
    }

    @Override
    public boolean isSingleProcess() {
        return true;
    }

    @Override
    public boolean numbersEvents() {
        return true;
    }

    @Override
    public long[] nextIds(Statements statements) throws SQLException {
        if (nextId.get() == 0) {
            long largest = statements
                    .sql("select max(coalesce((select max(id) from mailer_message), 0),"
                            + " coalesce((select max(id) from mailer_delivery), 0),"
                            + " coalesce((select max(id) from mailer_blob), 0),"
                            + " coalesce((select max(id) from mailer_suppression_change), 0))")
                    .number();
            nextId.compareAndSet(0, largest + 1);
        }
        return new long[] {nextId.getAndAdd(BLOCK), BLOCK};
    }

    /** Not left to the database, because its own count is a page and an update more in each commit. One thread at a time writes. */
    @Override
    public long nextEvent(Statements statements, Ids ids) throws SQLException {
        if (nextEvent.get() == 0) {
            nextEvent.set(statements
                    .sql("select 1 + max(coalesce((select max(id) from mailer_event), 0),"
                            + " coalesce((select last from mailer_event_end), 0))")
                    .number());
        }
        return nextEvent.getAndIncrement();
    }

    @Override
    public void beforePurge(Statements statements) throws SQLException {
        statements
                .sql("insert into mailer_event_end (one, last) select 1, max(id) from mailer_event having count(*) > 0"
                        + " on conflict (one) do update set last = excluded.last where excluded.last > last")
                .update();
    }

    @Override
    public String selectNow() {
        return "";
    }

    @Override
    public boolean insertNew(Statements statements, TableRows row) throws SQLException {
        return OnConflict.insertNew(statements, row);
    }

    @Override
    public List<Boolean> insertNewRows(Statements statements, TableRows rows) throws SQLException {
        return OnConflict.insertNewRows(statements, rows);
    }

    @Override
    public void upsert(Statements statements, TableRows rows, int keyColumns) throws SQLException {
        OnConflict.upsert(statements, rows, keyColumns);
    }

    @Override
    public List<Boolean> insertIdempotency(Statements statements, List<IdempotencyRow> rows) throws SQLException {
        List<Boolean> inserted = new ArrayList<>(rows.size());
        for (IdempotencyRow row : rows) {
            inserted.add(statements
                            .sql(
                                    "insert into mailer_idempotency (tenant_id, key_hash, content_hash, message_id, created_at)"
                                            + " values (?, ?, ?, ?, ?) on conflict do nothing")
                            .with(row.tenantId())
                            .with(row.keyHash())
                            .with(row.contentHash())
                            .withObject(uuid(row.messageId()))
                            .with(row.createdAt())
                            .update()
                    > 0);
        }
        return inserted;
    }

    @Override
    public List<Claim> claim(Statements statements, ClaimRows rows, long node, Instant now, List<Pick> picks)
            throws SQLException {
        List<Claim> claims = new ArrayList<>();
        for (Pick pick : picks) {
            LaneIds.Ids ids = rows.ids(pick.queue().lane());
            if (ids == null) {
                continue;
            }
            List<ClaimRows.Row> claimed = statements
                    .sql(
                            "update mailer_delivery as d set state = 2, node_id = ?, attempt = attempt + 1, journalled = 0,"
                                    + " changed_at = ? where id in (select id from mailer_delivery where state = 1 and stream_id = ?"
                                    + " and domain = ? order by id limit ?) returning "
                                    + ClaimRows.COLUMNS.replace("d.", ""))
                    .with(node)
                    .with(now)
                    .with(ids.streamId())
                    .with(pick.queue().domain())
                    .with(pick.max())
                    .list(rows::read);
            claimed.sort(Comparator.comparingLong(ClaimRows.Row::id));
            claims.addAll(rows.claims(claimed));
        }
        return claims;
    }

    @Override
    public int assignPositions(Statements statements, int limit) {
        return 0;
    }

    @Override
    public String skipLocked() {
        return "";
    }
}

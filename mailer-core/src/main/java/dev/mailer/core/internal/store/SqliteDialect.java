// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.OutboxTransaction.Pick;
import dev.mailer.api.spi.Settlement;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** SQLite: one process, one writer; ids are counted in memory from the largest that is stored. */
final class SqliteDialect implements Dialect {
    private static final int BLOCK = 4096;
    private final AtomicLong nextId = new AtomicLong();

    @Override
    public String name() {
        return "sqlite";
    }

    @Override
    public Object uuid(UUID value) {
        return ByteBuffer.allocate(16)
                .putLong(value.getMostSignificantBits())
                .putLong(value.getLeastSignificantBits())
                .array();
    }

    @Override
    public UUID readUuid(ResultSet row, String column) throws SQLException {
        ByteBuffer b = ByteBuffer.wrap(row.getBytes(column));
        return new UUID(b.getLong(), b.getLong());
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
    public long[] nextIds(Statements statements) {
        if (nextId.get() == 0) {
            long largest = statements
                    .query("select max(coalesce((select max(id) from mailer_message), 0),"
                            + " coalesce((select max(id) from mailer_delivery), 0),"
                            + " coalesce((select max(id) from mailer_blob), 0))")
                    .mapTo(Long.class)
                    .one();
            nextId.compareAndSet(0, largest + 1);
        }
        return new long[] {nextId.getAndAdd(BLOCK), BLOCK};
    }

    @Override
    public String selectNow() {
        return "";
    }

    @Override
    public void insert(Statements statements, List<TableRows> tables) throws SQLException {
        BatchDialect.insert(statements, tables);
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
            for (ClaimRows.Row row : claimed) {
                claims.add(rows.claim(row));
            }
        }
        return claims;
    }

    @Override
    public List<Long> journal(Statements statements, long node, List<Claim> claims) throws SQLException {
        return BatchDialect.journal(statements, node, claims);
    }

    @Override
    public List<Long> settle(Statements statements, List<Settlement> settlements) throws SQLException {
        return BatchDialect.settle(statements, settlements);
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

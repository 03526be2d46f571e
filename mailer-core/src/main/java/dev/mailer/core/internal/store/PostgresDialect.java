// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.OutboxTransaction.Pick;
import dev.mailer.api.spi.Settlement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** PostgreSQL: many processes; each hot write is one statement over arrays. */
final class PostgresDialect implements Dialect {
    /** The increment of {@code mailer_id_seq}. */
    private static final int BLOCK = 4096;
    /** Arbitrary, ours: serialises the sequencers of all nodes. */
    private static final long SEQUENCER_LOCK = 0x6d61696c65720001L;

    /** Where the last position is kept, so that it is not given again after a purge; no consumer can be called this. */
    private static final String LAST_POSITION = "#last";

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public Object uuid(UUID value) {
        return value;
    }

    @Override
    public UUID readUuid(ResultSet row, String column) throws SQLException {
        return row.getObject(column, UUID.class);
    }

    @Override
    public boolean isSingleProcess() {
        return false;
    }

    @Override
    public boolean numbersEvents() {
        return false;
    }

    @Override
    public long[] nextIds(Statements statements) throws SQLException {
        return new long[] {statements.sql("select nextval('mailer_id_seq')").number(), BLOCK};
    }

    @Override
    public String selectNow() {
        return "select floor(extract(epoch from clock_timestamp()) * 1000)::bigint";
    }

    /** One statement for all tables: one round trip, and parameters that do not grow in number with the rows. */
    @Override
    public void insert(Statements statements, List<TableRows> tables) throws SQLException {
        List<TableRows> filled = tables.stream().filter(t -> t.count() > 0).toList();
        if (filled.isEmpty()) {
            return;
        }
        StringBuilder sql = new StringBuilder();
        for (int i = 0; i < filled.size(); i++) {
            boolean last = i == filled.size() - 1;
            sql.append(last ? "" : i == 0 ? "with i0 as (" : "i" + i + " as (");
            sql.append(insertArrays(filled.get(i)));
            sql.append(last ? "" : i == filled.size() - 2 ? ") " : "), ");
        }
        Bound b = statements.sql(sql.toString());
        for (TableRows rows : filled) {
            for (TableRows.Column column : rows.columns()) {
                b.withArray(column.type(), column.values().toArray());
            }
        }
        b.update();
    }

    private static String insertArrays(TableRows rows) {
        return "insert into " + rows.table() + " (" + rows.columnNames() + ") select * from unnest("
                + String.join(
                        ", ",
                        rows.columns().stream()
                                .map(c -> "?::" + c.type() + "[]")
                                .toList()) + ")";
    }

    @Override
    public boolean insertNew(Statements statements, TableRows row) throws SQLException {
        return OnConflict.insertNew(statements, row);
    }

    /** The first of rows that exclude each other comes first here, too. */
    @Override
    public List<Boolean> insertNewRows(Statements statements, TableRows rows) throws SQLException {
        Bound b = statements.sql(insertArrays(rows) + " on conflict do nothing returning id");
        for (TableRows.Column column : rows.columns()) {
            b.withArray(column.type(), column.values().toArray());
        }
        Set<Long> inserted = new HashSet<>(b.list(r -> r.getLong(1)));
        return rows.columns().get(0).values().stream().map(inserted::contains).toList();
    }

    @Override
    public <T> List<T> byIds(
            Statements statements, String query, List<Long> ids, String end, Statements.Reader<T> reader)
            throws SQLException {
        return statements
                .sql(query + " = any(?)" + end)
                .withArray("bigint", ids.toArray())
                .list(reader);
    }

    @Override
    public void upsert(Statements statements, TableRows rows, int keyColumns) throws SQLException {
        OnConflict.upsert(statements, rows, keyColumns);
    }

    @Override
    public List<Boolean> insertIdempotency(Statements statements, List<IdempotencyRow> rows) throws SQLException {
        return admit(statements, rows).inserted();
    }

    /** One statement, because a transaction of the host's pays for each round trip. */
    @Override
    public Admission admit(Statements statements, List<IdempotencyRow> rows) throws SQLException {
        if (rows.isEmpty()) {
            return new Admission(List.of(), SuppressionRows.any(statements));
        }
        // In order of key, so that two processes with the same keys wait for each other instead of deadlocking.
        List<Map.Entry<Optional<UUID>, Boolean>> answer = statements
                .sql(
                        "with fresh as (insert into mailer_idempotency (tenant_id, key_hash, content_hash, message_id, created_at)"
                                + " select * from unnest(?::bigint[], ?::bytea[], ?::bytea[], ?::uuid[], ?::bigint[])"
                                + " as t(tenant_id, key_hash, content_hash, message_id, created_at) order by tenant_id, key_hash"
                                + " on conflict do nothing returning message_id)"
                                + " select message_id, false from fresh"
                                + " union all select null, exists (select 1 from mailer_suppression)")
                .withArray("bigint", column(rows, IdempotencyRow::tenantId))
                .withArray("bytea", column(rows, r -> r.keyHash().unsafeArray()))
                .withArray("bytea", column(rows, r -> r.contentHash().unsafeArray()))
                .withArray("uuid", column(rows, IdempotencyRow::messageId))
                .withArray("bigint", column(rows, IdempotencyRow::createdAt))
                .list(r -> Map.entry(Optional.ofNullable(r.getObject(1, UUID.class)), r.getBoolean(2)));
        Set<UUID> inserted = new HashSet<>();
        answer.forEach(row -> row.getKey().ifPresent(inserted::add));
        return new Admission(
                rows.stream().map(row -> inserted.contains(row.messageId())).toList(),
                answer.stream().anyMatch(Map.Entry::getValue));
    }

    /**
     * The rows are compared and ordered by all columns of the partial index, so that no other index can give the order: by equality
     * and id alone, the planner may walk the primary key past everything that was sent already.
     */
    @Override
    public List<Claim> claim(Statements statements, ClaimRows rows, long node, Instant now, List<Pick> picks)
            throws SQLException {
        List<Long> streams = new ArrayList<>();
        List<String> domains = new ArrayList<>();
        List<Integer> limits = new ArrayList<>();
        for (Pick pick : picks) {
            LaneIds.Ids ids = rows.ids(pick.queue().lane());
            if (ids != null) {
                streams.add(ids.streamId());
                domains.add(pick.queue().domain());
                limits.add(pick.max());
            }
        }
        List<ClaimRows.Row> claimed = statements
                .sql(
                        "update mailer_delivery d set state = 2, node_id = ?, attempt = attempt + 1, journalled = 0, changed_at = ?"
                                + " where d.id = any(array(select picked.id from unnest(?::bigint[], ?::text[], ?::int[]) as q(stream, dom, n)"
                                + " cross join lateral (select r.id from mailer_delivery r where r.state = 1"
                                + " and (r.stream_id, r.domain) >= (q.stream, q.dom collate \"C\")"
                                + " and (r.stream_id, r.domain) <= (q.stream, q.dom collate \"C\")"
                                + " order by r.stream_id, r.domain, r.id limit q.n for update skip locked) picked))"
                                + " returning " + ClaimRows.COLUMNS)
                .with(node)
                .with(now)
                .withArray("bigint", streams.toArray())
                .withArray("text", domains.toArray())
                .withArray("int4", limits.toArray())
                .list(rows::read);
        claimed.sort(Comparator.comparingLong(ClaimRows.Row::id));
        return rows.claims(claimed);
    }

    @Override
    public List<Long> journal(Statements statements, long node, List<Claim> claims) throws SQLException {
        return statements
                .sql(
                        "update mailer_delivery d set journalled = 1 from unnest(?::bigint[], ?::int[]) as u(id, attempt)"
                                + " where d.id = u.id and d.state = 2 and d.node_id = ? and d.attempt = u.attempt returning d.id")
                .withArray("bigint", column(claims, Claim::deliveryId))
                .withArray("int4", column(claims, Claim::attempt))
                .with(node)
                .list(r -> r.getLong(1));
    }

    @Override
    public List<Long> settle(Statements statements, List<Settlement> settlements, List<@Nullable String> outcomes)
            throws SQLException {
        return statements
                .sql(
                        "update mailer_delivery d set state = u.state, due_at = u.due_at, retries = u.retries, crashes = u.crashes,"
                                + " journalled = 0, node_id = null, changed_at = u.at, outcome = coalesce(u.outcome, d.outcome)"
                                + " from unnest(?::bigint[], ?::bigint[], ?::int[], ?::smallint[], ?::bigint[], ?::int[], ?::int[],"
                                + " ?::bigint[], ?::text[])"
                                + " as u(id, node, attempt, state, due_at, retries, crashes, at, outcome)"
                                + " where d.id = u.id and d.state = 2 and d.node_id = u.node and d.attempt = u.attempt"
                                + " returning d.id")
                .withArray("bigint", column(settlements, s -> s.claim().deliveryId()))
                .withArray("bigint", column(settlements, Settlement::node))
                .withArray("int4", column(settlements, s -> s.claim().attempt()))
                .withArray("int2", column(settlements, s -> Codes.of(s.state(), s.alone())))
                .withArray("bigint", column(settlements, PostgresDialect::dueMillis))
                .withArray("int4", column(settlements, Settlement::retries))
                .withArray("int4", column(settlements, Settlement::crashes))
                .withArray("bigint", column(settlements, s -> Times.millis(s.at())))
                .withArray("text", outcomes.toArray(new @Nullable String[0]))
                .list(r -> r.getLong(1));
    }

    @Override
    public int assignPositions(Statements statements, int limit) throws SQLException {
        Boolean mine = statements
                .sql("select pg_try_advisory_xact_lock(?)")
                .with(SEQUENCER_LOCK)
                .first(r -> r.getBoolean(1));
        if (!Boolean.TRUE.equals(mine)) {
            return 0;
        }
        Long position = statements
                .sql("select position from mailer_consumer where name = ?")
                .with(LAST_POSITION)
                .first(r -> r.getLong(1));
        long last = position == null ? 0 : position;
        int numbered = statements
                .sql("update mailer_event e set position = n.position from (select f.id, ? + row_number()"
                        + " over (order by f.at, f.id) as position from (select id, at from mailer_event"
                        + " where position is null order by position, at, id limit ?) f) n where e.id = n.id")
                .with(last)
                .with(limit)
                .update();
        if (numbered > 0) {
            statements
                    .sql("insert into mailer_consumer (name, position) values (?, ?)"
                            + " on conflict (name) do update set position = excluded.position")
                    .with(LAST_POSITION)
                    .with(last + numbered)
                    .update();
        }
        return numbered;
    }

    /** As an array: a nested loop would ask again for each row, and find others behind those that are changed by then. */
    @Override
    public String idAmong(String select) {
        return "id = any(array(" + select + "))";
    }

    @Override
    public String session() {
        return PostgresSession.OWN;
    }

    @Override
    public Visit visit() {
        return PostgresSession.VISIT;
    }

    @Override
    public String lock() {
        return " for update";
    }

    @Override
    public String share() {
        return " for share";
    }

    @Override
    public String skipLocked() {
        return " for update skip locked";
    }

    private static @Nullable Object dueMillis(Settlement s) {
        Instant due = BatchDialect.dueAt(s);
        return due == null ? null : Times.millis(due);
    }

    private static <T> @Nullable Object[] column(List<T> rows, Function<T, ? extends @Nullable Object> value) {
        @Nullable Object[] column = new Object[rows.size()];
        for (int i = 0; i < column.length; i++) {
            column[i] = value.apply(rows.get(i));
        }
        return column;
    }
}

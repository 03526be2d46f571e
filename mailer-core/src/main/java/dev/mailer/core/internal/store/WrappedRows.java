// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.FieldCipher.WrappedKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** The rows of one table that have a wrapped key, in the order of their keys, and where a pass through them is. Not thread-safe. */
abstract class WrappedRows {
    /** A row, who owns its key, and what names it. */
    record Row(long id, long tenantId, Bytes hash, String reason, String owner, WrappedKey key) {}

    /** A row and the key that it gets. */
    record Change(Row row, WrappedKey next) {}

    private static final Bytes NO_HASH = Bytes.wrap(new byte[0]);

    private final String update;
    private Row last = new Row(-1, -1, NO_HASH, "", "", WrappedKey.NONE);

    private WrappedRows(String table, String name) {
        this.update = "update " + table + " set key_version = :version, wrapped_key = :key where " + name
                + " and key_version = :before and wrapped_key = :old";
    }

    static List<WrappedRows> all(Ledger ledger) {
        return List.of(new Messages(ledger), new Blobs(), new Suppressions());
    }

    /** The rows behind the last that was given, at most so many. */
    final List<Row> next(Statements s, int limit) {
        List<Row> rows = read(s, last, limit);
        if (!rows.isEmpty()) {
            last = rows.get(rows.size() - 1);
        }
        return rows;
    }

    abstract List<Row> read(Statements s, Row last, int limit);

    /** One that has another key by now is left alone. */
    final int change(Statements s, List<Change> changes) {
        PreparedBatch batch = s.batch(update);
        for (Change change : changes) {
            Row row = change.row();
            batch.bind("version", change.next().version())
                    .bind("key", change.next().wrapped())
                    .bind("before", row.key().version())
                    .bind("old", row.key().wrapped());
            bindName(batch, row);
            batch.add();
        }
        batch.execute();
        return changes.size();
    }

    void bindName(PreparedBatch batch, Row row) {
        batch.bind("id", row.id());
    }

    private static WrappedKey key(ResultSet r) throws SQLException {
        byte @Nullable [] wrapped = r.getBytes("wrapped_key");
        return new WrappedKey(r.getInt("key_version"), wrapped == null ? null : Bytes.wrap(wrapped));
    }

    private static final class Messages extends WrappedRows {
        private final Ledger ledger;

        Messages(Ledger ledger) {
            super("mailer_message", "id = :id");
            this.ledger = ledger;
        }

        @Override
        List<Row> read(Statements s, Row last, int limit) {
            return s.query(
                            "select m.id, t.name, m.message_id, m.key_version, m.wrapped_key from mailer_message m"
                                    + " join mailer_tenant t on t.id = m.tenant_id where m.id > :after order by m.id limit :limit")
                    .bind("after", last.id())
                    .bind("limit", limit)
                    .map((r, c) -> new Row(
                            r.getLong("id"),
                            0,
                            NO_HASH,
                            "",
                            Places.message(r.getString("name"), ledger.dialect.readUuid(r, "message_id")),
                            key(r)))
                    .list();
        }
    }

    private static final class Blobs extends WrappedRows {
        Blobs() {
            super("mailer_blob", "id = :id");
        }

        @Override
        List<Row> read(Statements s, Row last, int limit) {
            return s.query(
                            "select b.id, t.name, b.key_version, b.wrapped_key from mailer_blob b"
                                    + " join mailer_tenant t on t.id = b.tenant_id where b.id > :after order by b.id limit :limit")
                    .bind("after", last.id())
                    .bind("limit", limit)
                    .map((r, c) -> new Row(
                            r.getLong("id"), 0, NO_HASH, "", Places.blob(r.getString("name"), r.getLong("id")), key(r)))
                    .list();
        }
    }

    /** In their case the id is the stream's. */
    private static final class Suppressions extends WrappedRows {
        Suppressions() {
            super(
                    "mailer_suppression",
                    "tenant_id = :tenant and lookup_hash = :hash and stream_id = :stream and reason = :reason");
        }

        @Override
        List<Row> read(Statements s, Row last, int limit) {
            return s.query(
                            "select p.stream_id, p.tenant_id, p.lookup_hash, p.reason, t.name, p.key_version, p.wrapped_key"
                                    + " from mailer_suppression p join mailer_tenant t on t.id = p.tenant_id"
                                    + " where (p.tenant_id, p.lookup_hash, p.stream_id, p.reason) > (:tenant, :hash, :stream, :reason)"
                                    + " order by p.tenant_id, p.lookup_hash, p.stream_id, p.reason limit :limit")
                    .bind("tenant", last.tenantId())
                    .bind("hash", last.hash())
                    .bind("stream", last.id())
                    .bind("reason", last.reason())
                    .bind("limit", limit)
                    .map((r, c) -> {
                        Bytes hash = Bytes.wrap(r.getBytes("lookup_hash"));
                        long stream = r.getLong("stream_id");
                        String reason = r.getString("reason");
                        return new Row(
                                stream,
                                r.getLong("tenant_id"),
                                hash,
                                reason,
                                Places.suppression(r.getString("name"), hash, stream, reason),
                                key(r));
                    })
                    .list();
        }

        @Override
        void bindName(PreparedBatch batch, Row row) {
            batch.bind("tenant", row.tenantId())
                    .bind("hash", row.hash())
                    .bind("stream", row.id())
                    .bind("reason", row.reason());
        }
    }
}

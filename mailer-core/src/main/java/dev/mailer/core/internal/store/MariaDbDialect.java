// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.InvalidEmailException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** MariaDB 10.6 or later: many processes. */
final class MariaDbDialect extends NodesDialect {
    private static final Logger log = LoggerFactory.getLogger(MariaDbDialect.class);

    private static final int DUPLICATE_KEY = 1062;

    /**
     * A host's transaction may hold an idempotency key for as long as it likes, and who changes a table may hold that; the one writer
     * must not wait for them. And a node that is gone without closing its connections must not keep rows locked that others are to
     * take over. With a snapshot that is kept, as by default here, a claim would not see what was settled since.
     */
    private static final List<Map.Entry<String, String>> VISITING = List.of(
            Map.entry("innodb_lock_wait_timeout", "2"),
            Map.entry("lock_wait_timeout", "2"),
            Map.entry("idle_transaction_timeout", "20"),
            Map.entry("tx_isolation", "'READ-COMMITTED'"));

    /** What a connection of our own is set to. Values that do not fit are refused and not cut. */
    static final String VARIABLES = each("%1$s = %2$s") + ", sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'";

    /** The host's values are kept in the session, so that nothing is asked for. */
    private static final Visit VISIT = new Visit(
            List.of("set " + each("@mailer_%1$s = @@session.%1$s") + ", " + each("session %1$s = %2$s")),
            List.of("set " + each("session %1$s = @mailer_%1$s")),
            false);

    /** The row of {@code mailer_consumer} that a check writes; any other may be locked by those who work. */
    private static final String CHECK = "#check";

    private volatile long maxPacket = Long.MAX_VALUE;

    private static String each(String assignment) {
        return String.join(
                ", ",
                VISITING.stream()
                        .map(variable -> assignment.formatted(variable.getKey(), variable.getValue()))
                        .toList());
    }

    @Override
    public String name() {
        return "mariadb";
    }

    /** The time of the statement, in seconds with a fraction; a function that takes a date would depend on the session's time zone. */
    @Override
    public String selectNow() {
        return "select cast(floor(@@timestamp * 1000) as signed)";
    }

    /** One statement, which returns what it inserted. Those who find a key there share its lock and do not wait for each other. */
    @Override
    public List<Boolean> insertIdempotency(Statements statements, List<IdempotencyRow> rows) throws SQLException {
        List<IdempotencyRow> sorted = inOrderOfKey(rows);
        Bound b = statements.sql(
                "insert ignore into mailer_idempotency (tenant_id, key_hash, content_hash, message_id, created_at)"
                        + " values (?, ?, ?, ?, ?)" + ", (?, ?, ?, ?, ?)".repeat(sorted.size() - 1)
                        + " returning message_id");
        for (IdempotencyRow row : sorted) {
            b.with(row.tenantId())
                    .with(row.keyHash())
                    .with(row.contentHash())
                    .withObject(uuid(row.messageId()))
                    .with(row.createdAt());
        }
        Set<UUID> inserted = new HashSet<>(b.list(r -> readUuid(r.getBytes(1))));
        requireDuplicatesOnly(b);
        return rows.stream().map(row -> inserted.contains(row.messageId())).toList();
    }

    /** Whatever else is ignored, as a value that was cut, is told as a warning and fails here. */
    private static void requireDuplicatesOnly(Bound ran) throws SQLException {
        for (SQLWarning w = ran.warnings(); w != null; w = w.getNextWarning()) {
            if (w.getErrorCode() != DUPLICATE_KEY) {
                throw w;
            }
        }
    }

    @Override
    public void upsert(Statements statements, TableRows rows, int keyColumns) throws SQLException {
        List<String> set = rows.columns().stream()
                .skip(keyColumns)
                .map(c -> c.name() + " = values(" + c.name() + ")")
                .toList();
        statements
                .sql(rows.insert() + " on duplicate key update " + String.join(", ", set))
                .updateRows(rows);
    }

    /** An insert that fails would be logged by the driver, with its values. */
    @Override
    public boolean insertNew(Statements statements, TableRows row) throws SQLException {
        Bound b = statements
                .sql(row.insert().replaceFirst("insert", "insert ignore"))
                .withRow(row, 0);
        boolean inserted = b.update() > 0;
        requireDuplicatesOnly(b);
        return inserted;
    }

    @Override
    public String latest() {
        return share();
    }

    @Override
    public String share() {
        return " lock in share mode";
    }

    @Override
    public String session() {
        return "set session " + VARIABLES;
    }

    @Override
    public Visit visit() {
        return VISIT;
    }

    @Override
    public void insert(Statements statements, List<TableRows> tables) throws SQLException {
        for (TableRows rows : tables) {
            long size = MariaDbServer.above(maxPacket, rows);
            if (size > 0) {
                throw new InvalidEmailException(
                        "content",
                        "takes a statement of " + size + " bytes, and max_allowed_packet of MariaDB is " + maxPacket
                                + "; raise that, or send the larger parts as attachments");
            }
        }
        super.insert(statements, tables);
    }

    /** An update that changes nothing must count the row it found, and a batch must tell its counts: both are options of the driver. */
    @Override
    public void check(Statements statements) throws SQLException {
        Bound b = statements.sql("update mailer_consumer set position = position where name = ?");
        b.with(CHECK).addBatch();
        b.with(CHECK).addBatch();
        for (int count : b.executeBatch()) {
            if (count != 1) {
                throw new SQLException(
                        "the driver does not count the rows that a statement finds: it gave " + count
                                + " instead of 1; take useAffectedRows and useBulkStmts out of the address or set them to false",
                        "HY000");
            }
        }
        MariaDbServer server = MariaDbServer.ask(statements);
        maxPacket = server.maxPacket();
        String losing = server.losingCommits();
        if (losing != null) {
            log.warn("{}", losing);
        }
    }
}

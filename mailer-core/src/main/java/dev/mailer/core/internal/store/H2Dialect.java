// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.MailerConfigException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * H2, for tests and demos: it loses what it has acknowledged when its process is killed, and never syncs. One process opens such a
 * database, but several mailers in it may share one, so they keep apart as nodes do.
 */
final class H2Dialect extends NodesDialect {
    private static final String DUPLICATE_KEY = "23505";

    private static final List<String> MODES =
            List.of("REGULAR", "POSTGRESQL", "MYSQL", "MARIADB", "LEGACY", "DB2", "HSQLDB");

    @Override
    public String name() {
        return "h2";
    }

    /** It runs in this process: the node's own clock is the database's. */
    @Override
    public String selectNow() {
        return "";
    }

    @Override
    public List<Boolean> insertIdempotency(Statements statements, List<IdempotencyRow> rows) throws SQLException {
        Set<UUID> inserted = new HashSet<>();
        for (IdempotencyRow row : inOrderOfKey(rows)) {
            TableRows stored = new TableRows(
                    "mailer_idempotency",
                    "tenant_id bigint",
                    "key_hash bytea",
                    "content_hash bytea",
                    "message_id uuid",
                    "created_at bigint");
            stored.add(
                    row.tenantId(),
                    row.keyHash().unsafeArray(),
                    row.contentHash().unsafeArray(),
                    uuid(row.messageId()),
                    row.createdAt());
            if (insertNew(statements, stored)) {
                inserted.add(row.messageId());
            }
        }
        return rows.stream().map(row -> inserted.contains(row.messageId())).toList();
    }

    @Override
    public void upsert(Statements statements, TableRows rows, int keyColumns) throws SQLException {
        List<String> key = rows.columns().stream()
                .limit(keyColumns)
                .map(TableRows.Column::name)
                .toList();
        statements
                .sql("merge into " + rows.table() + " (" + rows.columnNames() + ") key (" + String.join(", ", key)
                        + ") values (" + rows.places() + ")")
                .updateRows(rows);
    }

    /** What fails here is one statement: a transaction does not end by a value that is there already. */
    @Override
    public boolean insertNew(Statements statements, TableRows row) throws SQLException {
        try {
            return statements.sql(row.insert()).withRow(row, 0).update() > 0;
        } catch (SQLException e) {
            if (DUPLICATE_KEY.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    /** In other modes some of our statements fail, or mean something else; with names that differ in case only, one would stand for both. */
    @Override
    public void inspect(Connection connection) throws SQLException {
        Map<String, String> settings = new HashMap<>();
        // in capitals, because an address can have names taken as they are written
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("select SETTING_NAME, SETTING_VALUE from INFORMATION_SCHEMA.SETTINGS")) {
            while (rows.next()) {
                settings.put(rows.getString(1), rows.getString(2));
            }
        }
        String mode = settings.getOrDefault("MODE", "REGULAR").toUpperCase(Locale.ROOT);
        if (!MODES.contains(mode)) {
            throw new MailerConfigException(
                    "store",
                    "H2 in the mode " + mode + " cannot hold the ledger; it can in " + String.join(", ", MODES)
                            + ": name one of these as MODE in the address, or none");
        }
        if (Boolean.parseBoolean(settings.get("IGNORECASE")) || "1".equals(settings.get("IGNORECASE"))) {
            throw new MailerConfigException(
                    "store",
                    "H2 with IGNORECASE=TRUE takes names for the same that differ in case; take it out of the address");
        }
    }

    @Override
    public String session() {
        return "set lock_timeout 2000";
    }
}

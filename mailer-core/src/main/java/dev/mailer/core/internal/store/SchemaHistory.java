// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spares a start Flyway where it would find nothing to do, and where the ledger is new and the database undoes what a script has created
 * when the script fails. What is written is what Flyway would write. On MariaDB an empty history is made, which Flyway does not make
 * without a race. Whatever is not as expected, errors too, is left as it was, for Flyway to mend or to explain.
 */
final class SchemaHistory {
    /** The table that says which migrations were run. */
    static final String TABLE = "mailer_schema_history";

    private static final String BASELINE = "BASELINE";
    private static final String SCRIPT = "SQL";
    /** What Flyway calls the version that a schema with tables of others begins with. */
    private static final String BASELINE_TEXT = "<< Flyway Baseline >>";

    private static final Logger log = LoggerFactory.getLogger(SchemaHistory.class);

    private final Connection connection;
    private final String database;
    private final List<Migration> migrations;

    private SchemaHistory(Connection connection, String database) {
        this.connection = connection;
        this.database = database;
        this.migrations = Migration.of(database);
    }

    /** True when the schema is of the latest version now; false when that is for Flyway to reach. Takes one connection. */
    static boolean reachesLatest(DataSource source, Dialect dialect) {
        try (Connection connection = source.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                boolean reached = new SchemaHistory(connection, dialect.name()).reach();
                connection.commit();
                return reached;
            } catch (SQLException | RuntimeException e) {
                Database.rollbackQuietly(connection, e);
                throw e;
            } finally {
                connection.setAutoCommit(autoCommit);
            }
        } catch (SQLException e) {
            log.debug("the schema could not be looked at or made; Flyway is asked", e);
            return false;
        }
    }

    private boolean reach() throws SQLException {
        if (isThere()) {
            return isLatest(rows(), migrations);
        }
        NewLedger made = NewLedger.of(database);
        if (made == null) {
            if (database.equals("mariadb")) {
                // Flyway takes its lock only after this, and fails where a node beside it is half-way through
                run(SchemaScript.historyTable(database));
            }
            return false;
        }
        String lock = made.lock();
        if (lock != null) {
            run(lock);
            if (isThere()) {
                return isLatest(rows(), migrations);
            }
        }
        boolean empty = says(made.isEmpty());
        if (!empty && !made.sharesSchema()) {
            return false;
        }
        run(made.history());
        int rank = 1;
        if (!empty) {
            note(made, rank++, "0", BASELINE_TEXT, BASELINE, BASELINE_TEXT, null, 0);
        }
        for (Migration m : migrations) {
            long began = System.nanoTime();
            run(m.sql());
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            note(made, rank++, String.valueOf(m.version()), m.description(), SCRIPT, m.script(), m.checksum(), took);
        }
        log.info("the schema of the ledger was created, version {}", Migration.LATEST);
        return true;
    }

    /** In the schema where Flyway looks for it, and where it makes it. */
    private boolean isThere() throws SQLException {
        return says(
                switch (database) {
                    case "sqlite" ->
                        "select count(*) from sqlite_master where type = 'table' and name = '" + TABLE + "'";
                    case "mariadb" ->
                        "select count(*) from information_schema.tables where table_schema = database() and table_name = '"
                                + TABLE + "'";
                    default ->
                        "select count(*) from information_schema.tables where table_schema = current_schema and table_name = '"
                                + TABLE + "'";
                });
    }

    /** Without those by which Flyway notes who made the table or the schema. */
    private List<Row> rows() throws SQLException {
        String quote = database.equals("mariadb") ? "`" : "\"";
        String select = "select #version#, #description#, #type#, #checksum#, #success# from #" + TABLE
                + "# where #installed_rank# > 0 order by #installed_rank#";
        try (Statement s = connection.createStatement();
                ResultSet r = s.executeQuery(select.replace("#", quote))) {
            List<Row> rows = new ArrayList<>();
            while (r.next()) {
                int checksum = r.getInt(4);
                rows.add(new Row(
                        r.getString(1),
                        r.getString(2),
                        r.getString(3),
                        r.wasNull() ? null : checksum,
                        r.getBoolean(5)));
            }
            return rows;
        }
    }

    /**
     * A row of the history.
     *
     * @param version null where Flyway runs a script again and again
     */
    record Row(
            @Nullable String version,
            @Nullable String description,
            String type,
            @Nullable Integer checksum,
            boolean success) {}

    /**
     * Whether the history has all of these, unchanged, and nothing else but a baseline that it begins with: what has a baseline is there
     * up to that version.
     */
    static boolean isLatest(List<Row> history, List<Migration> migrations) {
        List<Migration> missing = new ArrayList<>(migrations);
        for (int i = 0; i < history.size(); i++) {
            Row row = history.get(i);
            if (!row.success) {
                return false;
            }
            if (i == 0 && row.type.equals(BASELINE)) {
                int version = number(row.version);
                if (version < 0 || version > Migration.LATEST) {
                    return false;
                }
                missing.removeIf(m -> m.version() <= version);
            } else if (missing.isEmpty() || !isRowOf(missing.remove(0), row)) {
                return false;
            }
        }
        return missing.isEmpty();
    }

    private static boolean isRowOf(Migration m, Row row) {
        Integer checksum = row.checksum;
        return row.type.equals(SCRIPT)
                && m.version() == number(row.version)
                && m.description().equals(row.description)
                && checksum != null
                && checksum == m.checksum();
    }

    /** -1 for what is no version of ours. */
    private static int number(@Nullable String version) {
        return version != null && version.matches("[0-9]{1,6}") ? Integer.parseInt(version) : -1;
    }

    private boolean says(String query) throws SQLException {
        try (Statement s = connection.createStatement();
                ResultSet r = s.executeQuery(query)) {
            return r.next() && r.getInt(1) > 0;
        }
    }

    private void run(String script) throws SQLException {
        try (Statement s = connection.createStatement()) {
            s.executeUpdate(script);
        }
    }

    private void note(
            NewLedger made,
            int rank,
            String version,
            String description,
            String type,
            String script,
            @Nullable Integer checksum,
            long took)
            throws SQLException {
        try (PreparedStatement s = connection.prepareStatement("insert into \"" + TABLE
                + "\" (\"installed_rank\", \"version\", \"description\", \"type\", \"script\", \"checksum\", \"installed_by\","
                + " \"execution_time\", \"success\") values (?, ?, ?, ?, ?, ?, " + made.user() + ", ?, ?)")) {
            s.setInt(1, rank);
            s.setString(2, version);
            s.setString(3, description);
            s.setString(4, type);
            s.setString(5, script);
            s.setObject(6, checksum, java.sql.Types.INTEGER);
            s.setInt(7, (int) took);
            s.setBoolean(8, true);
            s.executeUpdate();
        }
    }
}

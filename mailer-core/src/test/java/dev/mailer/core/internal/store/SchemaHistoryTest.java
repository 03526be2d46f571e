// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.core.internal.store.SchemaHistory.Row;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

class SchemaHistoryTest {
    private static final List<Migration> MIGRATIONS = Migration.of("postgresql");
    private static final Row BASELINE = new Row("0", "<< Flyway Baseline >>", "BASELINE", null, true);

    @TempDir
    Path folder;

    private static Row row(Migration m) {
        return new Row(String.valueOf(m.version()), m.description(), "SQL", m.checksum(), true);
    }

    private static boolean isLatest(Row... before) {
        List<Row> rows = new ArrayList<>(List.of(before));
        MIGRATIONS.forEach(m -> rows.add(row(m)));
        return SchemaHistory.isLatest(rows, MIGRATIONS);
    }

    private static boolean isLatestWith(Row last) {
        List<Row> rows = new ArrayList<>();
        MIGRATIONS.forEach(m -> rows.add(row(m)));
        rows.set(rows.size() - 1, last);
        return SchemaHistory.isLatest(rows, MIGRATIONS);
    }

    @Test
    void all_migrations_make_the_latest_version_beside_tables_of_others_too() {
        assertThat(isLatest()).isTrue();
        assertThat(isLatest(BASELINE)).isTrue();
    }

    @Test
    void a_script_of_the_owner_s_is_a_baseline_of_its_version() {
        Row script = new Row("" + Migration.LATEST, "mailer ddl", "BASELINE", null, true);
        Row newer = new Row("" + (Migration.LATEST + 1), "mailer ddl", "BASELINE", null, true);

        assertThat(SchemaHistory.isLatest(List.of(script), MIGRATIONS)).isTrue();
        assertThat(SchemaHistory.isLatest(List.of(newer), MIGRATIONS)).isFalse();
    }

    @Test
    void whatever_else_the_history_has_is_for_flyway() {
        Migration m = MIGRATIONS.get(MIGRATIONS.size() - 1);
        String version = String.valueOf(m.version());

        assertThat(SchemaHistory.isLatest(List.of(), MIGRATIONS)).isFalse();
        assertThat(SchemaHistory.isLatest(List.of(BASELINE), MIGRATIONS)).isFalse();
        assertThat(isLatestWith(new Row(version, m.description(), "SQL", m.checksum(), false)))
                .as("failed")
                .isFalse();
        assertThat(isLatestWith(new Row(version, m.description(), "SQL", m.checksum() + 1, true)))
                .as("changed")
                .isFalse();
        assertThat(isLatestWith(new Row(version, m.description(), "SQL", null, true)))
                .as("without a checksum")
                .isFalse();
        assertThat(isLatestWith(new Row(version, "another", "SQL", m.checksum(), true)))
                .as("another")
                .isFalse();
        assertThat(isLatestWith(new Row(version, m.description(), "JDBC", m.checksum(), true)))
                .as("no script")
                .isFalse();
        assertThat(isLatestWith(new Row(null, m.description(), "SQL", m.checksum(), true)))
                .as("repeatable")
                .isFalse();
        assertThat(isLatest(new Row("1.1", "own", "SQL", 1, true)))
                .as("somebody's own before it")
                .isFalse();
        List<Row> later = new ArrayList<>();
        MIGRATIONS.forEach(x -> later.add(row(x)));
        later.add(new Row("99", "later", "SQL", 1, true));
        assertThat(SchemaHistory.isLatest(later, MIGRATIONS)).as("newer").isFalse();
    }

    @Test
    void a_new_file_is_set_up_at_once_and_found_later() throws SQLException {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + folder.resolve("ledger.db"));

        assertThat(SchemaHistory.reachesLatest(source, new SqliteDialect())).isTrue();
        assertThat(SchemaHistory.reachesLatest(source, new SqliteDialect())).isTrue();

        try (Connection c = source.getConnection();
                Statement s = c.createStatement()) {
            s.executeUpdate("update mailer_schema_history set success = 0");
        }
        assertThat(SchemaHistory.reachesLatest(source, new SqliteDialect())).isFalse();
    }

    @Test
    void a_file_with_tables_of_others_is_left_to_flyway() throws SQLException {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + folder.resolve("ledger.db"));
        try (Connection c = source.getConnection();
                Statement s = c.createStatement()) {
            s.executeUpdate("create table orders (id integer)");
            assertThat(SchemaHistory.reachesLatest(source, new SqliteDialect())).isFalse();

            assertThat(s.executeQuery("select group_concat(name) from sqlite_master")
                            .getString(1))
                    .isEqualTo("orders");
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sqlite.SQLiteDataSource;

/** What retention searches for each minute, while the writer waits, must not cost more because much is stored. */
class RetentionPlanTest {
    @TempDir
    Path folder;

    static List<String> each_search_is_a_range_of_an_index() {
        return List.of(
                PurgeStatements.OLD_CONTENT,
                PurgeStatements.OLD_MESSAGES,
                PurgeStatements.OLD_KEYS,
                PurgeStatements.RECIPIENTS,
                UntoldEvents.WAITS + "e.message_id = 4711",
                UnreadEvents.NUMBERED_BY_ID,
                JdbcContentStore.UNUSED);
    }

    @ParameterizedTest
    @MethodSource
    void each_search_is_a_range_of_an_index(String sql) throws SQLException {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + folder.resolve("ledger.db"));
        Migrations.run(source, new SqliteDialect());

        List<String> steps = new ArrayList<>();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet plan = statement.executeQuery("explain query plan " + sql)) {
            while (plan.next()) {
                steps.add(plan.getString("detail"));
            }
        }

        assertThat(steps).isNotEmpty().noneMatch(step -> step.contains("SCAN") || step.contains("TEMP B-TREE"));
    }
}

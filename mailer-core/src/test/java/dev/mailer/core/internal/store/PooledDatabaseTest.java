// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.mailer.api.spi.OutboxStore;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** A pool closes a connection that broke, so that nothing can be asked of it afterwards. */
class PooledDatabaseTest {
    private final Connection connection = mock(Connection.class);

    @Test
    void a_connection_lost_at_commit_leaves_the_outcome_unknown() throws Exception {
        doThrow(new SQLException("an I/O error occurred", "08006"))
                .when(connection)
                .commit();

        try (HikariDataSource pool = pool()) {
            PooledDatabase database = new PooledDatabase(pool, () -> {}, null);

            assertThatThrownBy(() -> database.write(s -> "written"))
                    .isInstanceOf(OutboxStore.CommitUnknownException.class)
                    .hasRootCauseMessage("an I/O error occurred");
        }
    }

    @Test
    void a_connection_lost_before_the_commit_is_told_as_it_was() throws Exception {
        when(connection.prepareStatement("select 1")).thenThrow(new SQLException("broken pipe", "08006"));

        try (HikariDataSource pool = pool()) {
            PooledDatabase database = new PooledDatabase(pool, () -> {}, null);

            assertThatThrownBy(() -> database.write(s -> s.sql("select 1").update()))
                    .isInstanceOf(SQLException.class)
                    .hasMessage("broken pipe");
        }
    }

    @Test
    void a_connection_that_cannot_be_reset_does_not_take_back_what_is_committed() throws Exception {
        PooledDatabase database = new PooledDatabase(source(), () -> {}, null);
        doThrow(new SQLException("closed")).when(connection).setAutoCommit(true);

        assertThat(database.<String>write(s -> "written")).isEqualTo("written");
    }

    private HikariDataSource pool() throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setDataSource(source());
        config.setMaximumPoolSize(1);
        return new HikariDataSource(config);
    }

    private DataSource source() throws SQLException {
        when(connection.isValid(anyInt())).thenReturn(true);
        when(connection.getAutoCommit()).thenReturn(true);
        DataSource source = mock(DataSource.class);
        when(source.getConnection()).thenReturn(connection);
        return source;
    }
}

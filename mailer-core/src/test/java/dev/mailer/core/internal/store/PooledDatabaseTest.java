// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.mailer.api.spi.OutboxStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

/** A pool closes a connection that broke, so that nothing can be asked of it afterwards. */
class PooledDatabaseTest {
    private final Connection connection = mock(Connection.class);

    @Test
    void a_connection_lost_at_commit_leaves_the_outcome_unknown() throws Exception {
        doThrow(new SQLException("an I/O error occurred", "08006"))
                .when(connection)
                .commit();

        try (HikariDataSource pool = pool()) {
            PooledDatabase database = new PooledDatabase(pool, () -> {}, Dialect.Visit.PLAIN);

            assertThatThrownBy(() -> database.write(s -> "written"))
                    .isInstanceOf(OutboxStore.CommitUnknownException.class)
                    .hasRootCauseMessage("an I/O error occurred");
        }
    }

    @Test
    void a_connection_lost_before_the_commit_is_told_as_it_was() throws Exception {
        when(connection.prepareStatement("select 1")).thenThrow(new SQLException("broken pipe", "08006"));

        try (HikariDataSource pool = pool()) {
            PooledDatabase database = new PooledDatabase(pool, () -> {}, Dialect.Visit.PLAIN);

            assertThatThrownBy(() -> database.write(s -> s.sql("select 1").update()))
                    .isInstanceOf(SQLException.class)
                    .hasMessage("broken pipe");
        }
    }

    @Test
    void a_connection_lost_at_the_end_of_a_read_is_told_as_it_was_because_nothing_was_written() throws Exception {
        doThrow(new SQLException("terminating connection", "57P01"))
                .when(connection)
                .commit();
        PooledDatabase database = new PooledDatabase(source(), () -> {}, new Dialect.Visit(List.of(), List.of(), true));

        assertThatThrownBy(() -> database.read(s -> "read"))
                .isInstanceOf(SQLException.class)
                .hasMessage("terminating connection");
    }

    @Test
    void a_connection_that_cannot_be_reset_does_not_take_back_what_is_committed() throws Exception {
        PooledDatabase database = new PooledDatabase(source(), () -> {}, Dialect.Visit.PLAIN);
        doThrow(new SQLException("closed")).when(connection).setAutoCommit(true);

        assertThat(database.<String>write(s -> "written")).isEqualTo("written");
    }

    @Test
    void nothing_is_left_open_on_a_pool_without_auto_commit() throws Exception {
        DataSource source = source();
        when(connection.getAutoCommit()).thenReturn(false);
        PreparedStatement statement = mock(PreparedStatement.class);
        when(connection.prepareStatement(anyString())).thenReturn(statement);
        Dialect.Visit visit = new Dialect.Visit(List.of("set limits"), List.of(), false);
        PooledDatabase database = new PooledDatabase(source, () -> {}, visit);
        InOrder order = inOrder(connection);

        database.<String>read(s -> {
            s.sql("select 1").run();
            return "read";
        });
        order.verify(connection).rollback();
        order.verify(connection).prepareStatement("select 1");
        order.verify(connection).rollback();

        database.<String>write(s -> "written");
        order.verify(connection).rollback();
        order.verify(connection).prepareStatement("set limits");
        order.verify(connection).commit();
    }

    @Test
    void reads_that_hang_leave_connections_to_what_is_written() throws Exception {
        HikariConfig config = new HikariConfig();
        config.setDataSource(source());
        config.setMaximumPoolSize(5);
        CountDownLatch answer = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(2);
        ExecutorService readers = Executors.newFixedThreadPool(2);
        try (PooledDatabase database = new PooledDatabase(full(config))) {
            Callable<Boolean> hanging = () -> database.read(s -> {
                asked.countDown();
                return awaitQuietly(answer);
            });
            Future<Boolean> first = readers.submit(hanging);
            Future<Boolean> second = readers.submit(hanging);
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();

            assertThat(database.<String>write(s -> "written")).isEqualTo("written");
            assertThatThrownBy(() -> database.read(s -> "read"))
                    .isInstanceOf(SQLTransientConnectionException.class)
                    .hasMessageContaining("all 2 connections for reads");

            answer.countDown();
            assertThat(first.get(20, TimeUnit.SECONDS)).isTrue();
            assertThat(second.get(20, TimeUnit.SECONDS)).isTrue();
            assertThat(database.<String>read(s -> "read")).isEqualTo("read");
        } finally {
            answer.countDown();
            readers.shutdownNow();
        }
    }

    private static boolean awaitQuietly(CountDownLatch latch) {
        try {
            return latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A pool that has all its connections, so that whoever is to get one gets it at once, and little patience. */
    private static HikariDataSource full(HikariConfig config) throws SQLException {
        config.setConnectionTimeout(Duration.ofMinutes(1).toMillis());
        HikariDataSource pool = new HikariDataSource(config);
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < pool.getMaximumPoolSize(); i++) {
            all.add(pool.getConnection());
        }
        for (Connection each : all) {
            each.close();
        }
        pool.setConnectionTimeout(250);
        return pool;
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

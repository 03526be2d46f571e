// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A database server behind a pool. Connections are borrowed for one transaction or read, so the pool replaces broken ones. */
final class PooledDatabase implements Database {
    private static final Logger log = LoggerFactory.getLogger(PooledDatabase.class);

    /** How long the end waits for the pool's. */
    private static final long CLOSE_MILLIS = 3_000;

    private final DataSource pool;
    private final Runnable close;
    private final Dialect.Visit visit;
    private final @Nullable HikariDataSource own;
    private final ReadLimit reads;

    /**
     * A pool of the host's.
     *
     * @param close what to do at the end
     * @param visit what comes before and after each transaction
     */
    PooledDatabase(DataSource pool, Runnable close, Dialect.Visit visit) {
        this.pool = pool;
        this.close = close;
        this.visit = visit;
        this.own = null;
        this.reads = ReadLimit.NONE;
    }

    /** A pool of our own, whose connections are set up already; reads leave some of them to those that write. */
    PooledDatabase(HikariDataSource own) {
        this.pool = own;
        this.close = () -> closeInTime(own);
        this.visit = Dialect.Visit.PLAIN;
        this.own = own;
        this.reads = ReadLimit.of(own);
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        if (own != null) {
            own.setMetricRegistry(meters);
        }
    }

    @Override
    public <R extends @Nullable Object> R write(Write<R> work) throws SQLException {
        Connection connection = connection();
        try {
            return transact(connection, work, Database::commit);
        } finally {
            quietly(connection::close);
        }
    }

    @Override
    public <R extends @Nullable Object> R read(Write<R> work) throws SQLException {
        reads.enter();
        try (Connection connection = connection()) {
            if (visit.reads()) {
                // nothing is written, so that the outcome is never in doubt
                return transact(connection, work, Connection::commit);
            }
            return look(connection, work);
        } finally {
            reads.leave();
        }
    }

    /** Without auto-commit, a read begins a transaction, and not every pool ends it: neither a former one nor this one is left open. */
    private static <R extends @Nullable Object> R look(Connection connection, Write<R> work) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        if (!autoCommit) {
            connection.rollback();
        }
        try (Statements statements = new Statements(connection)) {
            return work.run(statements);
        } finally {
            if (!autoCommit) {
                quietly(connection::rollback);
            }
        }
    }

    /** Whatever keeps the pool from giving one, the database is out of reach. */
    private Connection connection() throws SQLException {
        try {
            return pool.getConnection();
        } catch (SQLTransientConnectionException e) {
            throw e;
        } catch (SQLException e) {
            throw new SQLTransientConnectionException(e.getMessage(), e.getSQLState(), e);
        }
    }

    private <R extends @Nullable Object> R transact(Connection connection, Write<R> work, End end) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        if (autoCommit) {
            connection.setAutoCommit(false);
        } else {
            // what somebody left open is no part of ours, and would keep settings from being those of its end
            connection.rollback();
        }
        Statements statements = new Statements(connection);
        try {
            for (String before : visit.before()) {
                statements.sql(before).run();
            }
            R result = work.run(statements);
            end.of(connection);
            return result;
        } catch (SQLException | RuntimeException | Error e) {
            Database.rollbackQuietly(connection, e);
            throw e;
        } finally {
            for (String after : visit.after()) {
                quietly(() -> statements.sql(after).run());
            }
            quietly(statements::close);
            quietly(() -> connection.setAutoCommit(autoCommit));
        }
    }

    /** What became of the transaction is known by now, and must not be hidden by a connection that can no longer be cleaned up. */
    private static void quietly(Cleanup cleanup) {
        try {
            cleanup.run();
        } catch (SQLException e) {
            log.debug("a connection could not be cleaned up; the pool replaces it", e);
        }
    }

    /** How a transaction that has done its work is ended. */
    @FunctionalInterface
    private interface End {
        void of(Connection connection) throws SQLException;
    }

    /** A step behind the end of a transaction. */
    @FunctionalInterface
    private interface Cleanup {
        void run() throws SQLException;
    }

    /**
     * MariaDB's driver asks the server on a new connection to end what a hanging one does, one after the other, so this may go on
     * behind the end; each step of it has a bound.
     */
    private static void closeInTime(HikariDataSource pool) {
        Thread closing = new Thread(pool::close, "mailer-store-close");
        closing.setDaemon(true);
        closing.start();
        try {
            closing.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        close.run();
    }
}

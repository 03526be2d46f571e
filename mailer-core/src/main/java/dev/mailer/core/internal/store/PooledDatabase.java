// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A database server behind a pool. Connections are borrowed for one transaction or read, so the pool replaces broken ones. */
final class PooledDatabase implements Database {
    private final DataSource pool;
    private final Runnable close;

    /** @param close what to do at the end: close the pool when it is ours, nothing when it is the host's */
    PooledDatabase(DataSource pool, Runnable close) {
        this.pool = pool;
        this.close = close;
    }

    @Override
    public <R> R write(Write<R> work) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try (Statements statements = new Statements(connection)) {
                R result = work.run(statements);
                Database.commit(connection);
                return result;
            } catch (SQLException | RuntimeException | Error e) {
                Database.rollbackQuietly(connection, e);
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    @Override
    public <R> R read(Write<R> work) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statements statements = new Statements(connection)) {
            return work.run(statements);
        }
    }

    @Override
    public void close() {
        close.run();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/**
 * The statements of one connection: those that run for every mail as they are, prepared once, and all others through JDBI. Used by
 * one thread at a time.
 */
final class Statements implements AutoCloseable {
    private final Connection connection;
    private final Map<String, PreparedStatement> open = new HashMap<>();
    /** Opened when it is needed: most transactions have hot statements only. */
    private @Nullable Handle handle;

    Statements(Connection connection) {
        this.connection = connection;
    }

    Connection connection() {
        return connection;
    }

    /** A statement that gives rows. */
    Query query(String sql) {
        return handle().createQuery(sql);
    }

    Update update(String sql) {
        return handle().createUpdate(sql);
    }

    PreparedBatch batch(String sql) {
        return handle().prepareBatch(sql);
    }

    private Handle handle() {
        if (handle == null) {
            handle = LedgerJdbi.on(connection);
        }
        return handle;
    }

    /** A statement that runs for every mail, prepared once, ready to be bound. */
    Bound sql(String sql) throws SQLException {
        PreparedStatement statement = open.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            open.put(sql, statement);
        }
        return new Bound(statement);
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : open.values()) {
            statement.close();
        }
        open.clear();
    }

    /** Reads one row. */
    @FunctionalInterface
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }
}

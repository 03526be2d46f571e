// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** The prepared statements of one connection; used by one thread at a time. */
final class Statements implements AutoCloseable {
    private final Connection connection;
    private final Map<String, PreparedStatement> open = new HashMap<>();

    Statements(Connection connection) {
        this.connection = connection;
    }

    Connection connection() {
        return connection;
    }

    /** The statement, prepared once, ready to be bound. */
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

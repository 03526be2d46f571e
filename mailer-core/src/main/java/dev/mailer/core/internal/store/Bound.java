// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Bytes;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement of plain JDBC, prepared before, whose parameters are bound from left to right. */
final class Bound {
    private final PreparedStatement statement;
    private int at;

    Bound(PreparedStatement statement) {
        this.statement = statement;
    }

    Bound with(long value) throws SQLException {
        statement.setLong(++at, value);
        return this;
    }

    Bound with(@Nullable String value) throws SQLException {
        statement.setString(++at, value);
        return this;
    }

    Bound with(@Nullable Bytes value) throws SQLException {
        if (value == null) {
            statement.setNull(++at, Types.BINARY);
        } else {
            statement.setBytes(++at, value.unsafeArray());
        }
        return this;
    }

    Bound with(@Nullable Instant value) throws SQLException {
        if (value == null) {
            statement.setNull(++at, Types.BIGINT);
            return this;
        }
        return with(Times.millis(value));
    }

    Bound withObject(@Nullable Object value) throws SQLException {
        statement.setObject(++at, value);
        return this;
    }

    /** The values of one row, in the order of its columns. */
    Bound withRow(TableRows rows, int row) throws SQLException {
        for (TableRows.Column column : rows.columns()) {
            withObject(column.values().get(row));
        }
        return this;
    }

    /** Values of one column; the element types that the driver knows how to send in binary form are those of the arrays made here. */
    Bound withArray(String type, @Nullable Object[] values) throws SQLException {
        @Nullable
        Object[] typed = switch (type) {
            case "bigint" -> Arrays.copyOf(values, values.length, Long[].class);
            case "int4" -> Arrays.copyOf(values, values.length, Integer[].class);
            case "int2" -> shorts(values);
            case "text" -> Arrays.copyOf(values, values.length, String[].class);
            case "bytea" -> Arrays.copyOf(values, values.length, byte[][].class);
            default -> values;
        };
        statement.setArray(++at, statement.getConnection().createArrayOf(type, typed));
        return this;
    }

    private static @Nullable Short[] shorts(@Nullable Object[] values) {
        @Nullable Short[] shorts = new Short[values.length];
        for (int i = 0; i < shorts.length; i++) {
            shorts[i] = values[i] instanceof Number n ? n.shortValue() : null;
        }
        return shorts;
    }

    /** Ends a row of a batch. */
    void addBatch() throws SQLException {
        statement.addBatch();
        at = 0;
    }

    /** Runs once for each row, in one go. */
    void updateRows(TableRows rows) throws SQLException {
        for (int i = 0; i < rows.count(); i++) {
            withRow(rows, i).addBatch();
        }
        executeBatch();
    }

    int[] executeBatch() throws SQLException {
        return statement.executeBatch();
    }

    /** What the last run was warned of. */
    @Nullable
    SQLWarning warnings() throws SQLException {
        return statement.getWarnings();
    }

    /** For statements of which nothing is read, whether they give rows or not. */
    void run() throws SQLException {
        statement.execute();
    }

    int update() throws SQLException {
        return statement.executeUpdate();
    }

    <T> List<T> list(Statements.Reader<T> reader) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            List<T> list = new ArrayList<>();
            while (rows.next()) {
                list.add(reader.read(rows));
            }
            return list;
        }
    }

    /** For queries that always give one row with a number that is not null. */
    long number() throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            if (!rows.next()) {
                throw new SQLException("a query for a number gave none");
            }
            return rows.getLong(1);
        }
    }

    <T> @Nullable T first(Statements.Reader<T> reader) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? reader.read(rows) : null;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** New rows of one table, column by column, until the dialect writes them. Not thread-safe. */
final class TableRows {
    private final String table;
    private final List<Column> columns;
    private int count;

    /** @param columns each a name and a type, as in {@code "id bigint"} */
    TableRows(String table, String... columns) {
        this.table = table;
        this.columns = new ArrayList<>(columns.length);
        for (String column : columns) {
            int space = column.indexOf(' ');
            this.columns.add(new Column(column.substring(0, space), column.substring(space + 1), new ArrayList<>()));
        }
    }

    /** A column and its values so far: numbers, strings, byte arrays or what {@link Dialect#uuid} gives. */
    record Column(String name, String type, List<@Nullable Object> values) {}

    void add(@Nullable Object... values) {
        if (values.length != columns.size()) {
            throw new IllegalArgumentException(
                    table + " has " + columns.size() + " columns, and " + values.length + " values were given");
        }
        for (int i = 0; i < values.length; i++) {
            columns.get(i).values.add(values[i]);
        }
        count++;
    }

    /** One of the rows by itself. */
    TableRows row(int index) {
        TableRows one = new TableRows(
                table, columns.stream().map(c -> c.name + " " + c.type).toArray(String[]::new));
        one.add(columns.stream().map(c -> c.values.get(index)).toArray());
        return one;
    }

    String table() {
        return table;
    }

    List<Column> columns() {
        return columns;
    }

    int count() {
        return count;
    }

    /** A statement that inserts one row. */
    String insert() {
        return "insert into " + table + " (" + columnNames() + ") values (" + places() + ")";
    }

    /** A place for the value of each column. */
    String places() {
        return "?" + ", ?".repeat(columns.size() - 1);
    }

    String columnNames() {
        return String.join(", ", columns.stream().map(Column::name).toList());
    }
}

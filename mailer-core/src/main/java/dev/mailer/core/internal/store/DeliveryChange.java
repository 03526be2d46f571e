// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A change of the deliveries that a condition finds, which returns them. Where an update cannot return rows, they are locked and read
 * first. Values have names. Not thread-safe.
 */
final class DeliveryChange {
    private static final Pattern NAME = Pattern.compile(":([a-z]+)");

    private final String assignments;
    private final Map<String, @Nullable Object> assigned;
    private String condition = "";
    private Map<String, Object> sought = Map.of();
    private @Nullable String order;

    private DeliveryChange(String assignments, Map<String, @Nullable Object> assigned) {
        this.assignments = assignments;
        this.assigned = assigned;
    }

    /** @param values those that the assignments name, and no others */
    static DeliveryChange set(String assignments, Map<String, @Nullable Object> values) {
        return new DeliveryChange(assignments, values);
    }

    /** @param values those that the condition names, and no others */
    DeliveryChange where(String condition, Map<String, Object> values) {
        this.condition = condition;
        this.sought = new HashMap<>(values);
        return this;
    }

    /** Takes those with the smallest value only, and leaves out what other processes have locked. */
    DeliveryChange oldestBy(String column, int limit) {
        order = " order by " + column + " limit :limit";
        sought.put("limit", limit);
        return this;
    }

    /** @param columns none of those that are changed; the first is {@code id} */
    <T> List<T> returning(Statements statements, Dialect dialect, String columns, Statements.Reader<T> reader)
            throws SQLException {
        return dialect.returnsUpdated()
                ? update(statements, dialect, columns, reader)
                : lockAndUpdate(statements, dialect, columns, reader);
    }

    private <T> List<T> update(Statements statements, Dialect dialect, String columns, Statements.Reader<T> reader)
            throws SQLException {
        String found = order == null
                ? condition
                : dialect.idAmong("select id from mailer_delivery where " + condition + order + dialect.skipLocked());
        Map<String, @Nullable Object> all = new HashMap<>(sought);
        all.putAll(assigned);
        String sql = "update mailer_delivery set " + assignments + " where " + found + " returning " + columns;
        return bind(prepare(statements, sql), sql, all).list(reader);
    }

    private <T> List<T> lockAndUpdate(
            Statements statements, Dialect dialect, String columns, Statements.Reader<T> reader) throws SQLException {
        String picked = order == null ? dialect.lock() : order + dialect.skipLocked();
        List<Long> ids = new ArrayList<>();
        String select = "select " + columns + " from mailer_delivery where " + condition + picked;
        List<T> found = bind(prepare(statements, select), select, sought).list(r -> {
            ids.add(r.getLong("id"));
            return reader.read(r);
        });
        if (!ids.isEmpty()) {
            String update = "update mailer_delivery set " + assignments + " where id = ?";
            Bound batch = prepare(statements, update);
            for (long id : ids) {
                bind(batch, update, assigned).with(id).addBatch();
            }
            batch.executeBatch();
        }
        return found;
    }

    private static Bound prepare(Statements statements, String sql) throws SQLException {
        return statements.sql(NAME.matcher(sql).replaceAll("?"));
    }

    /** In the order in which the text names them. */
    private static Bound bind(Bound statement, String sql, Map<String, ? extends @Nullable Object> values)
            throws SQLException {
        for (Matcher names = NAME.matcher(sql); names.find(); ) {
            Object value = values.get(names.group(1));
            if (value instanceof Instant at) {
                statement.with(at);
            } else {
                statement.withObject(value);
            }
        }
        return statement;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/**
 * A change of the deliveries that a condition finds, which returns them. Where an update cannot return rows, they are locked and read
 * first. Not thread-safe.
 */
final class DeliveryChange {
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
    <T> List<T> returning(Statements statements, Dialect dialect, String columns, RowMapper<T> mapper) {
        return dialect.returnsUpdated()
                ? update(statements, dialect, columns, mapper)
                : lockAndUpdate(statements, dialect, columns, mapper);
    }

    private <T> List<T> update(Statements statements, Dialect dialect, String columns, RowMapper<T> mapper) {
        String found = order == null
                ? condition
                : "id in (select id from mailer_delivery where " + condition + order + dialect.skipLocked() + ")";
        Map<String, @Nullable Object> all = new HashMap<>(sought);
        all.putAll(assigned);
        return statements
                .query("update mailer_delivery set " + assignments + " where " + found + " returning " + columns)
                .bindMap(all)
                .map(mapper)
                .list();
    }

    private <T> List<T> lockAndUpdate(Statements statements, Dialect dialect, String columns, RowMapper<T> mapper) {
        String picked = order == null ? dialect.lock() : order + dialect.skipLocked();
        List<Long> ids = new ArrayList<>();
        List<T> found = statements
                .query("select " + columns + " from mailer_delivery where " + condition + picked)
                .bindMap(sought)
                .map((r, c) -> {
                    ids.add(r.getLong("id"));
                    return Objects.requireNonNull(mapper.map(r, c));
                })
                .list();
        if (!ids.isEmpty()) {
            PreparedBatch batch = statements.batch("update mailer_delivery set " + assignments + " where id = :found");
            ids.forEach(id -> batch.bindMap(assigned).bind("found", id).add());
            batch.execute();
        }
        return found;
    }
}

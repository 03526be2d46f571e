// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.OutboxTransaction.Purge;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Retention: removes what has been final for long enough, a bounded number at a time, oldest first. */
final class PurgeStatements {
    private static final String ALL_FINAL = " and not exists (select 1 from mailer_delivery d where d.message_id = m.id"
            + " and (d.state < 10 or d.state = 18 or d.changed_at >= ?))";

    private final Statements statements;

    PurgeStatements(Statements statements) {
        this.statements = statements;
    }

    int purge(Purge what, Instant before, int limit) throws SQLException {
        return switch (what) {
            case CONTENT -> content(before, limit);
            case MESSAGE -> messages(before, limit);
            case IDEMPOTENCY_KEY ->
                statements
                        .sql("delete from mailer_idempotency where created_at < ? and key_hash in (select key_hash from"
                                + " mailer_idempotency where created_at < ? order by created_at limit ?)")
                        .with(before)
                        .with(before)
                        .with(limit)
                        .update();
        };
    }

    private int content(Instant before, int limit) throws SQLException {
        List<Long> ids = statements
                .sql("select c.message_id from mailer_content c join mailer_message m on m.id = c.message_id"
                        + " where m.accepted_at < ?" + ALL_FINAL + " order by c.message_id limit ?")
                .with(before)
                .with(before)
                .with(limit)
                .list(r -> r.getLong(1));
        for (String table : List.of("mailer_content", "mailer_content_ref")) {
            deleteByMessage(table, "message_id", ids);
        }
        return ids.size();
    }

    private int messages(Instant before, int limit) throws SQLException {
        List<Long> ids = statements
                .sql("select m.id from mailer_message m where m.accepted_at < ?" + ALL_FINAL + " order by m.id limit ?")
                .with(before)
                .with(before)
                .with(limit)
                .list(r -> r.getLong(1));
        for (String table : List.of("mailer_content", "mailer_content_ref", "mailer_event", "mailer_delivery")) {
            deleteByMessage(table, "message_id", ids);
        }
        deleteByMessage("mailer_message", "id", ids);
        return ids.size();
    }

    private void deleteByMessage(String table, String column, List<Long> ids) throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        Bound delete = statements.sql("delete from " + table + " where " + column + " = ?");
        for (long id : ids) {
            delete.with(id).addBatch();
        }
        delete.executeBatch();
    }
}

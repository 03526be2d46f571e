// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.OutboxTransaction.Purge;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Retention: removes what has been final for long enough, a bounded number at a time, oldest first. */
final class PurgeStatements {
    private static final String ALL_FINAL = " and not exists (select 1 from mailer_delivery d where d.message_id = m.id"
            + " and (d.state < 10 or d.state = 18 or d.changed_at >= :before))";

    private final Statements statements;

    PurgeStatements(Statements statements) {
        this.statements = statements;
    }

    int purge(Purge what, Instant before, int limit) {
        return switch (what) {
            case CONTENT -> content(before, limit);
            case MESSAGE -> messages(before, limit);
            case IDEMPOTENCY_KEY ->
                statements
                        .update(
                                "delete from mailer_idempotency where created_at < :before and key_hash in (select key_hash from"
                                        + " mailer_idempotency where created_at < :before order by created_at limit :limit)")
                        .bind("before", before)
                        .bind("limit", limit)
                        .execute();
        };
    }

    private int content(Instant before, int limit) {
        List<Long> ids = statements
                .query("select c.message_id from mailer_content c join mailer_message m on m.id = c.message_id"
                        + " where m.accepted_at < :before" + ALL_FINAL + " order by c.message_id limit :limit")
                .bind("before", before)
                .bind("limit", limit)
                .mapTo(Long.class)
                .list();
        for (String table : List.of("mailer_content", "mailer_content_ref")) {
            deleteByMessage(table, "message_id", ids);
        }
        return ids.size();
    }

    private int messages(Instant before, int limit) {
        List<Long> ids = statements
                .query("select m.id from mailer_message m where m.accepted_at < :before" + ALL_FINAL
                        + " order by m.id limit :limit")
                .bind("before", before)
                .bind("limit", limit)
                .mapTo(Long.class)
                .list();
        execute(
                "delete from mailer_recipient where message_id = :id and (tenant_id, lookup_hash) in"
                        + " (select tenant_id, lookup_hash from mailer_delivery where message_id = :id)",
                ids);
        for (String table : List.of("mailer_content", "mailer_content_ref", "mailer_event", "mailer_delivery")) {
            deleteByMessage(table, "message_id", ids);
        }
        deleteByMessage("mailer_message", "id", ids);
        return ids.size();
    }

    private void deleteByMessage(String table, String column, List<Long> ids) {
        execute("delete from " + table + " where " + column + " = :id", ids);
    }

    private void execute(String sql, List<Long> ids) {
        if (ids.isEmpty()) {
            return;
        }
        PreparedBatch batch = statements.batch(sql);
        ids.forEach(id -> batch.bind("id", id).add());
        batch.execute();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.OutboxTransaction.Purge;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;

/**
 * Retention: removes what has been final for long enough, a bounded number at a time, oldest first. It runs in the writer's
 * transactions, so each search is a range of an index: its cost is that of what is old enough, not of what is stored.
 */
final class PurgeStatements {
    private static final String ALL_FINAL =
            " and not exists (select 1 from mailer_delivery d where d.message_id = old.id"
                    + " and (d.state < 10 or d.state = 18 or d.changed_at >= :before))";

    static final String OLD_CONTENT =
            "select old.id from (select message_id as id, accepted_at from mailer_content) old"
                    + " where old.accepted_at < :before" + ALL_FINAL + " order by old.accepted_at limit :limit";

    /** Message ids begin with the time of acceptance, so their index finds the old ones. */
    static final String OLD_MESSAGES = "select old.id from mailer_message old where old.message_id < :bound"
            + " and old.accepted_at < :before" + ALL_FINAL + " order by old.message_id limit :limit";

    static final String TOLD_MESSAGES = UntoldEvents.withoutMessages(OLD_MESSAGES);

    static final String OLD_KEYS =
            "select tenant_id, key_hash from mailer_idempotency where created_at < :before order by created_at limit :limit";

    static final String OLD_PARKINGS = "select stream_id, domain from mailer_queue where changed_at < :before"
            + " and parked_until < :before order by changed_at limit :limit";

    static final String OLD_CHANGES =
            "select id, event_id from mailer_suppression_change where at < ? order by at limit ?";

    static final String TOLD_CHANGES = UntoldEvents.withoutChanges(OLD_CHANGES);

    /** Messages whose recipients are read by one statement; the last one fills what is left of its places. */
    private static final int PLACES = 64;

    static final String RECIPIENTS =
            "select tenant_id, lookup_hash, message_id from mailer_delivery where message_id in (?"
                    + ", ?".repeat(PLACES - 1) + ")";

    private final Statements statements;
    private final Dialect dialect;

    PurgeStatements(Statements statements, Dialect dialect) {
        this.statements = statements;
        this.dialect = dialect;
    }

    int purge(Purge what, Instant before, int limit) throws SQLException {
        return switch (what) {
            case CONTENT -> content(before, limit);
            case MESSAGE -> oldMessages(UnreadEvents.keptFrom(statements, dialect, before), limit);
            case IDEMPOTENCY_KEY -> keys(before, limit);
            case PARKING -> parkings(before, limit);
            case SUPPRESSION_CHANGE -> oldChanges(UnreadEvents.keptFrom(statements, dialect, before), limit);
        };
    }

    private int oldChanges(Instant before, int limit) throws SQLException {
        int gone = changes(
                statements.sql(OLD_CHANGES).with(UntoldEvents.keptFrom(before)).with(limit));
        return gone == limit
                ? gone
                : gone
                        + changes(statements
                                .sql(TOLD_CHANGES)
                                .with(before)
                                .with(UntoldEvents.lookedAt(limit))
                                .with(limit - gone));
    }

    /** With the events that have nothing else to go with. */
    private int changes(Bound old) throws SQLException {
        List<Long> events = new ArrayList<>();
        List<Long> ids = old.list(r -> {
            long event = r.getLong(2);
            if (!r.wasNull()) {
                events.add(event);
            }
            return r.getLong(1);
        });
        if (!events.isEmpty()) {
            dialect.beforePurge(statements);
        }
        deleteBy("mailer_event", "id", events);
        deleteBy("mailer_suppression_change", "id", ids);
        return ids.size();
    }

    /** One that fails again at this moment stays. */
    private int parkings(Instant before, int limit) {
        PreparedBatch batch = statements.batch("delete from mailer_queue where stream_id = :stream and domain = :domain"
                + " and changed_at < :before");
        int found = statements
                .query(OLD_PARKINGS)
                .bind("before", before)
                .bind("limit", limit)
                .map((r, c) -> batch.bind("stream", r.getLong(1))
                        .bind("domain", r.getString(2))
                        .bind("before", before)
                        .add())
                .list()
                .size();
        if (found > 0) {
            batch.execute();
        }
        return found;
    }

    private int keys(Instant before, int limit) {
        PreparedBatch batch =
                statements.batch("delete from mailer_idempotency where tenant_id = :tenant and key_hash = :key");
        int found = statements
                .query(OLD_KEYS)
                .bind("before", before)
                .bind("limit", limit)
                .map((r, c) -> batch.bind("tenant", r.getLong(1))
                        .bind("key", r.getBytes(2))
                        .add())
                .list()
                .size();
        if (found > 0) {
            batch.execute();
        }
        return found;
    }

    private int content(Instant before, int limit) {
        List<Long> ids = statements
                .query(OLD_CONTENT)
                .bind("before", before)
                .bind("limit", limit)
                .mapTo(Long.class)
                .list();
        for (String table : List.of("mailer_content", "mailer_content_ref")) {
            deleteBy(table, "message_id", ids);
        }
        return ids.size();
    }

    private int oldMessages(Instant before, int limit) throws SQLException {
        int gone = messages(old(OLD_MESSAGES, UntoldEvents.keptFrom(before)).bind("limit", limit));
        return gone == limit
                ? gone
                : gone
                        + messages(old(TOLD_MESSAGES, before)
                                .bind("limit", UntoldEvents.lookedAt(limit))
                                .bind("most", limit - gone));
    }

    private Query old(String search, Instant before) {
        return statements
                .query(search)
                .bind("bound", dialect.uuid(new UUID(Times.millis(before) << 16, 0)))
                .bind("before", before);
    }

    private int messages(Query old) throws SQLException {
        List<Long> ids = old.mapTo(Long.class).list().stream().sorted().toList();
        if (!ids.isEmpty()) {
            dialect.beforePurge(statements);
        }
        // first, so that whoever writes about a mail has done so and that goes with it, or waits and finds it gone
        deleteBy("mailer_message", "id", ids);
        recipients(ids);
        for (String table : List.of("mailer_content", "mailer_content_ref", "mailer_event", "mailer_delivery")) {
            deleteBy(table, "message_id", ids);
        }
        return ids.size();
    }

    /** By the whole key of each row: with a sub-select for the addresses, MariaDB before 11.1 searches the whole table. */
    private void recipients(List<Long> ids) throws SQLException {
        PreparedBatch batch = statements.batch(
                "delete from mailer_recipient where tenant_id = :tenant and lookup_hash = :hash and message_id = :id");
        for (int from = 0; from < ids.size(); from += PLACES) {
            Bound b = statements.sql(RECIPIENTS);
            for (int i = from; i < from + PLACES; i++) {
                b.with(ids.get(Math.min(i, ids.size() - 1)));
            }
            b.list(r -> batch.bind("tenant", r.getLong(1))
                    .bind("hash", r.getBytes(2))
                    .bind("id", r.getLong(3))
                    .add());
        }
        if (batch.size() > 0) {
            batch.execute();
        }
    }

    private void deleteBy(String table, String column, List<Long> ids) {
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

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.CancelResult;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.EventType;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.ParkedQueue;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** What ends or moves a delivery without an attempt: expiry, cancellation, an operator's word, parking. */
final class DecisionStatements {
    private static final String RETURNING = " returning id, tenant_id, message_id, attempt";

    private final Statements statements;
    private final Ledger ledger;

    DecisionStatements(Statements statements, Ledger ledger) {
        this.statements = statements;
        this.ledger = ledger;
    }

    int expire(Instant now, int limit) throws SQLException {
        String detail = EventRows.reason("expired", "expiresAt came before the mail was sent");
        List<Ended> ended = statements
                .query("update mailer_delivery set state = 17, due_at = null, changed_at = :now, outcome = :outcome"
                        + " where id in (select id from mailer_delivery"
                        + " where expires_at is not null and state in (0, 1, 3, 4) and expires_at <= :now"
                        + " order by expires_at limit :limit" + ledger.dialect.skipLocked() + ")" + RETURNING)
                .bind("now", now)
                .bind("outcome", detail)
                .bind("limit", limit)
                .map(Ended::read)
                .list();
        addEvents(ended, EventType.EXPIRED, now, detail);
        return ended.size();
    }

    @Nullable
    CancelResult cancel(MessageId id, Instant now) throws SQLException {
        Long key = statements
                .query("select id from mailer_message where message_id = :id")
                .bind("id", ledger.dialect.uuid(id.value()))
                .mapTo(Long.class)
                .findOne()
                .orElse(null);
        if (key == null) {
            return null;
        }
        String detail = EventRows.reason("cancelled", "taken back before it was sent");
        List<Ended> ended = statements
                .query("update mailer_delivery set state = 16, due_at = null, changed_at = :now, outcome = :outcome"
                        + " where message_id = :message and state in (0, 1, 3, 4)" + RETURNING)
                .bind("now", now)
                .bind("outcome", detail)
                .bind("message", key)
                .map(Ended::read)
                .list();
        addEvents(ended, EventType.CANCELLED, now, detail);
        int all = statements
                .query("select count(*) from mailer_delivery where message_id = :message")
                .bind("message", key)
                .mapTo(Integer.class)
                .one();
        return new CancelResult(id, ended.size(), all - ended.size());
    }

    boolean resolve(MessageId id, long deliveryId, DeliveryState to, Instant now) throws SQLException {
        boolean again = to == DeliveryState.QUEUED;
        if (!again && to != DeliveryState.FAILED) {
            throw new IllegalArgumentException("a delivery is resolved to QUEUED or FAILED, not " + to);
        }
        String detail = again ? null : EventRows.reason("given-up", "an operator gave it up");
        List<Ended> moved = statements
                .query("update mailer_delivery set state = :state, due_at = null, expires_at = null, crashes = 0,"
                        + " changed_at = :now, outcome = coalesce(:outcome, outcome) where id = :id and state in "
                        + (again ? "(0, 3, 4, 14, 17, 18)" : "(3, 18)")
                        + " and message_id = (select id from mailer_message where message_id = :message)" + RETURNING)
                .bind("state", Codes.of(to))
                .bind("now", now)
                .bind("outcome", detail)
                .bind("id", deliveryId)
                .bind("message", ledger.dialect.uuid(id.value()))
                .map(Ended::read)
                .list();
        addEvents(moved, again ? EventType.QUEUED : EventType.FAILED, now, detail);
        return !moved.isEmpty();
    }

    int park(ParkedQueue parked, Instant now) {
        LaneIds.Ids ids = ledger.lanes.ids(statements, parked.queue().lane());
        return statements
                .update(
                        "insert into mailer_queue (stream_id, domain, tenant_id, parked_until, reason, strikes, changed_at)"
                                + " values (:stream, :domain, :tenant, :until, :reason, :strikes, :now)"
                                + " on conflict (stream_id, domain) do update set parked_until = excluded.parked_until,"
                                + " reason = excluded.reason, strikes = excluded.strikes, changed_at = excluded.changed_at")
                .bind("stream", ids.streamId())
                .bind("domain", parked.queue().domain())
                .bind("tenant", ids.tenantId())
                .bind("until", parked.until())
                .bind("reason", parked.reason())
                .bind("strikes", parked.strikes())
                .bind("now", now)
                .execute();
    }

    private void addEvents(List<Ended> rows, EventType type, Instant at, @Nullable String detail) throws SQLException {
        EventRows events = new EventRows(statements, ledger);
        for (Ended row : rows) {
            events.add(new EventRows.Row(row.tenantId, row.messageId, row.id, type, at, row.attempt, detail));
        }
        events.insert();
    }

    private record Ended(long id, long tenantId, long messageId, int attempt) {
        static Ended read(ResultSet r, StatementContext c) throws SQLException {
            return new Ended(r.getLong("id"), r.getLong("tenant_id"), r.getLong("message_id"), r.getInt("attempt"));
        }
    }
}

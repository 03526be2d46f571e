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
import org.jspecify.annotations.Nullable;

/** What ends or moves a delivery without an attempt: expiry, cancellation, an operator's word, parking. */
final class DecisionStatements {
    private final Statements statements;
    private final Ledger ledger;

    DecisionStatements(Statements statements, Ledger ledger) {
        this.statements = statements;
        this.ledger = ledger;
    }

    int expire(Instant now, int limit) throws SQLException {
        String detail = EventRows.reason("expired", "expiresAt came before the mail was sent");
        List<Ended> ended = statements
                .sql(
                        "update mailer_delivery set state = 17, due_at = null, changed_at = ?, outcome = ? where id in (select id"
                                + " from mailer_delivery where expires_at is not null and state in (0, 1, 3, 4) and expires_at <= ?"
                                + " order by expires_at limit ?" + ledger.dialect.skipLocked()
                                + ") returning id, tenant_id, message_id, attempt")
                .with(now)
                .with(detail)
                .with(now)
                .with(limit)
                .list(Ended::read);
        addEvents(ended, EventType.EXPIRED, now, detail);
        return ended.size();
    }

    @Nullable
    CancelResult cancel(MessageId id, Instant now) throws SQLException {
        Long key = statements
                .sql("select id from mailer_message where message_id = ?")
                .withObject(ledger.dialect.uuid(id.value()))
                .first(r -> r.getLong(1));
        if (key == null) {
            return null;
        }
        String detail = EventRows.reason("cancelled", "taken back before it was sent");
        List<Ended> ended = statements
                .sql(
                        "update mailer_delivery set state = 16, due_at = null, changed_at = ?, outcome = ?"
                                + " where message_id = ? and state in (0, 1, 3, 4) returning id, tenant_id, message_id, attempt")
                .with(now)
                .with(detail)
                .with(key)
                .list(Ended::read);
        addEvents(ended, EventType.CANCELLED, now, detail);
        Long all = statements
                .sql("select count(*) from mailer_delivery where message_id = ?")
                .with(key)
                .first(r -> r.getLong(1));
        return new CancelResult(id, ended.size(), (int) (all == null ? 0 : all) - ended.size());
    }

    boolean resolve(MessageId id, long deliveryId, DeliveryState to, Instant now) throws SQLException {
        boolean again = to == DeliveryState.QUEUED;
        if (!again && to != DeliveryState.FAILED) {
            throw new IllegalArgumentException("a delivery is resolved to QUEUED or FAILED, not " + to);
        }
        String detail = again ? null : EventRows.reason("given-up", "an operator gave it up");
        List<Ended> moved = statements
                .sql(
                        "update mailer_delivery set state = ?, due_at = null, expires_at = null, crashes = 0, changed_at = ?,"
                                + " outcome = coalesce(?, outcome) where id = ? and state in "
                                + (again ? "(0, 3, 4, 14, 17, 18)" : "(3, 18)")
                                + " and message_id = (select id from mailer_message where message_id = ?)"
                                + " returning id, tenant_id, message_id, attempt")
                .with(Codes.of(to))
                .with(now)
                .with(detail)
                .with(deliveryId)
                .withObject(ledger.dialect.uuid(id.value()))
                .list(Ended::read);
        addEvents(moved, again ? EventType.QUEUED : EventType.FAILED, now, detail);
        return !moved.isEmpty();
    }

    int park(ParkedQueue parked, Instant now) throws SQLException {
        LaneIds.Ids ids = ledger.lanes.ids(statements, parked.queue().lane());
        return statements
                .sql(
                        "insert into mailer_queue (stream_id, domain, tenant_id, parked_until, reason, strikes, changed_at)"
                                + " values (?, ?, ?, ?, ?, ?, ?) on conflict (stream_id, domain) do update set"
                                + " parked_until = excluded.parked_until, reason = excluded.reason, strikes = excluded.strikes,"
                                + " changed_at = excluded.changed_at")
                .with(ids.streamId())
                .with(parked.queue().domain())
                .with(ids.tenantId())
                .with(parked.until())
                .with(parked.reason())
                .with(parked.strikes())
                .with(now)
                .update();
    }

    private void addEvents(List<Ended> rows, EventType type, Instant at, @Nullable String detail) throws SQLException {
        EventRows events = new EventRows(statements, ledger);
        for (Ended row : rows) {
            events.add(new EventRows.Row(row.tenantId, row.messageId, row.id, type, at, row.attempt, detail));
        }
        events.insert();
    }

    private record Ended(long id, long tenantId, long messageId, int attempt) {
        static Ended read(ResultSet r) throws SQLException {
            return new Ended(r.getLong("id"), r.getLong("tenant_id"), r.getLong("message_id"), r.getInt("attempt"));
        }
    }
}

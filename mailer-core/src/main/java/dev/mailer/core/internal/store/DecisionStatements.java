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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What ends or moves a delivery without an attempt: expiry, cancellation, an operator's word, parking. */
final class DecisionStatements {
    private static final String COLUMNS = "id, tenant_id, message_id, attempt";

    private final Statements statements;
    private final Ledger ledger;

    DecisionStatements(Statements statements, Ledger ledger) {
        this.statements = statements;
        this.ledger = ledger;
    }

    int expire(Instant now, int limit) throws SQLException {
        String detail = EventRows.reason("expired", "expiresAt came before the mail was sent");
        String openUntil = ledger.dialect.openUntil();
        List<Ended> ended = DeliveryChange.set(
                        "state = 17, due_at = null, changed_at = :at, outcome = :outcome", values(now, detail))
                .where(
                        openUntil + " is not null and state in (0, 1, 3, 4) and " + openUntil + " <= :now",
                        Map.of("now", now))
                .oldestBy(openUntil, limit)
                .returning(statements, ledger.dialect, COLUMNS, Ended::read);
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
        String detail = EventRows.CANCELLED;
        List<Ended> ended = DeliveryChange.set(
                        "state = 16, due_at = null, changed_at = :at, outcome = :outcome", values(now, detail))
                .where("message_id = :message and state in (0, 1, 3, 4)", Map.of("message", key))
                .returning(statements, ledger.dialect, COLUMNS, Ended::read);
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
        Map<String, @Nullable Object> values = values(now, detail);
        values.put("state", Codes.of(to));
        List<Ended> moved = DeliveryChange.set(
                        "state = :state, due_at = null, expires_at = null, crashes = 0, changed_at = :at,"
                                + " outcome = coalesce(:outcome, outcome)",
                        values)
                .where(
                        "id = :id and state in " + (again ? "(0, 3, 4, 14, 17, 18)" : "(3, 18)")
                                + " and message_id = (select id from mailer_message where message_id = :message)",
                        Map.of("id", deliveryId, "message", ledger.dialect.uuid(id.value())))
                .returning(statements, ledger.dialect, COLUMNS, Ended::read);
        addEvents(moved, again ? EventType.QUEUED : EventType.FAILED, now, detail);
        return !moved.isEmpty();
    }

    void park(ParkedQueue parked, Instant now) throws SQLException {
        LaneIds.Ids ids = ledger.lanes.ids(statements, parked.queue().lane());
        TableRows row = new TableRows(
                "mailer_queue",
                "stream_id bigint",
                "domain text",
                "tenant_id bigint",
                "parked_until bigint",
                "reason text",
                "strikes int4",
                "changed_at bigint");
        row.add(
                ids.streamId(),
                parked.queue().domain(),
                ids.tenantId(),
                Times.millis(parked.until()),
                LedgerText.write(
                        ledger, Places.parking(ids.streamId(), parked.queue().domain()), parked.reason()),
                parked.strikes(),
                Times.millis(now));
        ledger.dialect.upsert(statements, row, 2);
    }

    private static Map<String, @Nullable Object> values(Instant at, @Nullable String outcome) {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("at", at);
        values.put("outcome", outcome);
        return values;
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

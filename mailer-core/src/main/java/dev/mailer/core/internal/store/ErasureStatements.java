// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.EventType;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.OutboxTransaction.Erased;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes a person out of the ledger and leaves its facts. What is erased is found no more, so a repetition finds what was left. */
final class ErasureStatements {
    private final Statements statements;
    private final Ledger ledger;

    ErasureStatements(Statements statements, Ledger ledger) {
        this.statements = statements;
        this.ledger = ledger;
    }

    /** A delivery that a step looks at. */
    private record Open(long id, int state, Bytes hash) {
        boolean isSending() {
            return state == Codes.SENDING;
        }

        boolean isWaiting() {
            return state == Codes.SCHEDULED || state == Codes.QUEUED || state == Codes.DEFERRED || state == Codes.ALONE;
        }
    }

    Erased erase(String tenant, String address, long after, Instant now, int limit) throws SQLException {
        Long tenantId = ledger.lanes.tenantId(statements, tenant);
        if (tenantId == null) {
            return new Erased(0, 0, 0, 0, 0);
        }
        List<Bytes> hashes = SuppressionRows.hashes(ledger.cipher, tenant, address);
        List<Long> messages = messages(tenantId, hashes, after, limit);
        lock(messages);
        int erased = 0;
        int cancelled = 0;
        int sending = 0;
        int waiting = 0;
        for (long message : messages) {
            List<Open> deliveries = deliveries(message);
            List<Open> own = deliveries.stream()
                    .filter(d -> d.isWaiting() && hashes.contains(d.hash))
                    .toList();
            for (Open delivery : own) {
                cancel(delivery.id, now);
            }
            cancelled += own.size();
            if (deliveries.stream().anyMatch(Open::isSending)) {
                sending++;
            } else if (deliveries.stream().anyMatch(d -> d.isWaiting() && !own.contains(d))) {
                waiting++;
            } else {
                blank(message);
                erased++;
            }
        }
        long next = messages.size() < limit ? 0 : messages.get(messages.size() - 1);
        return new Erased(erased, cancelled, sending, waiting, next);
    }

    private List<Long> messages(long tenantId, List<Bytes> hashes, long after, int limit) throws SQLException {
        Bound b = statements
                .sql("select distinct message_id from mailer_recipient where tenant_id = ? and "
                        + SuppressionRows.isOneOf(hashes) + " and message_id > ? order by message_id limit ?")
                .with(tenantId);
        for (Bytes hash : hashes) {
            b.with(hash);
        }
        return b.with(after).with(limit).list(r -> r.getLong(1));
    }

    /** Whoever writes about a mail has done so and is seen, or waits and finds it erased ({@link MessageKeys#locked}). */
    private void lock(List<Long> messages) throws SQLException {
        var unused = ledger.dialect.byIds(
                statements,
                "select id from mailer_message where id",
                messages,
                " order by id" + ledger.dialect.lock(),
                r -> r.getLong(1));
    }

    private List<Open> deliveries(long message) {
        return statements
                .query("select id, state, lookup_hash from mailer_delivery where message_id = :message order by id"
                        + ledger.dialect.lock())
                .bind("message", message)
                .map((r, c) -> new Open(r.getLong(1), r.getInt(2), Bytes.wrap(r.getBytes(3))))
                .list();
    }

    private void cancel(long delivery, Instant now) throws SQLException {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("at", now);
        values.put("outcome", EventRows.CANCELLED);
        EventRows events = new EventRows(statements, ledger);
        List<EventRows.Row> rows = DeliveryChange.set(
                        "state = 16, due_at = null, changed_at = :at, outcome = :outcome", values)
                .where("id = :id and state in (0, 1, 3, 4)", Map.of("id", delivery))
                .returning(
                        statements,
                        ledger.dialect,
                        "id, tenant_id, message_id, attempt",
                        r -> new EventRows.Row(
                                r.getLong("tenant_id"),
                                r.getLong("message_id"),
                                r.getLong("id"),
                                EventType.CANCELLED,
                                now,
                                r.getInt("attempt"),
                                EventRows.CANCELLED));
        for (EventRows.Row row : rows) {
            events.add(row);
        }
        events.insert();
    }

    private void blank(long message) throws SQLException {
        run(
                "update mailer_message set sender = null, from_header = null, subject = null, tags = null, sealed = null,"
                        + " wrapped_key = null, key_version = " + RowKey.ERASED_VERSION + " where id = :id",
                message);
        run(
                "delete from mailer_recipient where message_id = :id and (tenant_id, lookup_hash) in"
                        + " (select tenant_id, lookup_hash from mailer_delivery where message_id = :id)",
                message);
        run("delete from mailer_content where message_id = :id", message);
        run("delete from mailer_content_ref where message_id = :id", message);
        run("update mailer_event set detail = null where message_id = :id", message);
        WebhookAnswers.forgetMail(statements, message);
        // the key stays, so that it takes no second mail
        statements
                .update("update mailer_idempotency set content_hash = :erased"
                        + " where message_id = (select message_id from mailer_message where id = :id)")
                .bind("erased", IdempotencyRows.ERASED)
                .bind("id", message)
                .execute();
        statements
                .update("update mailer_delivery set recipient = '', lookup_hash = :none, outcome = null"
                        + " where message_id = :id")
                .bind("none", new byte[0])
                .bind("id", message)
                .execute();
        ledger.keys.forget(message);
    }

    private void run(String sql, long message) {
        statements.update(sql).bind("id", message).execute();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.WebhookStore.Attempt;
import dev.mailer.api.spi.WebhookStore.Backlog;
import dev.mailer.api.spi.WebhookStore.Delivery;
import dev.mailer.api.spi.WebhookStore.Query;
import dev.mailer.api.spi.WebhookStore.Status;
import dev.mailer.api.spi.WebhookStore.Told;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is shown of the deliveries of a webhook. */
final class WebhookReads {
    private static final int COUNTED = 1_000;

    private WebhookReads() {}

    static List<Delivery> list(Statements s, Query q) {
        StringBuilder sql =
                new StringBuilder("select webhook_id, event_id, type, status, created_at, changed_at, attempts, due_at"
                        + " from mailer_webhook_delivery where webhook_id = :webhook");
        Map<String, Object> values = new HashMap<>();
        values.put("webhook", q.endpoint());
        values.put("limit", q.limit());
        Status status = q.status();
        if (status != null) {
            sql.append(" and status = :status");
            values.put("status", Codes.of(status));
        }
        if (q.type() != null) {
            sql.append(" and type = :type");
            values.put("type", Codes.of(q.type()));
        }
        if (q.before() != null) {
            sql.append(" and event_id < :before");
            values.put("before", q.before());
        }
        sql.append(" order by event_id desc limit :limit");
        return s.query(sql.toString())
                .bindMap(values)
                .map((r, c) -> delivery(r))
                .list();
    }

    private static Delivery delivery(ResultSet r) throws SQLException {
        return new Delivery(
                r.getString("webhook_id"),
                r.getLong("event_id"),
                Codes.eventType(r.getInt("type")),
                Codes.webhook(r.getInt("status")),
                Objects.requireNonNull(Times.read(r, "created_at")),
                Objects.requireNonNull(Times.read(r, "changed_at")),
                r.getInt("attempts"),
                Times.read(r, "due_at"));
    }

    /** One look into the index for each endpoint: the limit keeps planners from reading all that is due. */
    static List<String> due(Statements s, Instant now) throws SQLException {
        return s.sql(
                        "select w.id from mailer_webhook w where w.enabled = 1 and (select 1 from mailer_webhook_delivery d"
                                + " where d.webhook_id = w.id and d.due_at <= ? limit 1) = 1 order by w.id")
                .with(now)
                .list(r -> r.getString(1));
    }

    /** By the endpoints of the tenant, because deliveries are found by endpoint and event together. */
    static List<Told> told(Statements s, Object message, int limit) throws SQLException {
        return s.sql(
                        "select d.webhook_id, d.event_id, d.type, d.status, d.created_at, d.changed_at, d.attempts, d.due_at,"
                                + " a.n, a.at, a.status as answer, a.took, a.result"
                                + " from mailer_message m join mailer_event e on e.message_id = m.id"
                                + " join mailer_webhook w on w.tenant_id = m.tenant_id"
                                + " join mailer_webhook_delivery d on d.webhook_id = w.id and d.event_id = e.id"
                                + " left join mailer_webhook_attempt a on a.webhook_id = d.webhook_id and a.event_id = d.event_id"
                                + " and a.n = d.attempts"
                                + " where m.message_id = ? and w.enabled >= 0 order by d.event_id, d.webhook_id limit ?")
                .withObject(message)
                .with(limit)
                .list(r -> new Told(delivery(r), last(r)));
    }

    private static @Nullable Attempt last(ResultSet r) throws SQLException {
        Instant at = Times.read(r, "at");
        return at == null
                ? null
                : new Attempt(
                        r.getInt("n"),
                        at,
                        r.getInt("answer"),
                        Duration.ofMillis(r.getInt("took")),
                        r.getString("result"),
                        "");
    }

    static Backlog backlog(Statements s, Instant now) throws SQLException {
        int dead = (int) s.sql("select count(*) from (select 1 as one from mailer_webhook_delivery"
                        + " where status = ? and due_at is null limit " + COUNTED + ") counted")
                .with(Codes.of(Status.DEAD))
                .number();
        Long oldest = s.sql("select f.due from (select (select d.due_at from mailer_webhook_delivery d"
                        + " where d.webhook_id = w.id and d.due_at is not null order by d.due_at limit 1) as due"
                        + " from mailer_webhook w where w.enabled = 1) f where f.due <= ? order by f.due limit 1")
                .with(now)
                .first(r -> (Long) r.getLong(1));
        return new Backlog(dead, oldest == null ? null : Instant.ofEpochMilli(oldest));
    }

    static List<Attempt> attempts(Statements s, Ledger ledger, String webhook, long event) throws SQLException {
        return s.sql("select n, at, status, took, result, excerpt from mailer_webhook_attempt"
                        + " where webhook_id = ? and event_id = ? order by n")
                .with(webhook)
                .with(event)
                .list(r -> new Attempt(
                        r.getInt("n"),
                        Objects.requireNonNull(Times.read(r, "at")),
                        r.getInt("status"),
                        Duration.ofMillis(r.getInt("took")),
                        r.getString("result"),
                        LedgerText.shown(
                                ledger, Places.excerpt(webhook, event, r.getInt("n")), r.getString("excerpt"))));
    }

    static int waiting(Statements s, String webhook) throws SQLException {
        return (int) s.sql("select count(*) from (select 1 as one from mailer_webhook_delivery"
                        + " where webhook_id = ? and due_at is not null limit " + COUNTED + ") counted")
                .with(webhook)
                .number();
    }
}

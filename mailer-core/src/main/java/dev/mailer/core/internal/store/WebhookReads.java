// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.WebhookStore.Attempt;
import dev.mailer.api.spi.WebhookStore.Delivery;
import dev.mailer.api.spi.WebhookStore.Query;
import dev.mailer.api.spi.WebhookStore.Status;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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
                .map((r, c) -> new Delivery(
                        r.getString("webhook_id"),
                        r.getLong("event_id"),
                        Codes.eventType(r.getInt("type")),
                        Codes.webhook(r.getInt("status")),
                        Objects.requireNonNull(Times.read(r, "created_at")),
                        Objects.requireNonNull(Times.read(r, "changed_at")),
                        r.getInt("attempts"),
                        Times.read(r, "due_at")))
                .list();
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

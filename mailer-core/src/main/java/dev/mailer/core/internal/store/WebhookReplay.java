// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.WebhookStore.Replayed;
import dev.mailer.api.spi.WebhookStore.Selection;
import dev.mailer.api.spi.WebhookStore.Status;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes deliveries of a webhook wait again, a part of the key at a time, so that no step costs more than another. */
final class WebhookReplay {
    private WebhookReplay() {}

    /** A part of the key. */
    private record Part(long after, long upTo, @Nullable Long next) {}

    static Replayed page(Statements s, String webhook, Selection what, long after, Instant now, int limit)
            throws SQLException {
        Part part =
                what.event() == null ? part(s, webhook, after, limit) : new Part(what.event() - 1, what.event(), null);
        StringBuilder sql = new StringBuilder("update mailer_webhook_delivery set status = "
                + Codes.of(Status.WAITING)
                + ", tries = 0, changed_at = :now, due_at = :now where webhook_id = :webhook"
                + " and event_id > :after and event_id <= :upTo and due_at is null");
        Map<String, Object> values = new HashMap<>();
        values.put("webhook", webhook);
        values.put("now", now);
        values.put("after", part.after);
        values.put("upTo", part.upTo);
        Status status = what.status();
        if (status != null) {
            sql.append(" and status = :status");
            values.put("status", Codes.of(status));
        }
        if (what.since() != null) {
            sql.append(" and created_at >= :since");
            values.put("since", what.since());
        }
        if (what.until() != null) {
            sql.append(" and created_at < :until");
            values.put("until", what.until());
        }
        return new Replayed(s.update(sql.toString()).bindMap(values).execute(), part.next);
    }

    private static Part part(Statements s, String webhook, long after, int limit) throws SQLException {
        long last = s.sql("select coalesce(max(event_id), 0) from (select event_id from mailer_webhook_delivery"
                        + " where webhook_id = ? and event_id > ? order by event_id limit ?) part")
                .with(webhook)
                .with(after)
                .with(limit)
                .number();
        return new Part(after, last, last == 0 ? null : (Long) last);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.WebhookStore.Status;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes what is kept no longer. What was found is looked at once more when it is removed: meanwhile it may have been made to wait
 * again.
 */
final class WebhookPurge {
    private static final Instant ALWAYS = Instant.ofEpochMilli(Long.MAX_VALUE);

    private final Statements statements;
    private final Instant before;
    private final int limit;
    private final List<Old> old = new ArrayList<>();

    WebhookPurge(Statements statements, Instant before, int limit) {
        this.statements = statements;
        this.before = before;
        this.limit = limit;
    }

    /** A delivery that goes if it still ended, or waits, since before that. */
    private record Old(String webhook, long event, Instant before) {}

    private record Endpoint(String id, int enabled) {}

    int run() throws SQLException {
        for (Status ended : List.of(Status.DELIVERED, Status.DEAD)) {
            old.addAll(statements
                    .sql("select webhook_id, event_id from mailer_webhook_delivery where status = ? and due_at is null"
                            + " and changed_at < ? order by changed_at limit ?")
                    .with(Codes.of(ended))
                    .with(before)
                    .with(limit)
                    .list(r -> new Old(r.getString(1), r.getLong(2), before)));
        }
        for (Endpoint endpoint : endpoints()) {
            if (endpoint.enabled < 0) {
                all(endpoint.id);
            } else {
                waiting(endpoint.id, endpoint.enabled > 0 ? " and status = " + Codes.of(Status.HELD) : "");
            }
        }
        return delete();
    }

    /** A removed one goes once nothing of it is left. */
    private List<Endpoint> endpoints() throws SQLException {
        statements
                .sql("delete from mailer_webhook where enabled < 0 and not exists"
                        + " (select 1 from mailer_webhook_delivery d where d.webhook_id = mailer_webhook.id)")
                .update();
        return statements
                .sql("select id, enabled from mailer_webhook")
                .list(r -> new Endpoint(r.getString(1), r.getInt(2)));
    }

    private void all(String webhook) throws SQLException {
        old.addAll(statements
                .sql("select event_id from mailer_webhook_delivery where webhook_id = ? limit ?")
                .with(webhook)
                .with(limit)
                .list(r -> new Old(webhook, r.getLong(1), ALWAYS)));
    }

    private void waiting(String webhook, String which) throws SQLException {
        old.addAll(statements
                .sql("select event_id from mailer_webhook_delivery where webhook_id = ? and due_at < ?"
                        + " and changed_at < ?" + which + " order by due_at limit ?")
                .with(webhook)
                .with(before)
                .with(before)
                .with(limit)
                .list(r -> new Old(webhook, r.getLong(1), before)));
    }

    private int delete() throws SQLException {
        if (old.isEmpty()) {
            return 0;
        }
        Bound deliveries = statements.sql("delete from mailer_webhook_delivery where webhook_id = ? and event_id = ?"
                + " and changed_at < ? and (due_at is null or due_at < ?)");
        for (Old one : old) {
            deliveries
                    .with(one.webhook)
                    .with(one.event)
                    .with(one.before)
                    .with(one.before)
                    .addBatch();
        }
        int[] counts = deliveries.executeBatch();
        Bound attempts = statements.sql("delete from mailer_webhook_attempt where webhook_id = ? and event_id = ?");
        int removed = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                attempts.with(old.get(i).webhook).with(old.get(i).event).addBatch();
                removed++;
            }
        }
        if (removed > 0) {
            attempts.executeBatch();
        }
        return removed;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Bytes;
import java.sql.SQLException;
import java.util.List;

/** Takes out what receivers of webhooks answered, which may repeat what they were told. */
final class WebhookAnswers {
    /** By the endpoints of the tenant, because attempts are found by endpoint and event together. */
    private static final String ANSWERS = "select a.webhook_id, a.event_id, a.n from mailer_event e"
            + " join mailer_webhook w on w.tenant_id = e.tenant_id"
            + " join mailer_webhook_attempt a on a.webhook_id = w.id and a.event_id = e.id"
            + " where a.excerpt <> '' and ";

    private WebhookAnswers() {}

    static void forgetMail(Statements s, long message) throws SQLException {
        forget(s, s.sql(ANSWERS + "e.message_id = ?").with(message));
    }

    static void forgetAddress(Statements s, long tenantId, List<Bytes> hashes) throws SQLException {
        Bound b = s.sql(ANSWERS
                        + "e.id in (select c.event_id from mailer_suppression_change c where c.tenant_id = ? and "
                        + SuppressionRows.isOneOf(hashes) + ")")
                .with(tenantId);
        for (Bytes hash : hashes) {
            b.with(hash);
        }
        forget(s, b);
    }

    private record Key(String webhook, long event, int n) {}

    private static void forget(Statements s, Bound answers) throws SQLException {
        List<Key> keys = answers.list(r -> new Key(r.getString(1), r.getLong(2), r.getInt(3)));
        Bound b =
                s.sql("update mailer_webhook_attempt set excerpt = '' where webhook_id = ? and event_id = ? and n = ?");
        for (Key key : keys) {
            b.with(key.webhook).with(key.event).with(key.n).addBatch();
        }
        if (!keys.isEmpty()) {
            b.executeBatch();
        }
    }
}

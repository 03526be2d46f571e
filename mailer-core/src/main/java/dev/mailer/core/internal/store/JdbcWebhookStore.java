// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.MessageId;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.WebhookStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Webhooks: the endpoints here, their deliveries in {@link WebhookRows}. */
final class JdbcWebhookStore implements WebhookStore {
    private static final int REMOVED = -1;

    private final Database database;
    private final Ledger ledger;
    private final MessageReads messages;

    JdbcWebhookStore(Database database, Ledger ledger, MessageReads messages) {
        this.database = database;
        this.ledger = ledger;
        this.messages = messages;
    }

    @Override
    public Added add(Endpoint e, int most) {
        return write("add a webhook", s -> {
            long tenant = ledger.lanes.requireTenantId(s, e.tenant());
            if (count(s, tenant) >= most) {
                return Added.FULL;
            }
            TableRows row = new TableRows(
                    "mailer_webhook",
                    "id text",
                    "tenant_id bigint",
                    "config text",
                    "created_at bigint",
                    "told_after bigint",
                    "enabled int2",
                    "reason text",
                    "changed_at bigint");
            row.add(
                    e.id(),
                    tenant,
                    sealed(e.id(), e.config()),
                    Times.millis(e.createdAt()),
                    e.after(),
                    e.state().enabled() ? 1 : 0,
                    e.state().reason(),
                    Times.millis(e.state().changedAt()));
            return ledger.dialect.insertNew(s, row) ? Added.ADDED : Added.TAKEN;
        });
    }

    /** Others who add to the tenant wait until this is committed, so that none counts what another is adding. */
    private long count(Statements s, long tenant) throws SQLException {
        var unused = s.sql("select id from mailer_tenant where id = ?" + ledger.dialect.lock())
                .with(tenant)
                .number();
        return s.sql("select count(*) from mailer_webhook where tenant_id = ? and enabled >= 0")
                .with(tenant)
                .number();
    }

    @Override
    public boolean configure(String tenant, String id, Secret expected, Secret config) {
        return write("change a webhook", s -> {
            String stored = s.query("select config from mailer_webhook where id = :id and enabled >= 0" + OF_TENANT)
                    .bind("id", id)
                    .bind("tenant", tenant)
                    .mapTo(String.class)
                    .findOne()
                    .orElse(null);
            return stored != null && shown(id, stored).equals(expected) && replace(s, id, stored, sealed(id, config));
        });
    }

    /** By the text as it is stored, which is another one each time that it is encrypted. */
    private static boolean replace(Statements s, String id, String stored, String text) throws SQLException {
        return s.sql("update mailer_webhook set config = ? where id = ? and config = ? and enabled >= 0")
                        .with(text)
                        .with(id)
                        .with(stored)
                        .update()
                > 0;
    }

    @Override
    public boolean enable(String tenant, String id, boolean enabled, String reason, Instant at) {
        return write(
                "enable a webhook",
                s -> s.update("update mailer_webhook set enabled = :new, reason = :reason, changed_at = :at"
                                        + (enabled ? ", failures = 0, failing_since = null, rests_until = null" : "")
                                        + " where id = :id and enabled = :old" + OF_TENANT)
                                .bind("new", enabled ? 1 : 0)
                                .bind("old", enabled ? 0 : 1)
                                .bind("reason", reason)
                                .bind("at", at)
                                .bind("id", id)
                                .bind("tenant", tenant)
                                .execute()
                        > 0);
    }

    private static final String OF_TENANT =
            " and tenant_id in (select t.id from mailer_tenant t where t.name = :tenant)";

    @Override
    public boolean remove(String tenant, String id) {
        return write(
                "remove a webhook",
                s -> s.update("update mailer_webhook set enabled = " + REMOVED + ", config = ''"
                                        + " where id = :id and enabled >= 0" + OF_TENANT)
                                .bind("id", id)
                                .bind("tenant", tenant)
                                .execute()
                        > 0);
    }

    /** One in the clear is from before encryption was turned on, and is encrypted now. */
    @Override
    public List<Endpoint> endpoints() {
        List<Stored> all = Failures.translate(
                "read webhooks",
                () -> database.read(
                        s -> s.sql("select w.id, t.name, w.config, w.created_at, w.told_after, w.enabled, w.reason,"
                                        + " w.changed_at, w.failures, w.failing_since, w.succeeded_at, w.rests_until"
                                        + " from mailer_webhook w join mailer_tenant t on t.id = w.tenant_id"
                                        + " where w.enabled >= 0 order by w.id")
                                .list(this::stored)));
        for (Stored one : all) {
            if (!LedgerText.isAsWritten(ledger, one.config)) {
                String id = one.endpoint.id();
                var unused =
                        write("encrypt a webhook", s -> replace(s, id, one.config, sealed(id, one.endpoint.config())));
            }
        }
        return all.stream().map(Stored::endpoint).toList();
    }

    private record Stored(Endpoint endpoint, String config) {}

    private Stored stored(ResultSet r) throws SQLException {
        String id = r.getString("id");
        String config = r.getString("config");
        State state = new State(
                r.getInt("enabled") == 1,
                r.getString("reason"),
                Objects.requireNonNull(Times.read(r, "changed_at")),
                r.getInt("failures"),
                Times.read(r, "failing_since"),
                Times.read(r, "succeeded_at"),
                Times.read(r, "rests_until"));
        return new Stored(
                new Endpoint(
                        id,
                        r.getString("name"),
                        shown(id, config),
                        Objects.requireNonNull(Times.read(r, "created_at")),
                        r.getLong("told_after"),
                        state),
                config);
    }

    private Secret shown(String id, String config) {
        return Secret.of(LedgerText.shown(ledger, Places.webhook(id), config));
    }

    private String sealed(String id, Secret config) {
        return LedgerText.write(ledger, Places.webhook(id), config.reveal());
    }

    @Override
    public int enqueue(List<Due> due, Instant at) {
        return due.isEmpty() ? 0 : write("make webhooks wait", s -> new WebhookRows(s, ledger).enqueue(due, at));
    }

    @Override
    public List<String> due(Instant now) {
        return read("look for webhooks", s -> WebhookReads.due(s, now));
    }

    @Override
    public List<Claimed> claim(List<Want> wants, Instant now, Instant until) {
        return wants.isEmpty()
                ? List.of()
                : write("claim webhooks", s -> new WebhookRows(s, ledger).claim(wants, now, until));
    }

    @Override
    public void settle(List<Settled> settled, List<Health> health) {
        write("settle webhooks", s -> {
            new WebhookRows(s, ledger).settle(settled);
            for (Health h : health) {
                note(s, h);
            }
            return true;
        });
    }

    private static void note(Statements s, Health h) throws SQLException {
        if (h.succeeded()) {
            s.sql("update mailer_webhook set failures = 0, failing_since = null, rests_until = null, succeeded_at = ?"
                            + " where id = ?")
                    .with(h.at())
                    .with(h.endpoint())
                    .update();
        }
        if (h.failures() > 0) {
            s.sql("update mailer_webhook set failures = failures + ?, failing_since = coalesce(failing_since, ?),"
                            + " rests_until = coalesce(?, rests_until) where id = ?")
                    .with(h.failures())
                    .with(h.at())
                    .with(h.restsUntil())
                    .with(h.endpoint())
                    .update();
        }
    }

    @Override
    public void drop(List<Claimed> unwanted) {
        if (!unwanted.isEmpty()) {
            var unused = write("drop webhooks", s -> new WebhookRows(s, ledger).drop(unwanted));
        }
    }

    @Override
    public boolean probe(String endpoint, Instant seen, Instant next) {
        return write(
                "probe a webhook",
                s -> s.sql("update mailer_webhook set rests_until = ? where id = ? and rests_until = ?")
                                .with(next)
                                .with(endpoint)
                                .with(seen)
                                .update()
                        > 0);
    }

    @Override
    public List<Delivery> list(Query query) {
        return read("list webhooks", s -> WebhookReads.list(s, query));
    }

    @Override
    public List<Attempt> attempts(String endpoint, long event) {
        return read("list attempts", s -> WebhookReads.attempts(s, ledger, endpoint, event));
    }

    @Override
    public Replayed replay(String endpoint, Selection what, long after, Instant now, int limit) {
        return write("send webhooks again", s -> WebhookReplay.page(s, endpoint, what, after, now, limit));
    }

    @Override
    public int waiting(String endpoint) {
        return read("count webhooks", s -> WebhookReads.waiting(s, endpoint));
    }

    @Override
    public List<Told> told(MessageId mail, int limit) {
        return read("read what was told", s -> WebhookReads.told(s, ledger.dialect.uuid(mail.value()), limit));
    }

    @Override
    public Backlog backlog(Instant now) {
        return read("look for webhooks that lie about", s -> WebhookReads.backlog(s, now));
    }

    @Override
    public int purge(Instant before, int limit) {
        return write("remove webhooks", s -> new WebhookPurge(s, before, limit).run());
    }

    @Override
    public Map<MessageId, Mail> mails(Collection<MessageId> ids) {
        return messages.mails(ids);
    }

    private <T> T write(String step, Database.Write<T> work) {
        return Failures.translate(step, () -> database.writeRepeatably(work));
    }

    private <T> T read(String step, Database.Write<T> work) {
        return Failures.translate(step, () -> database.read(work));
    }
}

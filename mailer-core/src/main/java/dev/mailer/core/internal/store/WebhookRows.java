// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.WebhookStore.Attempt;
import dev.mailer.api.spi.WebhookStore.Claimed;
import dev.mailer.api.spi.WebhookStore.Due;
import dev.mailer.api.spi.WebhookStore.Settled;
import dev.mailer.api.spi.WebhookStore.Want;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries of webhooks on their way. {@code due_at} is when one is due, or when its claim ends, and only grows while it is claimed:
 * so the value that a claim has written says whether it still holds.
 */
final class WebhookRows {
    /** Ids that are looked up together; fewer are filled up, so that there is one statement. */
    private static final int LOOKED_UP = 64;

    private static final String KNOWN =
            "select event_id from mailer_webhook_delivery where webhook_id = ? and event_id in (?"
                    + ", ?".repeat(LOOKED_UP - 1) + ")";

    private final Statements statements;
    private final Ledger ledger;

    WebhookRows(Statements statements, Ledger ledger) {
        this.statements = statements;
        this.ledger = ledger;
    }

    private record Key(String webhook, long event) {}

    /** One node at a time feeds a sink, so what is there already is from a batch of before; should another node feed, too, one of the two begins anew. */
    int enqueue(List<Due> due, Instant at) throws SQLException {
        Set<Key> known = known(due);
        TableRows rows = new TableRows(
                "mailer_webhook_delivery",
                "webhook_id text",
                "event_id bigint",
                "tenant_id bigint",
                "type int2",
                "status int2",
                "created_at bigint",
                "changed_at bigint",
                "due_at bigint");
        Map<String, Long> tenants = new HashMap<>();
        for (Due d : due) {
            String tenant = d.endpoint().tenant();
            Long tenantId = tenants.get(tenant);
            if (tenantId == null) {
                tenantId = ledger.lanes.requireTenantId(statements, tenant);
                tenants.put(tenant, tenantId);
            }
            if (known.add(new Key(d.endpoint().id(), d.event()))) {
                rows.add(
                        d.endpoint().id(),
                        d.event(),
                        tenantId,
                        Codes.of(d.type()),
                        Codes.of(d.status()),
                        Times.millis(at),
                        Times.millis(at),
                        Times.millis(at));
            }
        }
        ledger.dialect.insert(statements, List.of(rows));
        return rows.count();
    }

    private Set<Key> known(List<Due> due) throws SQLException {
        Map<String, List<Long>> events = new HashMap<>();
        due.forEach(d -> events.computeIfAbsent(d.endpoint().id(), id -> new ArrayList<>())
                .add(d.event()));
        Set<Key> known = new HashSet<>();
        for (Map.Entry<String, List<Long>> of : events.entrySet()) {
            // by their ids alone: those of several nodes are far apart, and what lies between may be millions
            for (int from = 0; from < of.getValue().size(); from += LOOKED_UP) {
                List<Long> some = of.getValue()
                        .subList(from, Math.min(from + LOOKED_UP, of.getValue().size()));
                Bound b = statements.sql(KNOWN).with(of.getKey());
                for (int i = 0; i < LOOKED_UP; i++) {
                    b.with(some.get(Math.min(i, some.size() - 1)));
                }
                known.addAll(b.list(r -> new Key(of.getKey(), r.getLong(1))));
            }
        }
        return known;
    }

    private record Found(Claimed claim, long dueAt) {}

    List<Claimed> claim(List<Want> wants, Instant now, Instant until) throws SQLException {
        List<Found> found = new ArrayList<>();
        for (Want want : wants) {
            found.addAll(statements
                    .sql(
                            "select event_id, attempts, tries, due_at, status from mailer_webhook_delivery where webhook_id = ?"
                                    + " and due_at <= ? order by due_at, event_id limit ?"
                                    + ledger.dialect.skipLocked())
                    .with(want.endpoint())
                    .with(now)
                    .with(want.limit())
                    .list(r -> new Found(
                            new Claimed(
                                    want.endpoint(),
                                    r.getLong(1),
                                    r.getInt(2),
                                    r.getInt(3),
                                    until,
                                    Codes.webhook(r.getInt(5))),
                            r.getLong(4))));
        }
        if (found.isEmpty()) {
            return List.of();
        }
        Bound b = statements.sql(
                "update mailer_webhook_delivery set due_at = ? where webhook_id = ? and event_id = ? and due_at = ?");
        for (Found f : found) {
            b.with(until)
                    .with(f.claim.endpoint())
                    .with(f.claim.event())
                    .with(f.dueAt)
                    .addBatch();
        }
        return changed(b.executeBatch(), found).stream().map(Found::claim).toList();
    }

    void settle(List<Settled> settled) throws SQLException {
        if (settled.isEmpty()) {
            return;
        }
        Bound b = statements.sql(
                "update mailer_webhook_delivery set status = ?, attempts = attempts + ?,"
                        + " tries = tries + ?, changed_at = coalesce(?, changed_at), due_at = ? where webhook_id = ? and event_id = ? and due_at = ?");
        for (Settled s : settled) {
            Attempt attempt = s.attempt();
            int made = attempt == null ? 0 : 1;
            b.with(Codes.of(s.status()))
                    .with(made)
                    .with(made)
                    .with(attempt == null ? null : attempt.at())
                    .with(s.dueAt())
                    .with(s.claim().endpoint())
                    .with(s.claim().event())
                    .with(s.claim().until())
                    .addBatch();
        }
        insert(changed(b.executeBatch(), settled));
    }

    int drop(List<Claimed> unwanted) throws SQLException {
        Bound b = statements.sql(
                "delete from mailer_webhook_delivery where webhook_id = ? and event_id = ? and due_at = ?");
        for (Claimed c : unwanted) {
            b.with(c.endpoint()).with(c.event()).with(c.until()).addBatch();
        }
        return changed(b.executeBatch(), unwanted).size();
    }

    private void insert(List<Settled> held) throws SQLException {
        TableRows rows = new TableRows(
                "mailer_webhook_attempt",
                "webhook_id text",
                "event_id bigint",
                "n int4",
                "tenant_id bigint",
                "at bigint",
                "status int2",
                "took int4",
                "result text",
                "excerpt text");
        Set<Long> erased = erased(held);
        Map<String, Long> tenants = new HashMap<>();
        for (Settled s : held) {
            Attempt a = s.attempt();
            if (a == null) {
                continue;
            }
            String webhook = s.claim().endpoint();
            Long tenant = tenants.get(webhook);
            if (tenant == null) {
                tenant = tenantOf(webhook);
                if (tenant == null) {
                    // removed meanwhile, with its log
                    continue;
                }
                tenants.put(webhook, tenant);
            }
            rows.add(
                    webhook,
                    s.claim().event(),
                    a.number(),
                    tenant,
                    Times.millis(a.at()),
                    a.status(),
                    (int) Math.min(Integer.MAX_VALUE, a.took().toMillis()),
                    a.result(),
                    LedgerText.write(
                            ledger,
                            Places.excerpt(webhook, s.claim().event(), a.number()),
                            erased.contains(s.claim().event()) ? "" : a.excerpt()));
        }
        ledger.dialect.insert(statements, List.of(rows));
    }

    /** An answer may repeat what was erased while it was waited for. */
    private Set<Long> erased(List<Settled> settled) throws SQLException {
        List<Long> answered = new ArrayList<>();
        for (Settled s : settled) {
            Attempt a = s.attempt();
            if (a != null && !a.excerpt().isEmpty()) {
                answered.add(s.claim().event());
            }
        }
        return new ErasedEvents(statements, ledger.dialect).among(answered);
    }

    private @Nullable Long tenantOf(String webhook) throws SQLException {
        return statements
                .sql("select tenant_id from mailer_webhook where id = ?")
                .with(webhook)
                .first(r -> (Long) r.getLong(1));
    }

    private static <T> List<T> changed(int[] counts, List<T> all) {
        List<T> changed = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                changed.add(all.get(i));
            }
        }
        return changed;
    }
}

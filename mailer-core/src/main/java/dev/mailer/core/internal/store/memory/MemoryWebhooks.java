// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MessageId;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.WebhookStore;
import dev.mailer.core.internal.store.memory.MemoryWebhookRows.Row;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Webhooks in memory: what is asked about them, and the store's lock around what changes them. */
final class MemoryWebhooks implements WebhookStore {
    private static final int COUNTED = 1_000;

    private final MemoryLedger ledger;
    private final MemoryWebhookEndpoints endpoints = new MemoryWebhookEndpoints();
    private final MemoryWebhookDeliveries deliveries;

    MemoryWebhooks(MemoryLedger ledger) {
        this.ledger = ledger;
        this.deliveries = new MemoryWebhookDeliveries(ledger);
    }

    @Override
    public Added add(Endpoint e, int most) {
        return ledger.locked(() -> {
            if (!ledger.lanes.hasTenant(e.tenant())) {
                throw new InvalidEmailException(
                        "tenant", "'" + e.tenant() + "' is unknown; define it before it is used");
            }
            return endpoints.add(e, most);
        });
    }

    @Override
    public boolean configure(String tenant, String id, Secret expected, Secret config) {
        return ledger.locked(() -> endpoints.configure(tenant, id, expected, config));
    }

    @Override
    public boolean enable(String tenant, String id, boolean enabled, String reason, Instant at) {
        return ledger.locked(() -> endpoints.enable(tenant, id, enabled, reason, at));
    }

    @Override
    public boolean remove(String tenant, String id) {
        return ledger.locked(() -> {
            boolean removed = endpoints.remove(tenant, id);
            if (removed) {
                deliveries.removeAll(id);
            }
            return removed;
        });
    }

    @Override
    public List<Endpoint> endpoints() {
        return ledger.locked(endpoints::all);
    }

    @Override
    public int enqueue(List<Due> due, Instant at) {
        return ledger.locked(() -> deliveries.enqueue(due, at));
    }

    @Override
    public List<String> due(Instant now) {
        return ledger.locked(() -> endpoints
                .enabled()
                .filter(id -> deliveries.of(id).dueSince(now) != null)
                .toList());
    }

    @Override
    public List<Claimed> claim(List<Want> wants, Instant now, Instant until) {
        return ledger.locked(() -> deliveries.claim(wants, now, until));
    }

    @Override
    public void settle(List<Settled> settled, List<Health> health) {
        ledger.run(() -> {
            deliveries.settle(settled);
            health.forEach(endpoints::note);
        });
    }

    /** What was answered about these events may repeat what they told. */
    void forgetAnswers(Collection<Long> events) {
        deliveries.forgetAnswers(events);
    }

    @Override
    public void drop(List<Claimed> unwanted) {
        ledger.run(() -> deliveries.drop(unwanted));
    }

    @Override
    public boolean probe(String endpoint, Instant seen, Instant next) {
        return ledger.locked(() -> endpoints.probe(endpoint, seen, next));
    }

    @Override
    public List<Delivery> list(Query q) {
        return ledger.locked(() -> {
            NavigableMap<Long, Row> all = deliveries.of(q.endpoint()).all();
            return (q.before() == null ? all : all.headMap(q.before(), false))
                    .descendingMap().values().stream()
                            .filter(row -> q.status() == null || row.status == q.status())
                            .filter(row -> q.type() == null || row.type == q.type())
                            .limit(q.limit())
                            .map(row -> row.shown(q.endpoint()))
                            .toList();
        });
    }

    @Override
    public List<Attempt> attempts(String endpoint, long event) {
        return ledger.locked(() -> {
            Row row = deliveries.of(endpoint).get(event);
            return row == null ? List.of() : List.copyOf(row.attempts());
        });
    }

    @Override
    public Replayed replay(String endpoint, Selection what, long after, Instant now, int limit) {
        return ledger.locked(() -> deliveries.replay(endpoint, what, after, now, limit));
    }

    /** Whether some webhook is still to be told of an event. */
    boolean waits(long event) {
        return deliveries.waits(event);
    }

    @Override
    public int waiting(String endpoint) {
        return ledger.locked(
                () -> Math.min(COUNTED, deliveries.of(endpoint).waiting().size()));
    }

    @Override
    public List<Told> told(MessageId mail, int limit) {
        return ledger.locked(() -> {
            MessageRow message = ledger.message(mail);
            if (message == null) {
                return List.of();
            }
            return ledger.timeline(message.stored().key()).keySet().stream()
                    .sorted()
                    .flatMap(event -> endpoints.all().stream().map(e -> told(e.id(), event)))
                    .filter(Objects::nonNull)
                    .limit(limit)
                    .toList();
        });
    }

    private @Nullable Told told(String endpoint, long event) {
        Row row = deliveries.of(endpoint).get(event);
        return row == null
                ? null
                : new Told(
                        row.shown(endpoint),
                        row.attempts().isEmpty()
                                ? null
                                : MemoryWebhookRows.withoutAnswer(
                                        row.attempts().get(row.attempts().size() - 1)));
    }

    @Override
    public Backlog backlog(Instant now) {
        return ledger.locked(() -> new Backlog(
                (int) deliveries
                        .all()
                        .filter(row -> row.status == Status.DEAD)
                        .limit(COUNTED)
                        .count(),
                endpoints
                        .enabled()
                        .map(id -> deliveries.of(id).dueSince(now))
                        .filter(Objects::nonNull)
                        .min(Comparator.naturalOrder())
                        .orElse(null)));
    }

    @Override
    public int purge(Instant before, int limit) {
        return ledger.locked(() -> deliveries.purge(before, limit, id -> {
            Endpoint endpoint = endpoints.get(id);
            return endpoint == null || !endpoint.state().enabled();
        }));
    }

    @Override
    public Map<MessageId, Mail> mails(Collection<MessageId> ids) {
        return ledger.locked(() -> {
            Map<MessageId, Mail> mails = new HashMap<>();
            for (MessageId id : ids) {
                MessageRow row = ledger.message(id);
                if (row != null) {
                    NewMessage.Summary s = row.stored().summary();
                    mails.put(
                            id,
                            new Mail(
                                    row.stored().acceptedAt().truncatedTo(ChronoUnit.MILLIS),
                                    s.from(),
                                    s.subject(),
                                    s.messageIdHeader(),
                                    s.tags(),
                                    ledger.isErased(row) ? Texts.ERASED : Texts.READABLE));
                }
            }
            return mails;
        });
    }
}

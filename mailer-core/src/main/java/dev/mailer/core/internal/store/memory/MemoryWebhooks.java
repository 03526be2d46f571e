// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.EventType;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MessageId;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.WebhookStore;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Webhooks in memory. Guarded by the store's lock. */
final class MemoryWebhooks implements WebhookStore {
    private final MemoryLedger ledger;
    private final NavigableMap<String, Endpoint> endpoints = new TreeMap<>();
    /** By endpoint, by event. */
    private final Map<String, NavigableMap<Long, Row>> rows = new HashMap<>();

    MemoryWebhooks(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    private static final class Row {
        private final EventType type;
        private final Instant createdAt;
        private final List<Attempt> attempts = new ArrayList<>();
        private Status status = Status.WAITING;
        private Instant changedAt;
        private int tries;
        private @Nullable Instant dueAt;

        private Row(EventType type, Instant at) {
            this.type = type;
            this.createdAt = at;
            this.changedAt = at;
            this.dueAt = at;
        }

        boolean isDue(Instant now) {
            return dueAt != null && !dueAt.isAfter(now);
        }

        boolean isOf(Selection what, Instant now) {
            return dueAt == null
                    && changedAt.isBefore(now)
                    && (what.status() == null || what.status() == status)
                    && (what.since() == null || !createdAt.isBefore(what.since()))
                    && (what.until() == null || createdAt.isBefore(what.until()));
        }
    }

    @Override
    public boolean add(Endpoint e) {
        return ledger.locked(() -> {
            if (!ledger.knowsTenant(e.tenant())) {
                throw new InvalidEmailException(
                        "tenant", "'" + e.tenant() + "' is unknown; define it before it is used");
            }
            return endpoints.putIfAbsent(e.id(), e) == null;
        });
    }

    @Override
    public boolean configure(String tenant, String id, Secret config) {
        return ledger.locked(
                () -> change(tenant, id, e -> new Endpoint(e.id(), e.tenant(), config, e.createdAt(), e.state())));
    }

    @Override
    public boolean enable(String tenant, String id, boolean enabled, String reason, Instant at) {
        return ledger.locked(() -> {
            Endpoint e = endpoints.get(id);
            return e != null
                    && e.state().enabled() != enabled
                    && change(
                            tenant,
                            id,
                            before -> with(
                                    before,
                                    enabled
                                            ? new State(
                                                    true,
                                                    reason,
                                                    at,
                                                    0,
                                                    null,
                                                    before.state().succeededAt(),
                                                    null)
                                            : new State(
                                                    false,
                                                    reason,
                                                    at,
                                                    before.state().failures(),
                                                    before.state().failingSince(),
                                                    before.state().succeededAt(),
                                                    before.state().restsUntil())));
        });
    }

    private static Endpoint with(Endpoint e, State state) {
        return new Endpoint(e.id(), e.tenant(), e.config(), e.createdAt(), state);
    }

    private boolean change(String tenant, String id, UnaryOperator<Endpoint> change) {
        Endpoint e = endpoints.get(id);
        if (e == null || !e.tenant().equals(tenant)) {
            return false;
        }
        endpoints.put(id, change.apply(e));
        return true;
    }

    @Override
    public boolean remove(String tenant, String id) {
        return ledger.locked(() -> {
            Endpoint e = endpoints.get(id);
            if (e == null || !e.tenant().equals(tenant)) {
                return false;
            }
            endpoints.remove(id);
            rows.remove(id);
            return true;
        });
    }

    @Override
    public List<Endpoint> endpoints() {
        return ledger.locked(() -> List.copyOf(endpoints.values()));
    }

    @Override
    public int enqueue(List<Due> due, Instant at) {
        return ledger.locked(() -> {
            int added = 0;
            for (Due d : due) {
                Row row = new Row(d.type(), at);
                if (rows.computeIfAbsent(d.endpoint().id(), id -> new TreeMap<>())
                                .putIfAbsent(d.event(), row)
                        == null) {
                    added++;
                }
            }
            return added;
        });
    }

    @Override
    public List<String> due(Collection<String> webhooks, Instant now) {
        return ledger.locked(() -> webhooks.stream()
                .filter(id -> of(id).values().stream().anyMatch(row -> row.isDue(now)))
                .toList());
    }

    @Override
    public List<Claimed> claim(List<Want> wants, Instant now, Instant until) {
        return ledger.locked(() -> {
            List<Claimed> claims = new ArrayList<>();
            for (Want want : wants) {
                of(want.endpoint()).entrySet().stream()
                        .filter(e -> e.getValue().isDue(now))
                        .sorted(Comparator.comparing(e -> Objects.requireNonNull(e.getValue().dueAt)))
                        .limit(want.limit())
                        .toList()
                        .forEach(e -> {
                            Row row = e.getValue();
                            row.dueAt = until;
                            claims.add(new Claimed(want.endpoint(), e.getKey(), row.attempts.size(), row.tries, until));
                        });
            }
            return claims;
        });
    }

    @Override
    public void settle(List<Settled> settled, List<Health> health) {
        ledger.run(() -> {
            for (Settled s : settled) {
                Row row = of(s.claim().endpoint()).get(s.claim().event());
                if (row != null && s.claim().until().equals(row.dueAt)) {
                    Attempt attempt = s.attempt();
                    if (attempt != null) {
                        row.attempts.add(attempt);
                        row.tries++;
                        row.changedAt = attempt.at();
                    }
                    row.status = s.status();
                    row.dueAt = s.dueAt();
                }
            }
            health.forEach(this::note);
        });
    }

    private void note(Health h) {
        endpoints.computeIfPresent(h.endpoint(), (id, e) -> {
            State before = h.succeeded()
                    ? new State(
                            e.state().enabled(), e.state().reason(), e.state().changedAt(), 0, null, h.at(), null)
                    : e.state();
            if (h.failures() == 0) {
                return with(e, before);
            }
            return with(
                    e,
                    new State(
                            before.enabled(),
                            before.reason(),
                            before.changedAt(),
                            before.failures() + h.failures(),
                            before.failingSince() == null ? h.at() : before.failingSince(),
                            before.succeededAt(),
                            h.restsUntil() == null ? before.restsUntil() : h.restsUntil()));
        });
    }

    @Override
    public boolean probe(String endpoint, Instant seen, Instant next) {
        return ledger.locked(() -> {
            Endpoint e = endpoints.get(endpoint);
            if (e == null || !seen.equals(e.state().restsUntil())) {
                return false;
            }
            State s = e.state();
            State probed = new State(
                    s.enabled(), s.reason(), s.changedAt(), s.failures(), s.failingSince(), s.succeededAt(), next);
            endpoints.put(endpoint, with(e, probed));
            return true;
        });
    }

    @Override
    public List<Delivery> list(Query q) {
        return ledger.locked(() -> {
            NavigableMap<Long, Row> all = of(q.endpoint());
            return (q.before() == null ? all : all.headMap(q.before(), false))
                    .descendingMap().entrySet().stream()
                            .filter(e -> q.status() == null || e.getValue().status == q.status())
                            .filter(e -> q.type() == null || e.getValue().type == q.type())
                            .limit(q.limit())
                            .map(e -> delivery(q.endpoint(), e.getKey(), e.getValue()))
                            .toList();
        });
    }

    private static Delivery delivery(String endpoint, long event, Row row) {
        return new Delivery(
                endpoint, event, row.type, row.status, row.createdAt, row.changedAt, row.attempts.size(), row.dueAt);
    }

    @Override
    public List<Attempt> attempts(String endpoint, long event) {
        return ledger.locked(() -> {
            Row row = of(endpoint).get(event);
            return row == null ? List.of() : List.copyOf(row.attempts);
        });
    }

    @Override
    public int replay(String endpoint, Selection what, Instant now, int limit) {
        return ledger.locked(() -> {
            Stream<Row> all = of(endpoint).entrySet().stream()
                    .filter(e -> what.event() == null || what.event().equals(e.getKey()))
                    .map(Map.Entry::getValue);
            List<Row> chosen =
                    all.filter(row -> row.isOf(what, now)).limit(limit).toList();
            for (Row row : chosen) {
                row.status = Status.WAITING;
                row.tries = 0;
                row.changedAt = now;
                row.dueAt = now;
            }
            return chosen.size();
        });
    }

    @Override
    public int waiting(String endpoint) {
        return ledger.locked(() -> (int) of(endpoint).values().stream()
                .filter(row -> row.dueAt != null)
                .limit(1_000)
                .count());
    }

    @Override
    public int purge(Instant before, int limit) {
        return ledger.locked(() -> {
            int left = limit;
            for (Map.Entry<String, NavigableMap<Long, Row>> e : rows.entrySet()) {
                Endpoint endpoint = endpoints.get(e.getKey());
                boolean idle = endpoint == null || !endpoint.state().enabled();
                List<Long> old = e.getValue().entrySet().stream()
                        .filter(r -> r.getValue().changedAt.isBefore(before))
                        .filter(r -> r.getValue().dueAt == null
                                || idle && r.getValue().isDue(before))
                        .limit(left)
                        .map(Map.Entry::getKey)
                        .toList();
                old.forEach(e.getValue()::remove);
                left -= old.size();
            }
            return limit - left;
        });
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
                                    s.tags()));
                }
            }
            return mails;
        });
    }

    private NavigableMap<Long, Row> of(String endpoint) {
        return rows.getOrDefault(endpoint, new TreeMap<>());
    }
}

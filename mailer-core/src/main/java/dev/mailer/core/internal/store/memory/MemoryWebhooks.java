// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.WebhookStore;
import dev.mailer.core.internal.store.memory.MemoryWebhookRows.Row;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Webhooks in memory. Guarded by the store's lock. */
final class MemoryWebhooks implements WebhookStore {
    private static final int COUNTED = 1_000;

    private final MemoryLedger ledger;
    private final MemoryWebhookEndpoints endpoints = new MemoryWebhookEndpoints();
    private final Map<String, MemoryWebhookRows> rows = new HashMap<>();

    MemoryWebhooks(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    @Override
    public boolean add(Endpoint e) {
        return ledger.locked(() -> {
            if (!ledger.lanes.hasTenant(e.tenant())) {
                throw new InvalidEmailException(
                        "tenant", "'" + e.tenant() + "' is unknown; define it before it is used");
            }
            return endpoints.add(e);
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
                rows.remove(id);
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
        return ledger.locked(() -> {
            int added = 0;
            for (Due d : due) {
                if (rows.computeIfAbsent(d.endpoint().id(), id -> new MemoryWebhookRows())
                        .add(d, at)) {
                    added++;
                }
            }
            return added;
        });
    }

    @Override
    public List<String> due(Instant now) {
        return ledger.locked(() ->
                endpoints.enabled().filter(id -> of(id).dueSince(now) != null).toList());
    }

    @Override
    public List<Claimed> claim(List<Want> wants, Instant now, Instant until) {
        return ledger.locked(() -> {
            List<Claimed> claims = new ArrayList<>();
            for (Want want : wants) {
                MemoryWebhookRows of = of(want.endpoint());
                for (Row row : of.due(now, want.limit())) {
                    of.set(row, until);
                    claims.add(
                            new Claimed(want.endpoint(), row.event, row.attempts.size(), row.tries, until, row.status));
                }
            }
            return claims;
        });
    }

    @Override
    public void settle(List<Settled> settled, List<Health> health) {
        ledger.run(() -> {
            for (Settled s : settled) {
                Row row = held(s.claim());
                if (row != null) {
                    Attempt attempt = s.attempt();
                    if (attempt != null) {
                        row.attempts.add(isErased(row.event) ? withoutAnswer(attempt) : attempt);
                        row.tries++;
                        row.changedAt = attempt.at();
                    }
                    row.status = s.status();
                    of(s.claim().endpoint()).set(row, s.dueAt());
                }
            }
            health.forEach(endpoints::note);
        });
    }

    /** Null when the claim has ended. */
    private @Nullable Row held(Claimed claim) {
        Row row = of(claim.endpoint()).get(claim.event());
        return row == null || !claim.until().equals(row.dueAt()) ? null : row;
    }

    private boolean isErased(long event) {
        MailEvent e = ledger.events.get(event);
        return e != null && "".equals(e.recipient());
    }

    private static Attempt withoutAnswer(Attempt a) {
        return new Attempt(a.number(), a.at(), a.status(), a.took(), a.result(), "");
    }

    /** What was answered about these events may repeat what they told. */
    void forgetAnswers(Collection<Long> events) {
        for (MemoryWebhookRows of : rows.values()) {
            for (long event : events) {
                Row row = of.get(event);
                if (row != null) {
                    row.attempts.replaceAll(MemoryWebhooks::withoutAnswer);
                }
            }
        }
    }

    @Override
    public void drop(List<Claimed> unwanted) {
        ledger.run(() -> {
            for (Claimed claim : unwanted) {
                Row row = held(claim);
                if (row != null) {
                    of(claim.endpoint()).remove(row);
                }
            }
        });
    }

    @Override
    public boolean probe(String endpoint, Instant seen, Instant next) {
        return ledger.locked(() -> endpoints.probe(endpoint, seen, next));
    }

    @Override
    public List<Delivery> list(Query q) {
        return ledger.locked(() -> {
            NavigableMap<Long, Row> all = of(q.endpoint()).all();
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
            Row row = of(endpoint).get(event);
            return row == null ? List.of() : List.copyOf(row.attempts);
        });
    }

    @Override
    public Replayed replay(String endpoint, Selection what, long after, Instant now, int limit) {
        return ledger.locked(() -> {
            MemoryWebhookRows of = of(endpoint);
            Long one = what.event();
            List<Row> part = one == null
                    ? of.all().tailMap(after, false).values().stream()
                            .limit(limit)
                            .toList()
                    : Stream.ofNullable(of.get(one)).toList();
            int replayed = 0;
            for (Row row : part) {
                if (row.isOf(what)) {
                    row.status = Status.WAITING;
                    row.tries = 0;
                    row.changedAt = now;
                    of.set(row, now);
                    replayed++;
                }
            }
            return new Replayed(
                    replayed, one != null || part.isEmpty() ? null : (Long) part.get(part.size() - 1).event);
        });
    }

    /** Whether some webhook is still to be told of an event. */
    boolean waits(long event) {
        return rows.values().stream().map(of -> of.get(event)).anyMatch(row -> row != null && row.dueAt() != null);
    }

    @Override
    public int waiting(String endpoint) {
        return ledger.locked(() -> Math.min(COUNTED, of(endpoint).waiting().size()));
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
        Row row = of(endpoint).get(event);
        return row == null
                ? null
                : new Told(
                        row.shown(endpoint),
                        row.attempts.isEmpty() ? null : withoutAnswer(row.attempts.get(row.attempts.size() - 1)));
    }

    @Override
    public Backlog backlog(Instant now) {
        return ledger.locked(() -> new Backlog(
                (int) rows.values().stream()
                        .flatMap(of -> of.all().values().stream())
                        .filter(row -> row.status == Status.DEAD)
                        .limit(COUNTED)
                        .count(),
                endpoints
                        .enabled()
                        .map(id -> of(id).dueSince(now))
                        .filter(Objects::nonNull)
                        .min(Comparator.naturalOrder())
                        .orElse(null)));
    }

    @Override
    public int purge(Instant before, int limit) {
        return ledger.locked(() -> {
            int left = limit;
            for (Map.Entry<String, MemoryWebhookRows> e : rows.entrySet()) {
                Endpoint endpoint = endpoints.get(e.getKey());
                boolean idle = endpoint == null || !endpoint.state().enabled();
                List<Row> old = e.getValue().all().values().stream()
                        .filter(row -> row.changedAt.isBefore(before) && isOver(row, idle, before))
                        .limit(left)
                        .toList();
                old.forEach(e.getValue()::remove);
                left -= old.size();
            }
            return limit - left;
        });
    }

    private static boolean isOver(Row row, boolean idle, Instant before) {
        Instant due = row.dueAt();
        return due == null || (idle || row.status == Status.HELD) && due.isBefore(before);
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

    private MemoryWebhookRows of(String endpoint) {
        return rows.getOrDefault(endpoint, new MemoryWebhookRows());
    }
}

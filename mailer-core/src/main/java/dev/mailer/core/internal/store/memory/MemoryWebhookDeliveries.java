// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.WebhookStore.Attempt;
import dev.mailer.api.spi.WebhookStore.Claimed;
import dev.mailer.api.spi.WebhookStore.Due;
import dev.mailer.api.spi.WebhookStore.Replayed;
import dev.mailer.api.spi.WebhookStore.Selection;
import dev.mailer.api.spi.WebhookStore.Settled;
import dev.mailer.api.spi.WebhookStore.Status;
import dev.mailer.api.spi.WebhookStore.Want;
import dev.mailer.core.internal.store.memory.MemoryWebhookRows.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What webhooks are to be told and were told, by webhook, and how that changes. Guarded by the store's lock. */
final class MemoryWebhookDeliveries {
    private final MemoryLedger ledger;
    private final Map<String, MemoryWebhookRows> rows = new HashMap<>();

    MemoryWebhookDeliveries(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    MemoryWebhookRows of(String endpoint) {
        return rows.getOrDefault(endpoint, new MemoryWebhookRows(ledger));
    }

    Stream<Row> all() {
        return rows.values().stream().flatMap(of -> of.all().values().stream());
    }

    void removeAll(String endpoint) {
        of(endpoint).clear();
        rows.remove(endpoint);
    }

    int enqueue(List<Due> due, Instant at) {
        int added = 0;
        for (Due d : due) {
            if (rows.computeIfAbsent(d.endpoint().id(), id -> new MemoryWebhookRows(ledger))
                    .add(d, at)) {
                added++;
            }
        }
        return added;
    }

    List<Claimed> claim(List<Want> wants, Instant now, Instant until) {
        List<Claimed> claims = new ArrayList<>();
        for (Want want : wants) {
            MemoryWebhookRows of = of(want.endpoint());
            for (Row row : of.due(now, want.limit())) {
                of.set(row, until);
                claims.add(
                        new Claimed(want.endpoint(), row.event, row.attempts().size(), row.tries, until, row.status));
            }
        }
        return claims;
    }

    void settle(List<Settled> settled) {
        for (Settled s : settled) {
            Row row = held(s.claim());
            if (row != null) {
                MemoryWebhookRows of = of(s.claim().endpoint());
                Attempt attempt = s.attempt();
                if (attempt != null) {
                    of.add(row, isErased(row.event) ? MemoryWebhookRows.withoutAnswer(attempt) : attempt);
                    row.tries++;
                    row.changedAt = attempt.at();
                }
                row.status = s.status();
                of.set(row, s.dueAt());
            }
        }
    }

    void drop(List<Claimed> unwanted) {
        for (Claimed claim : unwanted) {
            Row row = held(claim);
            if (row != null) {
                of(claim.endpoint()).remove(row);
            }
        }
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

    void forgetAnswers(Collection<Long> events) {
        for (MemoryWebhookRows of : rows.values()) {
            for (long event : events) {
                Row row = of.get(event);
                if (row != null) {
                    of.forgetAnswers(row);
                }
            }
        }
    }

    Replayed replay(String endpoint, Selection what, long after, Instant now, int limit) {
        MemoryWebhookRows of = of(endpoint);
        Long one = what.event();
        List<Row> part = one == null
                ? of.all().tailMap(after, false).values().stream().limit(limit).toList()
                : Stream.ofNullable(of.get(one)).toList();
        int replayed = 0;
        for (Row row : part) {
            if (row.isOf(what)) {
                of.again(row, now);
                replayed++;
            }
        }
        return new Replayed(replayed, one != null || part.isEmpty() ? null : (Long) part.get(part.size() - 1).event);
    }

    /** Whether some webhook is still to be told of an event. */
    boolean waits(long event) {
        return rows.values().stream().map(of -> of.get(event)).anyMatch(row -> row != null && row.dueAt() != null);
    }

    /** @param idle whether nobody tells a webhook what waits for it */
    int purge(Instant before, int limit, Predicate<String> idle) {
        int left = limit;
        for (Map.Entry<String, MemoryWebhookRows> e : rows.entrySet()) {
            boolean untold = idle.test(e.getKey());
            List<Row> old = e.getValue().all().values().stream()
                    .filter(row -> row.changedAt.isBefore(before) && isOver(row, untold, before))
                    .limit(left)
                    .toList();
            old.forEach(e.getValue()::remove);
            left -= old.size();
        }
        return limit - left;
    }

    private static boolean isOver(Row row, boolean idle, Instant before) {
        Instant due = row.dueAt();
        return due == null || (idle || row.status == Status.HELD) && due.isBefore(before);
    }
}

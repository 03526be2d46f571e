// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.EventType;
import dev.mailer.api.spi.WebhookStore.Attempt;
import dev.mailer.api.spi.WebhookStore.Delivery;
import dev.mailer.api.spi.WebhookStore.Due;
import dev.mailer.api.spi.WebhookStore.Selection;
import dev.mailer.api.spi.WebhookStore.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of one webhook: by event, and those that wait by when they are due. They count against the ledger's capacity: each with the
 * attempts that it may come to until it is given up, and answers as far as there is room for them.
 */
final class MemoryWebhookRows {
    /** Of the attempts from when a delivery is made to wait until it is given up, without what was answered. */
    private static final int ATTEMPTS_WEIGHT = 8 * 128;

    private static final int ROW_WEIGHT = 256 + ATTEMPTS_WEIGHT;

    private static final Comparator<Row> ORDER =
            Comparator.<Row, Instant>comparing(Row::due).thenComparing(row -> row.event);

    private final MemoryLedger ledger;
    private final NavigableMap<Long, Row> rows = new TreeMap<>();
    private final NavigableSet<Row> waiting = new TreeSet<>(ORDER);

    MemoryWebhookRows(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    /** A delivery. */
    static final class Row {
        final long event;
        final EventType type;
        final Instant createdAt;
        private final List<Attempt> attempts = new ArrayList<>();
        Status status;
        Instant changedAt;
        int tries;
        private long weight = ROW_WEIGHT;
        private @Nullable Instant dueAt;

        private Row(Due due, Instant at) {
            this.event = due.event();
            this.type = due.type();
            this.status = due.status();
            this.createdAt = at;
            this.changedAt = at;
        }

        List<Attempt> attempts() {
            return Collections.unmodifiableList(attempts);
        }

        @Nullable
        Instant dueAt() {
            return dueAt;
        }

        private Instant due() {
            return Objects.requireNonNull(dueAt);
        }

        boolean isOf(Selection what) {
            return dueAt == null
                    && (what.status() == null || what.status() == status)
                    && (what.since() == null || !createdAt.isBefore(what.since()))
                    && (what.until() == null || createdAt.isBefore(what.until()));
        }

        Delivery shown(String webhook) {
            return new Delivery(webhook, event, type, status, createdAt, changedAt, attempts.size(), dueAt);
        }
    }

    /** False when it is there already. */
    boolean add(Due due, Instant at) {
        if (rows.containsKey(due.event())) {
            return false;
        }
        ledger.take(ROW_WEIGHT);
        Row row = new Row(due, at);
        rows.put(due.event(), row);
        set(row, at);
        return true;
    }

    /** Without what was answered where there is no room for it. */
    void add(Row row, Attempt attempt) {
        long answer = weight(attempt);
        boolean kept = ledger.takes(answer);
        row.weight += kept ? answer : 0;
        row.attempts.add(kept ? attempt : withoutAnswer(attempt));
    }

    void forgetAnswers(Row row) {
        long answers =
                row.attempts.stream().mapToLong(MemoryWebhookRows::weight).sum();
        row.attempts.replaceAll(MemoryWebhookRows::withoutAnswer);
        row.weight -= answers;
        ledger.free(answers);
    }

    private static long weight(Attempt attempt) {
        return 2L * attempt.excerpt().length();
    }

    static Attempt withoutAnswer(Attempt a) {
        return new Attempt(a.number(), a.at(), a.status(), a.took(), a.result(), "");
    }

    /** As if it had not been tried before. */
    void again(Row row, Instant now) {
        ledger.take(ATTEMPTS_WEIGHT);
        row.weight += ATTEMPTS_WEIGHT;
        row.status = Status.WAITING;
        row.tries = 0;
        row.changedAt = now;
        set(row, now);
    }

    @Nullable
    Row get(long event) {
        return rows.get(event);
    }

    NavigableMap<Long, Row> all() {
        return rows;
    }

    /** Those that wait, the one that is due first before the others. */
    NavigableSet<Row> waiting() {
        return waiting;
    }

    /** @param dueAt null for one that has ended */
    void set(Row row, @Nullable Instant dueAt) {
        if (row.dueAt != null) {
            waiting.remove(row);
        }
        row.dueAt = dueAt;
        if (dueAt != null) {
            waiting.add(row);
        }
    }

    void remove(Row row) {
        set(row, null);
        rows.remove(row.event);
        ledger.free(row.weight);
    }

    void clear() {
        List.copyOf(rows.values()).forEach(this::remove);
    }

    /** Since when the first is due; null when none is. */
    @Nullable
    Instant dueSince(Instant now) {
        return waiting.isEmpty() || waiting.first().due().isAfter(now)
                ? null
                : waiting.first().due();
    }

    List<Row> due(Instant now, int limit) {
        List<Row> due = new ArrayList<>();
        for (Row row : waiting) {
            if (due.size() == limit || row.due().isAfter(now)) {
                break;
            }
            due.add(row);
        }
        return due;
    }
}

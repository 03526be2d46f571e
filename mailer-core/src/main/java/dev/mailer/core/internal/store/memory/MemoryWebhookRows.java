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
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The deliveries of one webhook: by event, and those that wait by when they are due. */
final class MemoryWebhookRows {
    private static final Comparator<Row> ORDER =
            Comparator.<Row, Instant>comparing(Row::due).thenComparing(row -> row.event);

    private final NavigableMap<Long, Row> rows = new TreeMap<>();
    private final NavigableSet<Row> waiting = new TreeSet<>(ORDER);

    /** A delivery. */
    static final class Row {
        final long event;
        final EventType type;
        final Instant createdAt;
        final List<Attempt> attempts = new ArrayList<>();
        Status status;
        Instant changedAt;
        int tries;
        private @Nullable Instant dueAt;

        private Row(Due due, Instant at) {
            this.event = due.event();
            this.type = due.type();
            this.status = due.status();
            this.createdAt = at;
            this.changedAt = at;
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
        Row row = new Row(due, at);
        if (rows.putIfAbsent(due.event(), row) != null) {
            return false;
        }
        set(row, at);
        return true;
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

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.EventFilter;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.EventStore.Part;
import dev.mailer.api.spi.EventStore.Positioned;
import dev.mailer.api.spi.WebhookStore;
import dev.mailer.api.spi.WebhookStore.Due;
import dev.mailer.api.spi.WebhookStore.Replayed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of the past wait for an endpoint, as far as the feed still has them and the endpoint asked for them. What it was told already, or is
 * to be told, stays as it is. Thread-safe.
 */
final class EarlierEvents {
    /** Events of the feed that are looked at in one step. */
    static final int AT_ONCE = 1_000;

    /** Events are numbered after they were committed, so that one may have happened before another of a smaller number. */
    private static final Duration DISORDER = Duration.ofHours(1);
    /** What the engine itself finds comes into the feed when it happens; what others report may have happened long ago. */
    private static final Set<EventType> PROMPT = Set.of(EventType.QUEUED, EventType.SENT, EventType.DEFERRED);

    private final EventStore events;
    private final WebhookStore store;

    EarlierEvents(EventStore events, WebhookStore store) {
        this.events = events;
        this.store = store;
    }

    /** Returns 1 when it waits and did not before. */
    int one(Known known, long event, Instant now) {
        return enqueue(known, events.find(List.of(event)).stream(), now);
    }

    /** A position of the feed before which nothing lies that happened since then. */
    long startOf(Instant since, long end) {
        return start(since.minus(DISORDER), end);
    }

    /** The position of what was last to happen. */
    long end() {
        return events.lastPosition();
    }

    /** Those of a time, as far as they are among the next of the tenant's in the feed; {@code next} is a position, null at the end. */
    Replayed page(Known known, Instant since, @Nullable Instant until, long after, long end, Instant now) {
        Part part = events.read(new EventFilter(known.endpoint().tenant(), Set.of(), Set.of()), after, AT_ONCE);
        Stream<MailEvent> asked = part.events().stream()
                .map(Positioned::event)
                .filter(e -> !e.at().isBefore(since) && (until == null || e.at().isBefore(until)));
        int made = enqueue(known, asked, now);
        boolean over = part.position() >= end
                || !part.more()
                || until != null && isAll(part.events(), at -> at.isAfter(until.plus(DISORDER)));
        return new Replayed(made, over ? null : (Long) part.position());
    }

    private int enqueue(Known known, Stream<MailEvent> asked, Instant now) {
        List<Due> due = asked.filter(known::wants)
                .map(e -> new Due(known.endpoint(), e.id(), e.type()))
                .toList();
        return due.isEmpty() ? 0 : store.enqueue(due, now);
    }

    /** A position before which nothing happened since then; found by halves, so that a long feed is not read from its beginning. */
    private long start(Instant since, long end) {
        long before = 0;
        long behind = end;
        while (behind - before > AT_ONCE) {
            long middle = before + (behind - before) / 2;
            if (isAll(events.read(middle, AT_ONCE), at -> at.isBefore(since))) {
                before = middle;
            } else {
                behind = middle;
            }
        }
        return before;
    }

    /** False also where nothing tells. */
    private static boolean isAll(List<Positioned> part, Predicate<Instant> when) {
        List<Instant> times = part.stream()
                .map(Positioned::event)
                .filter(e -> PROMPT.contains(e.type()))
                .map(MailEvent::at)
                .toList();
        return !times.isEmpty() && times.stream().allMatch(when);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.spi.WebhookStore;
import dev.mailer.api.spi.WebhookStore.Backlog;
import dev.mailer.api.spi.WebhookStore.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How it goes with webhooks, counted now and then; for health and meters. Written by one thread, read by any. */
final class Condition {
    private static final Duration EVERY = Duration.ofSeconds(15);

    private final WebhookStore store;
    private final WebhookMeters meters;
    private long next = System.nanoTime();
    private Backlog backlog = new Backlog(0, null);
    private volatile Map<String, Long> numbers = Map.of();

    Condition(WebhookStore store, WebhookMeters meters) {
        this.store = store;
        this.meters = meters;
    }

    /** Of endpoints as they are known; what lies about is counted every 15 seconds. */
    void note(KnownEndpoints.View view, Instant now) {
        if (System.nanoTime() - next >= 0) {
            // before it is tried: where it fails, deliveries go on meanwhile
            next = System.nanoTime() + EVERY.toNanos();
            backlog = store.backlog(now);
        }
        List<Endpoint> readable = view.readable().stream().map(Known::endpoint).toList();
        long disabled = readable.stream().filter(e -> !e.state().enabled()).count();
        long resting = readable.stream()
                .filter(e -> e.state().enabled() && e.state().restsUntil() != null)
                .count();
        meters.endpoints(disabled, resting, view.unreadable().size());
        Map<String, Long> all = new TreeMap<>();
        all.put("endpoints", (long) readable.size() + view.unreadable().size());
        all.put("disabled", disabled);
        all.put("resting", resting);
        all.put("unreadable", (long) view.unreadable().size());
        all.put("dead", (long) backlog.dead());
        all.put("oldestWaitingSeconds", seconds(backlog.oldestDue(), now));
        numbers = Map.copyOf(all);
    }

    private static long seconds(@Nullable Instant since, Instant now) {
        return since == null ? 0 : Math.max(0, Duration.between(since, now).toSeconds());
    }

    /** By name; empty before the first. */
    Map<String, Long> numbers() {
        return numbers;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The parkings of all nodes, as the store last told. Thread-safe. */
final class ParkedQueues {
    /** How far back a refresh looks, for clocks that differ and commits that come late. */
    private static final Duration OVERLAP = Duration.ofSeconds(30);

    private final InstantSource clock;
    private final Map<QueueKey, ParkedQueue> parked = new ConcurrentHashMap<>();
    private volatile Instant since = Instant.EPOCH;

    ParkedQueues(InstantSource clock) {
        this.clock = clock;
    }

    Instant refreshFrom() {
        return since.equals(Instant.EPOCH) ? since : since.minus(OVERLAP);
    }

    void refresh(List<ParkedQueue> changes, Instant asOf) {
        changes.forEach(this::put);
        since = asOf;
    }

    void put(ParkedQueue p) {
        if (p.strikes() == 0) {
            parked.remove(p.queue());
        } else {
            parked.put(p.queue(), p);
        }
    }

    boolean isParked(QueueKey queue) {
        ParkedQueue p = parked.get(queue);
        return p != null && p.until().isAfter(clock.instant());
    }

    /** Failures in a row; a queue that has some is tried with one delivery first. */
    int strikes(QueueKey queue) {
        ParkedQueue p = parked.get(queue);
        return p == null ? 0 : p.strikes();
    }

    List<ParkedQueue> all() {
        Instant now = clock.instant();
        return parked.values().stream().filter(p -> p.until().isAfter(now)).toList();
    }
}

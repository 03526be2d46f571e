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
import java.util.stream.Stream;

/** The parkings of all nodes, as the store last told, and what rests on this one. Thread-safe. */
final class ParkedQueues {
    /** How far back a refresh looks, for clocks that differ and commits that come late. */
    private static final Duration OVERLAP = Duration.ofSeconds(30);

    /** A queue whose parking ended so long ago has a clean slate: its failures then say nothing of today. */
    static final Duration FORGOTTEN = Duration.ofDays(7);

    private final InstantSource clock;
    private final Map<QueueKey, ParkedQueue> parked = new ConcurrentHashMap<>();
    /** What rests on this node only; nothing has failed. */
    private final Map<QueueKey, ParkedQueue> resting = new ConcurrentHashMap<>();

    private volatile Instant since = Instant.EPOCH;

    ParkedQueues(InstantSource clock) {
        this.clock = clock;
    }

    Instant refreshFrom() {
        return since.equals(Instant.EPOCH) ? since : since.minus(OVERLAP);
    }

    void refresh(List<ParkedQueue> changes, Instant asOf) {
        changes.forEach(this::put);
        resting.values().removeIf(p -> !p.until().isAfter(asOf));
        parked.values().removeIf(p -> p.until().isBefore(asOf.minus(FORGOTTEN)));
        since = asOf;
    }

    void put(ParkedQueue p) {
        if (p.strikes() == 0) {
            parked.remove(p.queue());
        } else {
            parked.put(p.queue(), p);
        }
    }

    /** Holds a queue back here for a time, without a word to other nodes and without a failure; the longer time counts. */
    void rest(QueueKey queue, Instant until, String reason) {
        ParkedQueue p = new ParkedQueue(queue, until, reason, 0);
        resting.merge(queue, p, (a, b) -> a.until().isAfter(b.until()) ? a : b);
    }

    /** Ends what {@link #rest} began. */
    void wake(QueueKey queue) {
        resting.remove(queue);
    }

    /** Ends all that {@link #rest} began; the queues that rested. */
    List<QueueKey> wakeAll() {
        List<QueueKey> woken = List.copyOf(resting.keySet());
        woken.forEach(resting::remove);
        return woken;
    }

    boolean isParked(QueueKey queue) {
        return isHeldBy(parked, queue) || isHeldBy(resting, queue);
    }

    private boolean isHeldBy(Map<QueueKey, ParkedQueue> held, QueueKey queue) {
        ParkedQueue p = held.get(queue);
        return p != null && p.until().isAfter(clock.instant());
    }

    /** Failures in a row; a queue that has some is tried with one delivery first. */
    int strikes(QueueKey queue) {
        ParkedQueue p = parked.get(queue);
        return p == null ? 0 : p.strikes();
    }

    List<ParkedQueue> all() {
        Instant now = clock.instant();
        return Stream.concat(
                        parked.values().stream(), resting.values().stream().filter(r -> !isHeldBy(parked, r.queue())))
                .filter(p -> p.until().isAfter(now))
                .toList();
    }
}

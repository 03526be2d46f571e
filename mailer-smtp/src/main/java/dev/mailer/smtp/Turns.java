// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells those who found no room when to come back: one after another, so that they do not all come for the one place that is free then.
 * Nothing is kept for them; who comes first has it. Thread-safe.
 */
final class Turns {
    /** Nobody is sent away for longer than this beyond the soonest: those before may never come back. */
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final Duration distance;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private Instant next = Instant.MIN;

    /** @param distance between one and the next */
    Turns(Duration distance, InstantSource clock) {
        this.distance = distance;
        this.clock = clock;
    }

    /** The time to stay away, no less than this. */
    Duration after(Duration soonest) {
        Instant now = clock.instant();
        Instant first = now.plus(soonest);
        lock.lock();
        try {
            boolean inReach = !next.isBefore(first) && !next.isAfter(first.plus(WINDOW));
            Instant turn = inReach ? next : first;
            next = turn.plus(distance);
            return Duration.between(now, turn);
        } finally {
            lock.unlock();
        }
    }
}

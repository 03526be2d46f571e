// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;

/** Lets so many mails a minute go, evenly: ten seconds' worth at once, and then one after another. Thread-safe. */
final class Pace {
    private static final int BURSTS_A_MINUTE = 6;

    private final InstantSource clock;
    private final Duration interval;
    private final Duration burst;
    private final Turns turns;
    private final ReentrantLock lock = new ReentrantLock();

    /** When the next one would go if each had kept its distance. */
    @GuardedBy("lock")
    private Instant next = Instant.MIN;

    /** @param perMinute 0 for no limit */
    Pace(int perMinute, InstantSource clock) {
        this.clock = clock;
        this.interval = perMinute == 0 ? Duration.ZERO : Duration.ofMinutes(1).dividedBy(perMinute);
        this.burst = interval.multipliedBy(Math.max(0, perMinute / BURSTS_A_MINUTE - 1));
        this.turns = new Turns(interval, clock);
    }

    /** Zero when one may go now, which is counted; else a positive time until one may. */
    Duration take() {
        Instant now = clock.instant();
        lock.lock();
        try {
            // further ahead than it can have come: the clock was set back
            boolean inReach = !next.isAfter(now.plus(burst).plus(interval));
            Instant turn = next.isAfter(now) && inReach ? next : now;
            Duration wait = Duration.between(now, turn).minus(burst);
            if (wait.compareTo(Duration.ZERO) > 0) {
                return wait;
            }
            next = turn.plus(interval);
            return Duration.ZERO;
        } finally {
            lock.unlock();
        }
    }

    /** When to come back who was told to wait so long: each at a time of its own. */
    Duration turn(Duration wait) {
        return turns.after(wait);
    }

    /** One that was let go did not. */
    void giveBack() {
        lock.lock();
        try {
            next = next.minus(interval);
        } finally {
            lock.unlock();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * When a deferred delivery is tried again: the wait doubles from the first to the longest, and chance adds or takes away a part,
 * so that what failed together does not come back together.
 *
 * @param lifetime how long a delivery is tried, from its acceptance or its {@code sendAt}
 * @param jitter part of the wait, 0 to 0.5
 */
public record RetrySchedule(Duration first, Duration longest, Duration lifetime, double jitter) {
    private static final int MAX_DOUBLINGS = 30;

    /** The wait after so many burned retries, at least one. */
    Duration waitAfter(int retries, RandomGenerator random) {
        long doublings = Math.min(MAX_DOUBLINGS, Math.max(0, retries - 1));
        double wait =
                Math.min((double) longest.toMillis(), (double) first.toMillis() * Math.pow(2, (double) doublings));
        return Duration.ofMillis(Math.max(1L, (long) (wait * (1 + jitter * (2 * random.nextDouble() - 1)))));
    }

    boolean isOver(Instant begin, Instant next) {
        return next.isAfter(begin.plus(lifetime));
    }
}

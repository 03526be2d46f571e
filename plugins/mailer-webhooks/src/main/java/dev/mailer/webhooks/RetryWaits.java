// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** When a webhook that failed is sent again. Waits are at least as long as they are called, and up to a fifth longer. Thread-safe. */
final class RetryWaits {
    /** Together more than 27 hours. */
    static final List<Duration> WAITS = List.of(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(5),
            Duration.ofHours(10),
            Duration.ofHours(10));

    /** The most that an endpoint can ask for. */
    static final Duration MOST_ASKED = Duration.ofHours(1);

    private static final double JITTER = 0.2;
    private static final Duration FIRST_REST = Duration.ofSeconds(10);
    private static final Duration LONGEST_REST = Duration.ofMinutes(10);

    /** Failures in a row from which on an endpoint rests. */
    static final int SUSPICIOUS = 5;

    private final RandomGenerator random;

    RetryWaits(RandomGenerator random) {
        this.random = random;
    }

    /**
     * After a failed try.
     *
     * @param tries how many there were
     * @return null when it was the last
     */
    @Nullable
    Duration after(int tries, @Nullable Duration asked) {
        if (tries > WAITS.size()) {
            return null;
        }
        Duration wait = jittered(WAITS.get(tries - 1));
        Duration bounded = asked == null || asked.compareTo(MOST_ASKED) < 0 ? asked : MOST_ASKED;
        return bounded == null || bounded.compareTo(wait) < 0 ? wait : bounded;
    }

    /** How long an endpoint rests after so many failures in a row; null when it does not. */
    @Nullable
    Duration rest(int failures) {
        if (failures < SUSPICIOUS) {
            return null;
        }
        Duration rest = FIRST_REST.multipliedBy(1L << Math.min(10, failures - SUSPICIOUS));
        return jittered(rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST);
    }

    private Duration jittered(Duration wait) {
        return wait.plusMillis((long) (wait.toMillis() * JITTER * random.nextDouble()));
    }
}

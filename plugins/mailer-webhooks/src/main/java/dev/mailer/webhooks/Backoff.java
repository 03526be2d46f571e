// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import java.time.Duration;

/** How long to leave alone what has failed so many times in a row: a second at first, doubled each time up to half a minute. */
final class Backoff {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private Backoff() {}

    static Duration after(int failures) {
        Duration wait = FIRST.multipliedBy(1L << Math.min(10, Math.max(0, failures - 1)));
        return wait.compareTo(LONGEST) < 0 ? wait : LONGEST;
    }
}

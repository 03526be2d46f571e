// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Counts what fails while something is away, so that it is told once in a while how often it was. Thread-safe. */
final class Outage {
    /** How long it is not told again. */
    static final Duration SILENCE = Duration.ofMinutes(10);

    private final InstantSource clock;

    private @Nullable Instant toldAt;

    private long untold;

    Outage(InstantSource clock) {
        this.clock = clock;
    }

    /** One more has failed. How many have since it was told last, where it is to be told now; else 0. */
    synchronized long failed() {
        untold++;
        Instant now = clock.instant();
        Instant told = toldAt;
        // a clock that was set back must not silence it for longer
        if (told != null && now.isBefore(told.plus(SILENCE)) && !now.isBefore(told)) {
            return 0;
        }
        long count = untold;
        toldAt = now;
        untold = 0;
        return count;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A monotonic clock in nanoseconds, as {@link System#nanoTime}: what leases and timeouts last by. */
@FunctionalInterface
interface NanoClock {
    NanoClock SYSTEM = System::nanoTime;

    long nanos();

    /** Goes as the other clock does, from now on. */
    static NanoClock of(InstantSource clock) {
        Instant start = clock.instant();
        return () -> Duration.between(start, clock.instant()).toNanos();
    }
}

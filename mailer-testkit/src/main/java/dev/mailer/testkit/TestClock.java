// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/** A clock that stands still until it is set. Thread-safe. */
public final class TestClock implements InstantSource {
    private volatile Instant now;

    private TestClock(Instant start) {
        this.now = start;
    }

    public static TestClock at(Instant start) {
        return new TestClock(Objects.requireNonNull(start, "start"));
    }

    /** At the present, in whole milliseconds, which is what ledgers keep. */
    public static TestClock now() {
        return at(InstantSource.system().instant().truncatedTo(ChronoUnit.MILLIS));
    }

    @Override
    public Instant instant() {
        return now;
    }

    /**
     * Sets it.
     *
     * @throws IllegalArgumentException the time is before the present one
     */
    public synchronized void set(Instant time) {
        if (time.isBefore(now)) {
            throw new IllegalArgumentException("the clock is at " + now + " and does not go back to " + time);
        }
        now = time;
    }

    /**
     * Sets it forward.
     *
     * @throws IllegalArgumentException the duration is negative
     */
    public synchronized void advance(Duration by) {
        set(now.plus(by));
    }

    @Override
    public String toString() {
        return "TestClock[" + instant() + "]";
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.time.Duration;

/** A time by which something must have ended, on the monotonic clock. Immutable. */
public final class Deadline {
    private static final Duration LONGEST = Duration.ofDays(365);

    private final long nanos;

    private Deadline(long nanos) {
        this.nanos = nanos;
    }

    /** This long from now, a year at most. */
    public static Deadline in(Duration time) {
        Duration bounded = time.compareTo(LONGEST) > 0 ? LONGEST : time;
        return new Deadline(System.nanoTime() + bounded.toNanos());
    }

    /** The earlier of this one and that which is so long from now. */
    public Deadline orIn(Duration time) {
        Deadline other = in(time);
        return other.nanos - nanos < 0 ? other : this;
    }

    public boolean isOver() {
        return nanos - System.nanoTime() <= 0;
    }

    /** What is left, at least 1: sockets read 0 as no limit. */
    int millis() {
        long left = (nanos - System.nanoTime() + 999_999) / 1_000_000;
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, left));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Remembers what was complained of, so that a fault that strikes every mail is told once in a while for each cause. Thread-safe. */
final class Complaints {
    /** How long a cause is not told again. */
    static final Duration SILENCE = Duration.ofMinutes(10);

    /** What a text says of that. */
    static final String AGAIN = "said once in " + SILENCE.toMinutes() + " minutes";

    /** Most causes remembered; beyond it all are forgotten. */
    private static final int MOST = 200;

    private final NanoClock nanos;

    /** When each was told. */
    @GuardedBy("this")
    private final Map<String, Long> told = new HashMap<>();

    Complaints() {
        this(NanoClock.SYSTEM);
    }

    Complaints(NanoClock nanos) {
        this.nanos = nanos;
    }

    /** True the first time something is thrown there, and then once in a while; messages may differ from mail to mail and do not count. */
    boolean isDue(Throwable e) {
        return isDue("", e);
    }

    /** The same for each of several to whom it happens. */
    boolean isDue(String who, Throwable e) {
        StackTraceElement[] trace = e.getStackTrace();
        return isDue(who + " " + e.getClass().getName() + (trace.length == 0 ? "" : " " + trace[0]));
    }

    /** True the first time, and then once in a while; then it counts as told. */
    synchronized boolean isDue(String cause) {
        long now = nanos.nanos();
        Long last = told.get(cause);
        if (last != null && now - last < SILENCE.toNanos()) {
            return false;
        }
        if (told.size() >= MOST) {
            told.clear();
        }
        told.put(cause, now);
        return true;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import java.time.Duration;

/** A job that was started. Guarded by the dispatcher's lock. */
final class UnderWay {
    /** A job that takes longer gives its slot to another, where its destination is one of many. */
    static final Duration LONG = Duration.ofSeconds(1);
    /** The same where the destination may be slow: while many of these hang, others that are not known yet get their turn soon. */
    private static final Duration LONG_IN_DOUBT = Duration.ofMillis(100);

    final Job job;
    private final long since = System.nanoTime();
    /** It goes on beside the slots. */
    boolean aside;

    UnderWay(Job job) {
        this.job = job;
    }

    /** How long it has taken so far, in nanoseconds. */
    long took() {
        return System.nanoTime() - since;
    }

    /** True for a job whose slot others should have; a way out that all share would only be asked for more than it takes. */
    boolean isDelaying() {
        return isDelaying(took());
    }

    /** The same when it has taken so many nanoseconds; a way out that all share would only be asked for more than it takes. */
    boolean isDelaying(long nanos) {
        // behind the dot no sooner than it is journalled: until then it counts against the duplicate window that all
        // share
        Duration patience = job.isDoubtful() && !job.pastDot().get() ? LONG_IN_DOUBT : LONG;
        return !aside && !job.isAlone() && !job.route().isWholeTransport() && nanos > patience.toNanos();
    }
}

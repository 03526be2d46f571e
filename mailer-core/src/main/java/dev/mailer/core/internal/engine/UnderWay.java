// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import java.time.Duration;

/** A job that was started. Guarded by the dispatcher's lock. */
final class UnderWay {
    /** A job that takes longer gives its slot to another, where its destination is one of many. */
    static final Duration LONG = Duration.ofSeconds(1);
    /** The same where its destination is not known to be quick. */
    private static final Duration LONG_IF_DOUBTFUL = Duration.ofMillis(300);

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
        Duration patience = job.isDoubtful() ? LONG_IF_DOUBTFUL : LONG;
        return !aside && !job.isAlone() && !job.route().isWholeTransport() && took() > patience.toNanos();
    }
}

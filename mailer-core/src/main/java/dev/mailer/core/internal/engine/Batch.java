// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import java.time.Duration;

/**
 * How many mails of a lane one slot takes at a time: several where more wait than slots could begin, so that a transport can send the
 * next one's commands behind the last one's content, and never more than are sent in a moment, so that nobody waits long for a slot.
 * Guarded by the dispatcher's lock.
 */
final class Batch {
    /** How long a slot may be held by mails that could have gone one by one. */
    static final Duration MOMENT = Duration.ofMillis(200);

    /** Nanoseconds that a mail takes. Rises at once and falls slowly; where nothing is known yet, mails go one by one. */
    private long pace = MOMENT.toNanos();

    /** A job of so many mails took so long. */
    void took(int mails, long nanos) {
        long sample = nanos / Math.max(1, mails);
        pace = sample > pace ? sample : pace - (pace - sample) / 8;
    }

    /**
     * How many mails to take, at least 1.
     *
     * @param waiting claims that wait for a slot
     * @param slots the slots of this node
     */
    int size(int waiting, int slots) {
        long inTime = MOMENT.toNanos() / Math.max(1, pace);
        return (int) Math.max(1, Math.min(waiting / slots, inTime));
    }
}

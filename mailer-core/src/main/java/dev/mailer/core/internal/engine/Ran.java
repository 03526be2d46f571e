// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.QueueKey;
import java.time.Duration;
import java.util.List;

/**
 * What became of a job, as far as the dispatcher wants to know.
 *
 * @param tried mails whose destination was asked
 * @param nanos how long the transport took for all of them
 * @param givenBack the queues of what is ready again, untried
 */
record Ran(int tried, long nanos, List<QueueKey> givenBack) {
    /** Of one whose transport was not asked. */
    static final Ran NOTHING = new Ran(0, 0, List.of());

    /** True when the destination was asked and did not keep its slot waiting. */
    boolean wasQuick() {
        return tried > 0 && !wasSlow();
    }

    boolean wasSlow() {
        return tried > 0 && nanos / tried >= UnderWay.LONG.toNanos();
    }

    /** For one mail that took so long. */
    static Ran of(Duration time) {
        return new Ran(1, time.toNanos(), List.of());
    }
}

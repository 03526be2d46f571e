// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.time.Duration;

/** The one place that sleeps, so that nothing else does. */
@FunctionalInterface
interface Sleeper {
    void sleep(Duration time);

    /** Sleeps for real; an interrupt ends it early and stays set. */
    static Sleeper system() {
        return time -> {
            try {
                Thread.sleep(time.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }
}

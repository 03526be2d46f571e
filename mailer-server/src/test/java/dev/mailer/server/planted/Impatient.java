// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.planted;

import java.time.Instant;

/** Planted: sleeps, and asks the system for the time. */
final class Impatient {
    private Impatient() {}

    static void sleeps() throws InterruptedException {
        Thread.sleep(1);
    }

    static long reads() {
        return System.currentTimeMillis() + Instant.now().toEpochMilli();
    }
}

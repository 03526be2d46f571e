// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Notes for how long the process stood still: it got no processor, or its virtual machine paused. */
final class Standstill implements AutoCloseable {
    private static final long TICK_MILLIS = 20;
    /** What a busy machine makes of a tick is shorter. */
    private static final Duration STILL = Duration.ofMillis(200);

    private final CountDownLatch end = new CountDownLatch(1);
    private volatile Duration longest = Duration.ZERO;
    private volatile Duration altogether = Duration.ZERO;

    private Standstill() {}

    /** Looks from now on until it is closed. */
    static Standstill watch() {
        Standstill watching = new Standstill();
        Thread thread = new Thread(watching::run, "standstill");
        thread.setDaemon(true);
        thread.start();
        return watching;
    }

    /** The longest time so far in which not even a short wait came to its end. */
    Duration longest() {
        return longest;
    }

    /** All such times so far together. */
    Duration altogether() {
        return altogether;
    }

    private void run() {
        try {
            long last = System.nanoTime();
            while (!end.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
                long now = System.nanoTime();
                Duration took = Duration.ofNanos(now - last);
                if (took.compareTo(longest) > 0) {
                    longest = took;
                }
                if (took.compareTo(STILL) > 0) {
                    altogether = altogether.plus(took);
                }
                last = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end.countDown();
    }
}

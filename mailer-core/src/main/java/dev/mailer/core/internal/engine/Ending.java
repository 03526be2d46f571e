// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How the mailer's threads are seen off. */
final class Ending {
    private Ending() {}

    /** Waits for threads to end that were told to; what still runs halfway through the patience is interrupted. */
    static void await(List<Thread> threads, Duration patience) throws InterruptedException {
        long half = System.nanoTime() + patience.toNanos() / 2;
        join(threads, half);
        threads.forEach(Thread::interrupt);
        join(threads, half + patience.toNanos() / 2);
    }

    private static void join(List<Thread> threads, long deadline) throws InterruptedException {
        for (Thread thread : threads) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left > 0) {
                thread.join(left);
            }
        }
    }
}

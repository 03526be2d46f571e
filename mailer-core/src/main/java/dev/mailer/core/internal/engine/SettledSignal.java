// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes those who wait for an outcome when something was settled. Thread-safe. */
final class SettledSignal {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final AtomicInteger waiting = new AtomicInteger();

    @GuardedBy("lock")
    private long count;

    /** Waits for the next settlement of this process, or for so long: another node may settle, too. */
    void await(Duration atMost) throws InterruptedException {
        lock.lock();
        try {
            waiting.incrementAndGet();
            long before = count;
            long left = atMost.toNanos();
            while (count == before && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            waiting.decrementAndGet();
            lock.unlock();
        }
    }

    void settled() {
        if (waiting.get() > 0) {
            lock.lock();
            try {
                count++;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}

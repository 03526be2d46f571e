// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds the content that is in memory for sending. Small mails are not counted: the number of slots bounds those, and they never
 * wait behind large ones. Thread-safe.
 */
final class ByteBudget {
    /** Bytes up to which a mail is small. */
    static final long SMALL = 64 * 1024;

    private final long limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();

    @GuardedBy("lock")
    private long used;

    ByteBudget(long limit) {
        this.limit = limit;
    }

    /** Waits for room; a mail larger than the limit waits until it is alone. */
    void acquire(long size) throws InterruptedException {
        if (size <= SMALL) {
            return;
        }
        lock.lockInterruptibly();
        try {
            while (used > 0 && used + size > limit) {
                freed.await();
            }
            used += size;
        } finally {
            lock.unlock();
        }
    }

    /** Gives back what was acquired for a mail of this size. */
    void release(long size) {
        if (size <= SMALL) {
            return;
        }
        lock.lock();
        try {
            used -= size;
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long used() {
        lock.lock();
        try {
            return used;
        } finally {
            lock.unlock();
        }
    }
}

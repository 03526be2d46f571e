// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many through at a time; how many that is may change meanwhile. There may be another one behind it, for those who come through
 * several. Thread-safe.
 */
final class Turnstile {
    /** How often those who wait look whether more may be inside by now, which nobody tells them. */
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(500);

    private final IntSupplier most;
    private final @Nullable Turnstile behind;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition left = lock.newCondition();

    @GuardedBy("lock")
    private int inside;

    Turnstile(IntSupplier most) {
        this(most, null);
    }

    Turnstile(IntSupplier most, @Nullable Turnstile behind) {
        this.most = most;
        this.behind = behind;
    }

    /** True when there is room within this time. */
    boolean enter(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        if (!enterThis(nanos)) {
            return false;
        }
        if (behind == null) {
            return true;
        }
        boolean through = false;
        try {
            through = behind.enter(Math.max(0, end - System.nanoTime()));
            return through;
        } finally {
            if (!through) {
                leaveThis();
            }
        }
    }

    void leave() {
        if (behind != null) {
            behind.leave();
        }
        leaveThis();
    }

    private boolean enterThis(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        lock.lockInterruptibly();
        try {
            while (inside >= most.getAsInt()) {
                long remaining = end - System.nanoTime();
                if (remaining <= 0) {
                    return false;
                }
                var unused = left.awaitNanos(Math.min(remaining, LOOK));
            }
            inside++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void leaveThis() {
        lock.lock();
        try {
            inside--;
            left.signal();
        } finally {
            lock.unlock();
        }
    }

    int inside() {
        lock.lock();
        try {
            return inside;
        } finally {
            lock.unlock();
        }
    }

    int most() {
        return most.getAsInt();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what takes too long: reads, writes and handshakes block without a timeout of their own, and one thread per transport
 * closes the socket when a deadline passes. So a deadline holds for a whole reply or block, whatever trickles in.
 *
 * <p>Setting an alarm is a compare-and-set; the thread is woken only for an alarm earlier than the one it sleeps towards.
 * {@link #wakeAt} is the time it sleeps towards, and NEVER while it scans: an alarm set meanwhile then nudges it.
 * Alarms run outside the lock, on the watchdog's thread.
 */
final class Watchdog {
    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);
    /** A time that does not come. */
    static final long NEVER = Long.MAX_VALUE;

    private static final long EXPIRED = Long.MIN_VALUE;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition earlier = lock.newCondition();
    private final Set<Alarm> alarms = ConcurrentHashMap.newKeySet();
    private final long origin = System.nanoTime();
    private final ThreadFactory threads;
    private volatile long wakeAt = NEVER;
    private volatile boolean closed;

    @GuardedBy("lock")
    private @Nullable Thread thread;

    Watchdog(ThreadFactory threads) {
        this.threads = threads;
    }

    /** Nanoseconds since this was made, by the monotonic clock. */
    long now() {
        return System.nanoTime() - origin;
    }

    /** The time this long from now; durations beyond 200 years never end. */
    long in(Duration duration) {
        return duration.compareTo(Duration.ofDays(73_000)) > 0 ? NEVER : now() + duration.toNanos();
    }

    /** An alarm, not set; {@code onExpiry} must not block. */
    Alarm watch(Runnable onExpiry) {
        Alarm alarm = new Alarm(onExpiry);
        lock.lock();
        try {
            if (thread == null && !closed) {
                Thread started = threads.newThread(this::run);
                started.start();
                // only now: where no thread can be had, the next alarm asks for one again
                thread = started;
            }
        } finally {
            lock.unlock();
        }
        alarms.add(alarm);
        if (closed) {
            alarm.ring();
        }
        return alarm;
    }

    /** Ends the thread, waits for it, and rings all alarms: nobody would watch them any more. */
    void close() {
        closed = true;
        Thread running;
        lock.lock();
        try {
            running = thread;
            earlier.signalAll();
        } finally {
            lock.unlock();
        }
        if (running != null) {
            try {
                running.join(TimeUnit.SECONDS.toMillis(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        alarms.forEach(Alarm::ring);
    }

    private void run() {
        try {
            watch();
        } finally {
            end();
        }
    }

    private void watch() {
        while (!closed) {
            wakeAt = NEVER;
            ring();
            lock.lock();
            try {
                wakeAt = NEVER;
                long next = NEVER;
                for (Alarm alarm : alarms) {
                    next = Math.min(next, alarm.isExpired() ? NEVER : alarm.at.get());
                }
                wakeAt = next;
                if (!closed) {
                    sleepUntil(next);
                }
            } catch (InterruptedException e) {
                closed = true;
            } finally {
                lock.unlock();
            }
        }
    }

    /** What is watched ends with the thread, whatever ended that; unless this is closed, the next alarm gets another thread. */
    private void end() {
        lock.lock();
        try {
            if (!closed) {
                thread = null;
            }
        } finally {
            lock.unlock();
        }
        alarms.forEach(Alarm::ring);
    }

    @SuppressWarnings("WaitNotInLoop") // the caller is the loop
    private void sleepUntil(long time) throws InterruptedException {
        if (time == NEVER) {
            earlier.await();
        } else if (time > now()) {
            earlier.awaitNanos(time - now());
        }
    }

    private void ring() {
        long now = now();
        for (Alarm alarm : alarms) {
            long at = alarm.at.get();
            if (at != EXPIRED && at <= now && alarm.at.compareAndSet(at, EXPIRED)) {
                alarm.expire();
            }
        }
    }

    private void nudge() {
        lock.lock();
        try {
            earlier.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** One deadline that moves; used by one thread at a time. Once it has expired it stays so. */
    final class Alarm {
        private final AtomicLong at = new AtomicLong(NEVER);
        private final Runnable onExpiry;

        private Alarm(Runnable onExpiry) {
            this.onExpiry = onExpiry;
        }

        /** Moves the deadline to a {@link #now} time; false when the alarm had expired before. */
        boolean set(long time) {
            long was = at.get();
            while (was != EXPIRED) {
                if (at.compareAndSet(was, time)) {
                    if (time < wakeAt) {
                        nudge();
                    }
                    return true;
                }
                was = at.get();
            }
            return false;
        }

        /** Unsets the deadline; false when the alarm had expired before. */
        boolean clear() {
            return set(NEVER);
        }

        boolean isExpired() {
            return at.get() == EXPIRED;
        }

        /** Expires now. */
        private void ring() {
            if (at.getAndSet(EXPIRED) != EXPIRED) {
                expire();
            }
        }

        /** One that fails must not keep the others from being watched. */
        private void expire() {
            try {
                onExpiry.run();
            } catch (RuntimeException | Error e) {
                log.warn("what ran out of time could not be ended: {}", e.toString());
            }
        }

        /** Forgets this alarm. */
        void cancel() {
            alarms.remove(this);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.core.internal.log.Causes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Things to do at intervals, one after the other, on a thread of their own; each fails on its own. */
final class Duties {
    /** How often is looked what is to be done. */
    static final Duration TICK = Duration.ofMillis(200);

    private static final Logger log = LoggerFactory.getLogger(Duties.class);

    /** A duty that failed waits no longer than this: the server that kept a heartbeat waiting may be back at once. */
    private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();

    private final List<Duty> duties = new ArrayList<>();
    private final Thread thread;
    private final NanoClock nanos;
    private final CountDownLatch stop = new CountDownLatch(1);

    Duties(ThreadFactory threads) {
        this(threads, NanoClock.SYSTEM);
    }

    Duties(ThreadFactory threads, NanoClock nanos) {
        this.thread = threads.newThread(this::run);
        this.nanos = nanos;
    }

    /** Before the start. */
    Duties add(String name, Duration interval, Step step) {
        duties.add(new Duty(name, interval, step, nanos));
        return this;
    }

    void start() {
        thread.start();
    }

    /** Tells the thread to end, behind the duty that it is at. */
    void stop() {
        stop.countDown();
    }

    boolean isStopping() {
        return stop.getCount() == 0;
    }

    /** The thread, to wait for its end. */
    Thread thread() {
        return thread;
    }

    /** False when the thread has ended that was to run until {@link #stop}. */
    boolean isAlive() {
        return thread.getState() != Thread.State.TERMINATED;
    }

    private void run() {
        while (!isStopping()) {
            try {
                if (!stop.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                    runDue();
                }
            } catch (InterruptedException e) {
                // the end, or somebody else's code has left the thread interrupted
            } catch (Throwable e) {
                log.error("a duty failed and could not say so; it is tried again: {}", Causes.of(e, log));
            }
        }
    }

    private void runDue() {
        for (Duty duty : duties) {
            if (isStopping()) {
                return;
            }
            duty.runIfDue();
        }
    }

    /** Something to do at intervals. */
    @FunctionalInterface
    interface Step {
        void run() throws InterruptedException;
    }

    /** One duty; what it throws is logged once until it succeeds again. */
    private static final class Duty {
        private final String name;
        private final long interval;
        private final Step step;
        private final NanoClock nanos;
        private long last;
        private boolean failing;

        Duty(String name, Duration interval, Step step, NanoClock nanos) {
            this.name = name;
            this.interval = interval.toNanos();
            this.step = step;
            this.nanos = nanos;
            this.last = nanos.nanos();
        }

        void runIfDue() {
            long pause = failing ? Math.min(interval, RETRY_NANOS) : interval;
            if (nanos.nanos() - last < pause) {
                return;
            }
            try {
                step.run();
                failing = false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Throwable e) {
                if (!failing) {
                    log.warn("{}: failed, is tried again: {}", name, Causes.of(e, log));
                }
                failing = true;
            } finally {
                last = nanos.nanos();
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.core.internal.log.Causes;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that looks at the feed ten times a second, whatever becomes of a look, and once more at its end. */
final class FeedThread {
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Logger log = LoggerFactory.getLogger(FeedThread.class);

    private final Consumer<FeedThread> look;
    private final Consumer<FeedThread> leave;
    private final Thread thread;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Complaints complaints = new Complaints();

    FeedThread(ThreadFactory threads, Consumer<FeedThread> look, Consumer<FeedThread> leave) {
        this.look = look;
        this.leave = leave;
        this.thread = threads.newThread(this::run);
    }

    void start() {
        thread.start();
    }

    void end() {
        stop.countDown();
    }

    Thread thread() {
        return thread;
    }

    /** False when it has ended; one that was not begun has not. */
    boolean isAlive() {
        return thread.getState() != Thread.State.TERMINATED;
    }

    private void run() {
        boolean last = false;
        while (!last) {
            try {
                last = stop.await(TICK.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                // the end, or a listener has left the thread interrupted
                last = stop.getCount() == 0;
            }
            guarded(this, () -> look.accept(this));
        }
        leave.accept(this);
    }

    /** Work that may fail. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /** Of {@code who} it is said once in a while that its work fails, and not with each event. */
    void guarded(Object who, Work work) {
        try {
            work.run();
        } catch (Throwable e) {
            if (complaints.isDue(String.valueOf(who), e)) {
                log.warn("{} failed to take events; {}: {}", who, Complaints.AGAIN, Causes.of(e, log));
            }
        }
    }

    @Override
    public String toString() {
        return "the feed of events";
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.EventSink;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.EventStore.Positioned;
import dev.mailer.api.spi.MailListener;
import dev.mailer.core.internal.log.Causes;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings stored events to whoever listens: to listeners those from now on, at most once; to sinks all of them from their stored
 * cursor, at least once and from one node at a time. Runs only when there is somebody.
 */
final class FeedLoop {
    private static final Duration TICK = Duration.ofMillis(100);
    private static final int BATCH = 500;
    private static final Logger log = LoggerFactory.getLogger(FeedLoop.class);

    private final EventStore feed;
    private final List<MailListener> listeners;
    private final List<SinkFeed> sinks;
    private final Thread thread;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Set<Object> complained = new HashSet<>();
    private long seen;

    FeedLoop(
            EventStore feed,
            List<MailListener> listeners,
            List<EventSink> sinks,
            NodeLease lease,
            ThreadFactory threads) {
        this.feed = feed;
        this.listeners = List.copyOf(listeners);
        this.sinks = sinks.stream()
                .map(s -> new SinkFeed(s, feed, lease, NanoClock.SYSTEM))
                .toList();
        this.thread = threads.newThread(this::run);
    }

    void start() {
        if (!listeners.isEmpty() || !sinks.isEmpty()) {
            seen = listeners.isEmpty() ? 0 : feed.lastPosition();
            sinks.forEach(SinkFeed::begin);
            thread.start();
        }
    }

    /** Brings what is there already, once more, and ends. */
    void stop(Duration patience) throws InterruptedException {
        stop.countDown();
        Ending.await(List.of(thread), patience);
    }

    private void run() {
        boolean last = false;
        while (!last) {
            try {
                last = stop.await(TICK.toMillis(), TimeUnit.MILLISECONDS);
                guarded(this, this::toListeners);
                sinks.forEach(sink -> guarded(sink, sink::bring));
            } catch (InterruptedException e) {
                // the end, or a listener has left the thread interrupted
                last = stop.getCount() == 0;
            } catch (Throwable e) {
                log.error("events could not be brought; it is tried again: {}", Causes.of(e, log));
            }
        }
        sinks.forEach(sink -> guarded(sink, sink::giveBack));
    }

    /** False when the thread has ended that was to run until {@link #stop}. */
    boolean isAlive() {
        return thread.getState() != Thread.State.TERMINATED;
    }

    private void toListeners() {
        if (listeners.isEmpty()) {
            return;
        }
        for (List<Positioned> events = feed.read(seen, BATCH); !events.isEmpty(); events = feed.read(seen, BATCH)) {
            for (Positioned e : events) {
                listeners.forEach(l -> guarded(l, () -> l.onEvent(e.event())));
                seen = e.position();
            }
        }
    }

    /** Work that may fail. */
    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    private void guarded(Object who, Work work) {
        try {
            work.run();
        } catch (Throwable e) {
            if (complained.add(who)) {
                log.warn("{} failed to take events; said once: {}", who, Causes.of(e, log));
            }
        }
    }
}

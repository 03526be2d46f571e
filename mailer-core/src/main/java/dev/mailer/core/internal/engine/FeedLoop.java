// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.EventSink;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.EventStore.Positioned;
import dev.mailer.api.spi.MailListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/**
 * Brings stored events to whoever listens: to listeners those from now on, at most once; to sinks all of them from their stored
 * cursor, at least once and from one node at a time. The listeners have one thread together and each sink has its own, so that one which is
 * slow or behind by much holds up no other. Runs only when there is somebody.
 */
final class FeedLoop {
    private static final int BATCH = 500;

    private final EventStore feed;
    private final List<MailListener> listeners;
    private final List<SinkFeed> sinks;
    private final List<FeedThread> threads = new ArrayList<>();
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
        if (!listeners.isEmpty()) {
            this.threads.add(new FeedThread(threads, this::toListeners, thread -> {}));
        }
        for (SinkFeed sink : this.sinks) {
            this.threads.add(new FeedThread(
                    threads,
                    thread -> thread.guarded(sink, sink::bring),
                    thread -> thread.guarded(sink, sink::giveBack)));
        }
    }

    void start() {
        seen = listeners.isEmpty() ? 0 : feed.lastPosition();
        sinks.forEach(SinkFeed::begin);
        threads.forEach(FeedThread::start);
    }

    /** Brings what is there already, once more, and ends. */
    void stop(Duration patience) throws InterruptedException {
        threads.forEach(FeedThread::end);
        Ending.await(threads.stream().map(FeedThread::thread).toList(), patience);
    }

    /** False when a thread has ended that was to run until {@link #stop}. */
    boolean isAlive() {
        return threads.stream().allMatch(FeedThread::isAlive);
    }

    private void toListeners(FeedThread thread) {
        for (List<Positioned> events = feed.read(seen, BATCH); !events.isEmpty(); events = feed.read(seen, BATCH)) {
            for (Positioned e : events) {
                listeners.forEach(l -> thread.guarded(l, () -> l.onEvent(e.event())));
                seen = e.position();
            }
        }
    }
}

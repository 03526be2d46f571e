// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.PluginContext;
import dev.mailer.tracking.TrackingMeters.Unchecked;
import dev.mailer.tracking.internal.verdict.Hit;
import dev.mailer.tracking.internal.verdict.Judge;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Clicks from networks of scanners that came long after the mail was accepted. When it was sent is looked up behind the answer, one after the
 * other, and where that was only just before, a verdict follows. A bounded number waits; what is not looked up is counted, and keeps its
 * verdict until it is judged again. Thread-safe.
 */
final class LateScans implements AutoCloseable {
    /** Most clicks that wait. */
    static final int WAITING = 1_000;

    private static final Duration IDLE = Duration.ofSeconds(10);
    /** Longest wait at the end for a look-up that is under way. */
    private static final Duration END = Duration.ofSeconds(5);

    private final Judge judge;
    private final Consumer<Judge.Later> verdicts;
    private final TrackingMeters meters;
    private final ThreadPoolExecutor thread;
    private volatile @Nullable EventStore events;

    /** @param verdicts is told, and must not block */
    LateScans(PluginContext context, Judge judge, Consumer<Judge.Later> verdicts, TrackingMeters meters) {
        this.judge = judge;
        this.verdicts = verdicts;
        this.meters = meters;
        this.thread = new ThreadPoolExecutor(
                1, 1, IDLE.toSeconds(), TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), work -> {
                    Thread looking = new Thread(work, "mailer-tracking");
                    looking.setDaemon(true);
                    return looking;
                });
        thread.allowCoreThreadTimeOut(true);
        context.onStart(running -> events = running.events());
    }

    /** Looks later; never blocks. */
    void look(Hit click) {
        try {
            thread.execute(() -> judge(click));
        } catch (RejectedExecutionException e) {
            meters.unchecked(Unchecked.OVERLOAD);
        }
    }

    private void judge(Hit click) {
        EventStore store = events;
        if (store == null) {
            meters.unchecked(Unchecked.UNAVAILABLE);
            return;
        }
        try {
            Sendings sendings = new Sendings();
            // one read: a delivery is sent before much else happens to it
            for (MailEvent event : store.ofDelivery(click.deliveryId(), 0, EventStore.PAGE)) {
                sendings.add(event);
            }
            Judge.Later later = judge.bySending(click, sendings.before(click.at()));
            if (later != null) {
                verdicts.accept(later);
            }
        } catch (RuntimeException e) {
            meters.unchecked(Unchecked.UNAVAILABLE);
        }
    }

    /** Forgets what waits. A look-up that is under way is not interrupted, because that can close a database's file. */
    @Override
    public void close() {
        thread.getQueue().clear();
        thread.shutdown();
        try {
            var unused = thread.awaitTermination(END.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.DeliveryReports;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.DeliveryReports.Result;
import dev.mailer.tracking.TrackingMeters.Dropped;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Has events stored, so that whoever waits for an answer gets one whatever becomes of them. What is not stored is counted. A
 * bounded number may be on its way to the store, less than what mail may take there, and of the host's threads a bounded
 * number waits. Thread-safe.
 */
final class HitRecorder {
    /** Most events on their way to the store. */
    static final int PENDING = 4_096;
    /** Most threads that wait for a commit; further ones go on at once. */
    static final int WAITING = 64;

    private final DeliveryReports reports;
    private final TrackingMeters meters;
    private final @Nullable Duration wait;
    private final Semaphore room = new Semaphore(PENDING);
    private final Semaphore waiting = new Semaphore(WAITING);

    /** @param wait how long to wait for a commit; null for not at all */
    HitRecorder(DeliveryReports reports, TrackingMeters meters, @Nullable Duration wait) {
        this.reports = reports;
        this.meters = meters;
        this.wait = wait;
    }

    /**
     * The event of a request. Ends, without an error, when its answer may be given: when it is stored or is not going to be, or at once where
     * no answer waits.
     *
     * @param stored runs when it is stored, and must not block
     */
    CompletableFuture<Void> record(Report report, Runnable stored) {
        CompletableFuture<Result> commit = submit(report, stored);
        if (commit == null || wait == null) {
            return CompletableFuture.completedFuture(null);
        }
        return commit.handle((result, error) -> (Void) null)
                .completeOnTimeout(null, wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Keeps the thread until an answer may be given, unless so many are kept already. */
    void await(CompletableFuture<Void> answerable) {
        if (answerable.isDone() || !waiting.tryAcquire()) {
            return;
        }
        try {
            var unused = answerable.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("it ends without an error", e);
        } finally {
            waiting.release();
        }
    }

    /** Nobody waits for it. */
    void recordAside(Report report) {
        var unused = submit(report, () -> {});
    }

    private @Nullable CompletableFuture<Result> submit(Report report, Runnable stored) {
        if (!room.tryAcquire()) {
            meters.dropped(Dropped.OVERLOAD);
            return null;
        }
        try {
            return reports.submit(report).whenComplete((result, error) -> {
                room.release();
                if (error != null) {
                    meters.dropped(Dropped.UNAVAILABLE);
                } else if (result == Result.UNKNOWN_DELIVERY) {
                    meters.dropped(Dropped.UNKNOWN);
                } else {
                    stored.run();
                }
            });
        } catch (RuntimeException e) {
            room.release();
            meters.dropped(e instanceof MailerUnavailableException ? Dropped.OVERLOAD : Dropped.UNAVAILABLE);
            return null;
        }
    }
}

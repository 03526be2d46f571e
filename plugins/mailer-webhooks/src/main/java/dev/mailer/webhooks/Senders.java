// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that send what lanes have ready, and what they have done. Started by one thread. */
final class Senders implements AutoCloseable {
    /** How long requests under way may go on when these are closed; then they are cut off. */
    static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(Senders.class);

    private final RequestMaker requests;
    private final HttpSender sender;
    private final DeliverySettings settings;
    private final InstantSource clock;
    private final WebhookMeters meters;
    private final Runnable wake;
    private final Queue<Job.Done> done = new ConcurrentLinkedQueue<>();
    /** Counts workers that end from when these are closed. */
    private final Semaphore ended = new Semaphore(0);

    private volatile boolean closing;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "mailer-webhooks-sender");
        thread.setDaemon(true);
        return thread;
    });

    /** @param wake called when something is done */
    Senders(DeliveryLoop.Parts parts, DeliverySettings settings, InstantSource clock, Runnable wake) {
        this.requests = parts.requests();
        this.sender = parts.sender();
        this.settings = settings;
        this.clock = clock;
        this.meters = parts.meters();
        this.wake = wake;
    }

    /** Starts as many workers as the lane may have; one at least, however many others have. */
    void work(Lane lane) {
        while (lane.startsWorker(meters.requests.get() < settings.together())) {
            meters.requests.incrementAndGet();
            try {
                threads.execute(() -> send(lane));
            } catch (RuntimeException | Error e) {
                // such as when the process can have no more threads
                meters.requests.decrementAndGet();
                lane.workerFailed();
                throw e;
            }
        }
    }

    private void send(Lane lane) {
        try {
            for (Job job = lane.take(); job != null; job = lane.take()) {
                if (now().plus(settings.timeout()).isAfter(job.claim().until())) {
                    // its claim would end before the answer; it comes back by itself
                    continue;
                }
                done.add(new Job.Done(job, now(), send(job)));
                wake.run();
            }
        } finally {
            meters.requests.decrementAndGet();
            if (closing) {
                ended.release();
            }
            wake.run();
        }
    }

    private Answer send(Job job) {
        try {
            return requests.send(job);
        } catch (RuntimeException | Error e) {
            log.warn("webhook {} could not be sent: {}", job.known().id(), e.toString());
            return new Answer(0, Duration.ZERO, "broken", "it could not be made", null);
        }
    }

    /** The next that is done; null when there is none yet. */
    Job.@Nullable Done done() {
        return done.poll();
    }

    boolean haveDone() {
        return !done.isEmpty();
    }

    private void await() {
        long deadline = System.nanoTime() + LAST_ANSWERS.toNanos();
        boolean interrupted = false;
        while (meters.requests.get() > 0 && System.nanoTime() - deadline < 0 && !interrupted) {
            try {
                boolean unused = ended.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    /** As exact as stores are. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public void close() {
        closing = true;
        await();
        sender.close();
        await();
        threads.shutdownNow();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that send what lanes have ready, and what they have done. Where there are not enough for all lanes, a lane gets its turn in the
 * order in which they came to wait, and those that hold what is missing give way after each request. Started by one thread.
 */
final class Senders implements AutoCloseable {
    /** How long requests under way may go on when these are closed; then they are cut off. */
    static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

    /** How long a thread is kept that has nothing to do. */
    private static final Duration IDLE = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(Senders.class);

    private final RequestMaker requests;
    private final HttpSender sender;
    private final DeliverySettings settings;
    private final InstantSource clock;
    private final WebhookMeters meters;
    private final Runnable wake;
    private final Places places;
    /** Lanes without a worker, in the order in which they came to have something to send. For the one thread. */
    private final Set<Lane> waiting = new LinkedHashSet<>();

    private final Queue<Job.Done> done = new ConcurrentLinkedQueue<>();
    /** Counts workers that end from when these are closed. */
    private final Semaphore ended = new Semaphore(0);

    /** Workers of this standing, and of worse ones, give way; null when none has to. */
    private volatile @Nullable Standing givesWay;

    private volatile boolean closing;
    private final ExecutorService threads;

    /** @param wake called when something is done */
    Senders(DeliveryLoop.Parts parts, DeliverySettings settings, InstantSource clock, Runnable wake) {
        this.requests = parts.requests();
        this.sender = parts.sender();
        this.settings = settings;
        this.clock = clock;
        this.meters = parts.meters();
        this.wake = wake;
        this.places = new Places(settings.most());
        this.threads = new ThreadPoolExecutor(
                0, settings.most(), IDLE.toSeconds(), TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                    Thread thread = new Thread(work, "mailer-webhooks-sender");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Starts a worker for each lane as far as there are places, and more for some where few are at work. */
    void work(Collection<Lane> lanes) {
        waiting.removeIf(Lane::isClosed);
        lanes.stream().filter(Lane::waits).forEach(waiting::add);
        Standing missing = null;
        for (Lane lane : List.copyOf(waiting)) {
            Standing standing = lane.standing();
            if (!lane.waits()) {
                // its claims are over, and it keeps its turn for those that come
                continue;
            }
            Standing full = places.take(standing);
            if (full != null) {
                missing = missing == null || full.compareTo(missing) < 0 ? full : missing;
            } else if (start(lane, standing)) {
                waiting.remove(lane);
            }
        }
        givesWay = missing;
        for (Lane lane : lanes) {
            boolean more = true;
            while (more && meters.requests.get() < settings.together()) {
                Standing standing = lane.standing();
                more = !givesWay(standing) && places.take(standing) == null && start(lane, standing);
            }
        }
    }

    /** Starts a worker that has a place; false, and the place is free, when none is to be started now. */
    private boolean start(Lane lane, Standing standing) {
        if (!lane.startsWorker()) {
            places.free(standing);
            return false;
        }
        meters.requests.incrementAndGet();
        boolean started = false;
        try {
            threads.execute(() -> send(lane, standing));
            started = true;
        } catch (RejectedExecutionException e) {
            log.debug("a thread that has sent its last is not back yet", e);
        } finally {
            // also where the process can have no more threads
            if (!started) {
                lane.workerFailed();
                meters.requests.decrementAndGet();
                places.free(standing);
            }
        }
        return started;
    }

    private void send(Lane lane, Standing standing) {
        try {
            for (Job job = lane.take(now(), false); job != null; job = lane.take(now(), givesWay(standing))) {
                done.add(new Job.Done(job, now(), send(job)));
                wake.run();
            }
        } finally {
            places.free(standing);
            meters.requests.decrementAndGet();
            if (closing) {
                ended.release();
            }
            wake.run();
        }
    }

    private boolean givesWay(Standing standing) {
        Standing best = givesWay;
        return best != null && standing.compareTo(best) >= 0;
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

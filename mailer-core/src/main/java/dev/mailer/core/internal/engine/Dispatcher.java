// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.OutboxTransaction.Pick;
import dev.mailer.api.spi.QueueKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds ready queues, claims from them in fair turns and hands what is claimed to the sending slots.
 *
 * <p>One thread plans and claims; each slot is a thread that takes jobs. Which queues are ready is known in two ways: appends of
 * this process signal theirs, and a search that goes round the store every {@value #POLL_MILLIS} ms finds the rest. Lock order:
 * this lock, then nothing; the store is never called under it.
 */
final class Dispatcher {
    static final int POLL_MILLIS = 250;
    /** A lane that knows so many ready queues needs no search. */
    private static final int ENOUGH_QUEUES = 256;
    /** Most deliveries of one queue in one claim while others wait. */
    private static final int QUEUE_TURN = 32;

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private final QueueSearch search;
    private final LedgerWriter writer;
    private final NodeLease lease;
    private final LedgerClock clock;
    private final Routes routes;
    private final ParkedQueues parked;
    private final JobRunner runner;
    private final EngineMeters meters;
    private final List<Thread> threads = new ArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition plan = lock.newCondition();
    private final Condition jobs = lock.newCondition();
    private final Condition idle = lock.newCondition();

    @GuardedBy("lock")
    private final FairShare share;

    @GuardedBy("lock")
    private final Map<Lane, LaneState> lanes = new HashMap<>();

    /** Queues that failed as a whole and have one delivery under way, whose outcome is awaited before the next. */
    @GuardedBy("lock")
    private final Set<QueueKey> onTrial = new HashSet<>();

    @GuardedBy("lock")
    private int busy;

    @GuardedBy("lock")
    private boolean claiming;

    @GuardedBy("lock")
    private long pollAt = System.nanoTime();

    @GuardedBy("lock")
    private long restUntil = System.nanoTime();

    @GuardedBy("lock")
    private boolean aloneWanted;

    @GuardedBy("lock")
    private @Nullable Job aloneJob;

    @GuardedBy("lock")
    private Stage stage = Stage.RUNNING;

    private enum Stage {
        RUNNING,
        /** Claims nothing more; what is claimed and started goes on. */
        DRAINING,
        STOPPED
    }

    Dispatcher(DispatcherParts parts, FairShare share, ThreadFactory threadFactory) {
        this.search = new QueueSearch(parts.store(), parts.parked(), parts.clock());
        this.writer = parts.writer();
        this.lease = parts.lease();
        this.clock = parts.clock();
        this.routes = parts.routes();
        this.parked = parts.parked();
        this.runner = parts.runner();
        this.meters = parts.meters();
        this.share = share;
        threads.add(threadFactory.newThread(this::planLoop));
        for (int i = 0; i < share.slots(); i++) {
            threads.add(threadFactory.newThread(this::slotLoop));
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /** These queues have something to send. */
    void signal(Collection<QueueKey> queues) {
        lock.lock();
        try {
            for (QueueKey queue : queues) {
                laneState(queue.lane()).activate(queue.domain());
            }
            plan.signal();
        } finally {
            lock.unlock();
        }
    }

    /** A queue was parked: what is claimed from it and not started goes back. */
    List<Claim> withdraw(QueueKey queue) {
        lock.lock();
        try {
            LaneState lane = laneState(queue.lane());
            lane.drop(queue.domain());
            onTrial.remove(queue);
            return lane.drain(queue);
        } finally {
            lock.unlock();
        }
    }

    /** Stops taking jobs until nothing is under way, or the patience is over; true when the node is quiet. */
    boolean becomeQuiet(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            aloneWanted = true;
            long left = patience.toNanos();
            while (busy > 0 && left > 0) {
                left = idle.awaitNanos(left);
            }
            return busy == 0;
        } finally {
            lock.unlock();
        }
    }

    /** Runs one claim while nothing else is under way; waits until it has ended. */
    void runAlone(Claim claim) throws InterruptedException {
        lock.lock();
        try {
            Route route = routes.plan(claim);
            if (route == null) {
                runner.unroutable(List.of(claim));
                return;
            }
            aloneJob = new Job(laneState(claim.queue().lane()), List.of(claim), route, true);
            jobs.signalAll();
            while (aloneJob != null || busy > 0) {
                idle.await();
            }
        } finally {
            lock.unlock();
        }
    }

    void endQuiet() {
        lock.lock();
        try {
            aloneWanted = false;
            jobs.signalAll();
            plan.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stops claiming and waits for what is under way.
     *
     * @param finishReady true to go on claiming until nothing is ready, because it would be lost otherwise
     * @return claims that were not started
     */
    List<Claim> drain(Duration budget, boolean finishReady) throws InterruptedException {
        long deadline = System.nanoTime() + budget.toNanos();
        lock.lock();
        try {
            if (finishReady) {
                awaitNothingReady(deadline);
            }
            stage = Stage.DRAINING;
            List<Claim> rest = new ArrayList<>();
            while (claiming && System.nanoTime() < deadline) {
                idle.awaitNanos(deadline - System.nanoTime());
            }
            for (LaneState lane : lanes.values()) {
                rest.addAll(lane.drain(null));
            }
            while (busy > 0 && System.nanoTime() < deadline) {
                idle.awaitNanos(deadline - System.nanoTime());
            }
            return rest;
        } finally {
            lock.unlock();
        }
    }

    /** Tells the threads to end; jobs under way go on. */
    void stop() {
        lock.lock();
        try {
            stage = Stage.STOPPED;
            plan.signalAll();
            jobs.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the threads to end; what still runs halfway through the patience is interrupted. */
    void awaitEnd(Duration patience) throws InterruptedException {
        long half = System.nanoTime() + patience.toNanos() / 2;
        for (Thread thread : threads) {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(half - System.nanoTime())));
        }
        threads.forEach(Thread::interrupt);
        long end = half + patience.toNanos() / 2;
        for (Thread thread : threads) {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
        }
    }

    int busy() {
        lock.lock();
        try {
            return busy;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void awaitNothingReady(long deadline) throws InterruptedException {
        while (System.nanoTime() < deadline) {
            boolean something = busy > 0
                    || claiming
                    || lanes.values().stream().anyMatch(l -> l.buffered() > 0 || l.activeQueues() > 0);
            if (!something) {
                return;
            }
            plan.signal();
            idle.awaitNanos(Math.min(deadline - System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(50)));
        }
    }

    // ---- planning

    private void planLoop() {
        while (true) {
            try {
                List<Pick> picks = nextPicks();
                if (picks == null) {
                    return;
                }
                if (picks.isEmpty()) {
                    search.step(this);
                } else {
                    claim(picks);
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                meters.storeTrouble(e);
                rest();
            }
        }
    }

    /** What to claim next; empty when it is time to search, null at the end. */
    private @Nullable List<Pick> nextPicks() throws InterruptedException {
        lock.lock();
        try {
            while (stage != Stage.STOPPED) {
                List<Pick> picks = mayClaim() ? choose() : List.of();
                if (!picks.isEmpty()) {
                    claiming = true;
                    return picks;
                }
                long wait = pollAt - System.nanoTime();
                if (wait <= 0) {
                    pollAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS);
                    return List.of();
                }
                plan.awaitNanos(wait);
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private boolean mayClaim() {
        return stage == Stage.RUNNING
                && System.nanoTime() - restUntil >= 0
                && !aloneWanted
                && lease.holds(lease.node())
                && clock.isTrusted()
                && meters.trouble() == null
                && routes.anyUsable();
    }

    @GuardedBy("lock")
    private List<Pick> choose() {
        List<Pick> picks = new ArrayList<>();
        Set<QueueKey> trial = onTrial;
        for (LaneState lane : lanes.values()) {
            int room = lane.activeQueues() == 0 ? 0 : lane.wanted();
            if (room == 0) {
                continue;
            }
            List<String> queues = lane.nextQueues(room, q -> parked.isParked(q) || trial.contains(q));
            int turn = queues.size() == 1 ? room : Math.max(1, Math.min(QUEUE_TURN, room / Math.max(1, queues.size())));
            for (String domain : queues) {
                QueueKey queue = new QueueKey(lane.lane, domain);
                picks.add(new Pick(queue, parked.strikes(queue) > 0 ? 1 : turn));
            }
        }
        return picks;
    }

    private void claim(List<Pick> picks) {
        List<Claim> claims = List.of();
        boolean done = false;
        try {
            long node = lease.node();
            claims = writer.run(tx -> meters.claim(() -> tx.claim(node, clock.instant(), picks)))
                    .join();
            done = true;
        } catch (CompletionException e) {
            if (StoreTrouble.isInDoubt(e)) {
                lease.abandon();
            }
            throw e;
        } finally {
            place(picks, claims, done);
        }
    }

    private void place(List<Pick> picks, List<Claim> claims, boolean done) {
        Map<QueueKey, List<Claim>> byQueue = new HashMap<>();
        for (Claim c : claims) {
            byQueue.computeIfAbsent(c.queue(), k -> new ArrayList<>()).add(c);
        }
        List<Claim> tooLate = new ArrayList<>();
        lock.lock();
        try {
            claiming = false;
            Map<LaneState, List<Claim>> byLane = new HashMap<>();
            for (Pick pick : picks) {
                List<Claim> got = byQueue.getOrDefault(pick.queue(), List.of());
                LaneState lane = laneState(pick.queue().lane());
                if (parked.isParked(pick.queue())) {
                    // it was parked while it was claimed from, and has been withdrawn already
                    lane.drop(pick.queue().domain());
                    tooLate.addAll(got);
                    continue;
                }
                if (done && got.size() < pick.max()) {
                    lane.exhausted(pick.queue().domain());
                }
                if (!got.isEmpty() && parked.strikes(pick.queue()) > 0) {
                    onTrial.add(pick.queue());
                }
                byLane.computeIfAbsent(lane, k -> new ArrayList<>()).addAll(got);
            }
            byLane.forEach((lane, got) -> {
                if (!got.isEmpty()) {
                    lane.fill(got);
                }
            });
            for (int i = 0; i < claims.size() && i < share.slots(); i++) {
                jobs.signal();
            }
            idle.signalAll();
        } finally {
            lock.unlock();
        }
        runner.release(tooLate);
    }

    /** Where the search of a lane goes on; null when the lane knows enough ready queues. */
    @Nullable
    SearchFrom searchFrom(Lane lane) {
        lock.lock();
        try {
            LaneState state = laneState(lane);
            return state.activeQueues() >= ENOUGH_QUEUES ? null : new SearchFrom(state.scanAfter);
        } finally {
            lock.unlock();
        }
    }

    /** A search has found these, and goes on behind {@code after} next time. */
    void found(Lane lane, List<QueueKey> queues, @Nullable String after) {
        lock.lock();
        try {
            LaneState state = laneState(lane);
            state.scanAfter = after;
            queues.forEach(q -> state.activate(q.domain()));
        } finally {
            lock.unlock();
        }
    }

    /** The last domain that was looked at; null to begin at the start. */
    record SearchFrom(@Nullable String after) {}

    /** After trouble with the store: nothing before the next search. */
    private void rest() {
        lock.lock();
        try {
            restUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS);
            pollAt = restUntil;
        } finally {
            lock.unlock();
        }
    }

    // ---- slots

    private void slotLoop() {
        while (true) {
            Job job;
            try {
                job = nextJob();
            } catch (InterruptedException e) {
                return;
            }
            if (job == null) {
                return;
            }
            try {
                runner.run(job);
            } catch (RuntimeException | Error e) {
                log.error("a sending slot failed; its claims stay held until the lease ends", e);
            } finally {
                finished(job);
            }
        }
    }

    private @Nullable Job nextJob() throws InterruptedException {
        lock.lock();
        try {
            while (stage != Stage.STOPPED) {
                Job job = pickJob();
                if (job != null) {
                    busy++;
                    return job;
                }
                jobs.await();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private @Nullable Job pickJob() {
        Job alone = aloneJob;
        if (alone != null && busy == 0) {
            aloneJob = null;
            share.started(alone.lane(), 1);
            return alone;
        }
        if (aloneWanted) {
            return null;
        }
        for (LaneState lane = share.next(lanes.values()); lane != null; lane = share.next(lanes.values())) {
            Route route = routes.plan(lane.peek());
            int most = route == null ? 1 : runner.mostRecipients(route);
            List<Claim> claims = lane.take(most, c -> Objects.equals(route, routes.plan(c)));
            if (lane.wanted() > 0) {
                plan.signal();
            }
            if (route != null) {
                share.started(lane, claims.size());
                return new Job(lane, claims, route, false);
            }
            runner.unroutable(claims);
            endTrials(claims);
        }
        return null;
    }

    /** The outcome of these is known: their queues are parked again, or go on. */
    @GuardedBy("lock")
    private void endTrials(List<Claim> claims) {
        for (Claim claim : claims) {
            QueueKey queue = claim.queue();
            if (onTrial.remove(queue)) {
                laneState(queue.lane()).activate(queue.domain());
                plan.signal();
            }
        }
    }

    private void finished(Job job) {
        lock.lock();
        try {
            busy--;
            share.finished(job.lane());
            endTrials(job.claims());
            if (busy == 0 || stage != Stage.RUNNING) {
                idle.signalAll();
            }
            jobs.signal();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private LaneState laneState(Lane lane) {
        return lanes.computeIfAbsent(lane, l -> new LaneState(l, share.stream(l.stream())));
    }
}

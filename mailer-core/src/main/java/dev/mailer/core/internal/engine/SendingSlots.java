// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.spi.Claim;
import dev.mailer.core.internal.log.Causes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sending threads: each takes the job that is next by its share and runs it to its end.
 *
 * <p>There is a thread for each slot, and a spare one for each job that was set aside: the job keeps its thread, and the slot goes on
 * with the spare one. A spare thread ends when there are more than slots and jobs aside.
 */
final class SendingSlots {
    private static final Logger log = LoggerFactory.getLogger(SendingSlots.class);

    private final DispatchState state;
    private final ParkedQueues parked;
    private final JobRunner runner;
    private final NodeLease lease;
    private final AsideLimits limits;

    @GuardedBy("state.lock")
    private final Set<UnderWay> underWay = new HashSet<>();

    @GuardedBy("state.lock")
    private final Set<Thread> spares = new HashSet<>();

    @GuardedBy("state.lock")
    private final BytesAside bytesAside;

    SendingSlots(DispatchState state, DispatcherParts parts, AsideLimits limits) {
        this.state = state;
        this.parked = parts.parked();
        this.runner = parts.runner();
        this.lease = parts.lease();
        this.limits = limits;
        this.bytesAside = new BytesAside(limits.bytes());
    }

    /** Runs one slot until the dispatcher stops, whatever is thrown on the way. */
    void run() {
        while (!isStopped()) {
            try {
                UnderWay started = next();
                if (started == null) {
                    return;
                }
                runToEnd(started);
            } catch (InterruptedException e) {
                // the end, or somebody else's code has left the thread interrupted
            } catch (Throwable e) {
                log.error(
                        "a sending slot failed; this node gives up what it holds and goes on as a new one: {}",
                        Causes.of(e, log));
                lease.abandon();
                rest();
            }
        }
    }

    /** Lets jobs that have taken long go on beside the slots, as many as may. */
    void setAside() {
        List<RoutedClaim> tooMany = new ArrayList<>();
        try {
            for (int spare = moveAside(tooMany); spare > 0; spare--) {
                startSpare();
            }
        } finally {
            tooMany.forEach(r -> runner.release(List.of(r.claim()), r.node()));
        }
    }

    /** The threads beside those of the slots. */
    List<Thread> spares() {
        state.lock.lock();
        try {
            return List.copyOf(spares);
        } finally {
            state.lock.unlock();
        }
    }

    /** How many threads are missing then. */
    private int moveAside(List<RoutedClaim> tooMany) {
        state.lock.lock();
        try {
            for (UnderWay u : underWay) {
                if (u.isDelaying() && state.aside < limits.calls() && bytesAside.take(u.job.size())) {
                    u.aside = true;
                    state.aside++;
                    state.busy--;
                    tooMany.addAll(state.lanes.setAside(u.job, u.took()));
                    state.plan.signal();
                    state.jobs.signal();
                    state.idle.signalAll();
                }
            }
            return state.aside - spares.size();
        } finally {
            state.lock.unlock();
        }
    }

    /** Where no thread can be had, the slot waits for its job. */
    private void startSpare() {
        Thread spare = limits.threads().newThread(this::runSpare);
        state.lock.lock();
        try {
            spares.add(spare);
        } finally {
            state.lock.unlock();
        }
        boolean started = false;
        try {
            spare.start();
            started = true;
        } finally {
            if (!started) {
                ended(spare);
            }
        }
    }

    private void runSpare() {
        try {
            run();
        } finally {
            ended(Thread.currentThread());
        }
    }

    private void ended(Thread spare) {
        state.lock.lock();
        try {
            spares.remove(spare);
        } finally {
            state.lock.unlock();
        }
    }

    private void runToEnd(UnderWay started) throws InterruptedException {
        Ran ran = Ran.NOTHING;
        try {
            ran = run(started.job);
        } finally {
            finished(started, ran);
        }
    }

    private Ran run(Job job) throws InterruptedException {
        Job wanted = job.isAlone() ? job : withoutParked(job);
        return wanted.mails().isEmpty() ? Ran.NOTHING : runner.run(wanted);
    }

    /** Another slot may have parked a queue just now, and what is claimed from it is about to be withdrawn. */
    private Job withoutParked(Job job) {
        List<Claim> tooLate = new ArrayList<>();
        List<List<Claim>> mails = new ArrayList<>();
        for (List<Claim> mail : job.mails()) {
            Map<Boolean, List<Claim>> parts =
                    mail.stream().collect(Collectors.partitioningBy(c -> parked.isParked(c.queue())));
            tooLate.addAll(parts.getOrDefault(true, List.of()));
            List<Claim> left = parts.getOrDefault(false, List.of());
            if (!left.isEmpty()) {
                mails.add(left);
            }
        }
        runner.release(tooLate, job.node());
        return job.with(mails);
    }

    /** The next job; null when the thread is to end. */
    private @Nullable UnderWay next() throws InterruptedException {
        state.lock.lock();
        try {
            while (state.stage != DispatchState.Stage.STOPPED && !isTooMany()) {
                Job job = pickJob();
                if (job != null) {
                    return started(job);
                }
                state.jobs.await();
            }
            return null;
        } finally {
            state.lock.unlock();
        }
    }

    @GuardedBy("state.lock")
    private boolean isTooMany() {
        return spares.size() > state.aside && spares.remove(Thread.currentThread());
    }

    @GuardedBy("state.lock")
    private UnderWay started(Job job) {
        UnderWay started = new UnderWay(job);
        state.lanes.started(job);
        underWay.add(started);
        state.busy++;
        return started;
    }

    @GuardedBy("state.lock")
    private @Nullable Job pickJob() {
        if (!state.quiet) {
            Job job = state.lanes.next();
            if (job != null && job.lane().wanted() > 0) {
                state.plan.signal();
            }
            return job;
        }
        Job job = state.busy == 0 ? state.alone : null;
        if (job != null) {
            state.alone = null;
            // whoever wants it tried alone sees it started
            state.idle.signalAll();
        }
        return job;
    }

    private boolean isStopped() {
        state.lock.lock();
        try {
            return state.stage == DispatchState.Stage.STOPPED;
        } finally {
            state.lock.unlock();
        }
    }

    /** After a failure of this class itself: not again at once. */
    private void rest() {
        state.lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(Dispatcher.POLL_MILLIS);
            while (left > 0 && state.stage != DispatchState.Stage.STOPPED) {
                left = state.jobs.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            // the loop looks whether this is the end
        } finally {
            state.lock.unlock();
        }
    }

    private void finished(UnderWay ended, Ran ran) {
        state.lock.lock();
        try {
            underWay.remove(ended);
            if (ended.aside) {
                finishedAside(ended.job, ran);
            } else {
                state.busy--;
                if (state.lanes.finished(ended.job, ran)) {
                    state.plan.signal();
                }
                state.jobs.signal();
            }
            if (state.busy == 0 || state.stage != DispatchState.Stage.RUNNING) {
                state.idle.signalAll();
            }
        } finally {
            state.lock.unlock();
        }
    }

    @GuardedBy("state.lock")
    private void finishedAside(Job job, Ran ran) {
        state.aside--;
        bytesAside.giveBack(job.size());
        state.lanes.finishedAside(job, ran);
        state.plan.signal();
        // a spare thread that waits may be one too many now
        state.jobs.signalAll();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.spi.Claim;
import dev.mailer.core.internal.log.Causes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sending threads: each takes the job that is next by its share and runs it to its end. */
final class SendingSlots {
    private static final Logger log = LoggerFactory.getLogger(SendingSlots.class);

    private final DispatchState state;
    private final ParkedQueues parked;
    private final JobRunner runner;
    private final NodeLease lease;

    SendingSlots(DispatchState state, ParkedQueues parked, JobRunner runner, NodeLease lease) {
        this.state = state;
        this.parked = parked;
        this.runner = runner;
        this.lease = lease;
    }

    /** Runs one slot until the dispatcher stops, whatever is thrown on the way. */
    void run() {
        while (!isStopped()) {
            try {
                Job job = nextJob();
                if (job == null) {
                    return;
                }
                runToEnd(job);
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

    private void runToEnd(Job job) throws InterruptedException {
        long start = System.nanoTime();
        try {
            run(job);
        } finally {
            finished(job, System.nanoTime() - start);
        }
    }

    private void run(Job job) throws InterruptedException {
        Job wanted = job.alone() ? job : withoutParked(job);
        if (!wanted.mails().isEmpty()) {
            runner.run(wanted);
        }
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
        return new Job(job.lane(), mails, job.node(), job.route(), false);
    }

    private @Nullable Job nextJob() throws InterruptedException {
        state.lock.lock();
        try {
            while (state.stage != DispatchState.Stage.STOPPED) {
                Job job = pickJob();
                if (job != null) {
                    state.lanes.started(job);
                    state.busy++;
                    return job;
                }
                state.jobs.await();
            }
            return null;
        } finally {
            state.lock.unlock();
        }
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

    private void finished(Job job, long nanos) {
        state.lock.lock();
        try {
            state.busy--;
            if (state.lanes.finished(job, nanos)) {
                state.plan.signal();
            }
            if (state.busy == 0 || state.stage != DispatchState.Stage.RUNNING) {
                state.idle.signalAll();
            }
            state.jobs.signal();
        } finally {
            state.lock.unlock();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.spi.Claim;
import dev.mailer.core.internal.log.Causes;
import java.util.List;
import java.util.Map;
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

    SendingSlots(DispatchState state, ParkedQueues parked, JobRunner runner) {
        this.state = state;
        this.parked = parked;
        this.runner = runner;
    }

    /** Runs one slot until the dispatcher stops. */
    void run() {
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
                run(job);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | Error e) {
                log.error("a sending slot failed; its claims stay held until the lease ends: {}", Causes.of(e, log));
            } finally {
                finished(job);
            }
        }
    }

    private void run(Job job) throws InterruptedException {
        Job wanted = job;
        if (!job.alone()) {
            // another slot has just parked the queue, and what is claimed from it is about to be withdrawn
            Map<Boolean, List<Claim>> parts =
                    job.claims().stream().collect(Collectors.partitioningBy(c -> parked.isParked(c.queue())));
            runner.release(parts.getOrDefault(true, List.of()));
            wanted = new Job(job.lane(), parts.getOrDefault(false, List.of()), job.route(), false);
        }
        if (!wanted.claims().isEmpty()) {
            runner.run(wanted);
        }
    }

    private @Nullable Job nextJob() throws InterruptedException {
        state.lock.lock();
        try {
            while (state.stage != DispatchState.Stage.STOPPED) {
                Job job = pickJob();
                if (job != null) {
                    state.busy++;
                    state.lanes.started(job);
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

    private void finished(Job job) {
        state.lock.lock();
        try {
            state.busy--;
            if (state.lanes.finished(job)) {
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

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Claim;
import java.time.Duration;
import java.util.List;

/**
 * A time in which nothing else is begun, so that a claim which may kill the process takes no other along. It is short: what keeps a peer
 * waiting kills nothing, and others have to go on. For one thread.
 */
final class QuietSpell {
    /** A claim that is tried for longer goes on in company. */
    private static final Duration TRIAL = Duration.ofSeconds(30);

    private final DispatchState state;
    private final Routes routes;
    private final JobRunner runner;
    private final Duration trial;

    QuietSpell(DispatchState state, Routes routes, JobRunner runner) {
        this(state, routes, runner, TRIAL);
    }

    QuietSpell(DispatchState state, Routes routes, JobRunner runner, Duration trial) {
        this.state = state;
        this.routes = routes;
        this.runner = runner;
        this.trial = trial;
    }

    /** Stops taking jobs until nothing is under way, or the patience is over; true when the node is quiet. */
    boolean begin(Duration patience) throws InterruptedException {
        state.lock.lock();
        try {
            state.quiet = true;
            long left = patience.toNanos();
            while (state.busy > 0 && left > 0) {
                left = state.idle.awaitNanos(left);
            }
            return state.busy == 0;
        } finally {
            state.lock.unlock();
        }
    }

    /**
     * Runs one claim of this node's and waits until it has ended, or has taken too long for others to wait; gives it back when the slots
     * end before one takes it.
     *
     * @return true when it has ended
     */
    boolean run(Claim claim, long node) throws InterruptedException {
        RoutedClaim routed = routes.route(claim, node);
        if (routed == null) {
            runner.unroutable(List.of(claim), node);
            return true;
        }
        if (!isTaken(routed)) {
            runner.release(List.of(claim), node);
            return false;
        }
        return hasEnded();
    }

    void end() {
        state.lock.lock();
        try {
            state.quiet = false;
            state.alone = null;
            state.jobs.signalAll();
            state.plan.signal();
        } finally {
            state.lock.unlock();
        }
    }

    /** True when a slot has taken it. */
    private boolean isTaken(RoutedClaim routed) {
        state.lock.lock();
        try {
            state.alone = state.lanes.alone(routed);
            state.jobs.signalAll();
            while (state.alone != null && state.stage != DispatchState.Stage.STOPPED) {
                // an interrupt here would leave the claim to nobody
                state.idle.awaitUninterruptibly();
            }
            boolean taken = state.alone == null;
            state.alone = null;
            return taken;
        } finally {
            state.lock.unlock();
        }
    }

    private boolean hasEnded() throws InterruptedException {
        state.lock.lock();
        try {
            long left = trial.toNanos();
            while (state.busy > 0 && left > 0) {
                left = state.idle.awaitNanos(left);
            }
            return state.busy == 0;
        } finally {
            state.lock.unlock();
        }
    }
}

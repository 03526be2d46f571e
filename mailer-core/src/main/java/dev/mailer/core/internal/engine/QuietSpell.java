// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Claim;
import java.time.Duration;
import java.util.List;

/** A time in which nothing else is under way, so that a claim which may kill the process takes no other along. For one thread. */
final class QuietSpell {
    private final DispatchState state;
    private final Routes routes;
    private final JobRunner runner;

    QuietSpell(DispatchState state, Routes routes, JobRunner runner) {
        this.state = state;
        this.routes = routes;
        this.runner = runner;
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

    /** Runs one claim of this node's and waits until it has ended; gives it back when the slots end before one takes it. */
    void run(Claim claim, long node) throws InterruptedException {
        RoutedClaim routed = routes.route(claim, node);
        if (routed == null) {
            runner.unroutable(List.of(claim), node);
        } else if (!await(routed)) {
            runner.release(List.of(claim), node);
        }
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

    /** True when it was run. */
    private boolean await(RoutedClaim routed) throws InterruptedException {
        state.lock.lock();
        try {
            state.alone = state.lanes.alone(routed);
            state.jobs.signalAll();
            while (state.alone != null && state.stage != DispatchState.Stage.STOPPED) {
                // an interrupt here would leave the claim to nobody
                state.idle.awaitUninterruptibly();
            }
            if (state.alone != null) {
                state.alone = null;
                return false;
            }
            while (state.busy > 0) {
                state.idle.await();
            }
            return true;
        } finally {
            state.lock.unlock();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.QueueKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds ready queues, claims from them in fair turns and hands what is claimed to the sending slots.
 *
 * <p>One thread plans and claims ({@link Planner}); each slot is a thread that takes jobs ({@link SendingSlots}). A job that takes
 * long gives its slot to another and goes on aside. Which queues are
 * ready is known in two ways: appends of this process signal theirs, and a search that goes round the store every
 * {@value #POLL_MILLIS} ms finds the rest. {@link DispatchState} holds the one lock of them all.
 */
final class Dispatcher {
    static final int POLL_MILLIS = 250;

    private final DispatchState state;
    private final JobRunner runner;
    private final QuietSpell quiet;
    private final Planner planner;
    private final SendingSlots slots;
    private final List<Thread> threads = new ArrayList<>();

    @GuardedBy("state.lock")
    private boolean started;

    /** @param aside for jobs that take long and go on beside the slots */
    Dispatcher(DispatcherParts parts, FairShare share, ThreadFactory threadFactory, AsideLimits aside) {
        this.state = new DispatchState(new Lanes(share, parts.parked()));
        this.runner = parts.runner();
        this.quiet = new QuietSpell(state, parts.routes(), parts.runner());
        this.planner = new Planner(parts, state);
        threads.add(threadFactory.newThread(() -> planner.run(this)));
        this.slots = new SendingSlots(state, parts, aside);
        for (int i = 0; i < share.slots(); i++) {
            threads.add(threadFactory.newThread(slots::run));
        }
    }

    void start() {
        state.lock.lock();
        try {
            started = true;
        } finally {
            state.lock.unlock();
        }
        threads.forEach(Thread::start);
    }

    /** These queues have something to send. */
    void signal(Collection<QueueKey> queues) {
        state.lock.lock();
        try {
            state.lanes.activate(queues);
            state.plan.signal();
        } finally {
            state.lock.unlock();
        }
    }

    /** A queue was parked: what is claimed from it and not started goes back. */
    List<RoutedClaim> withdraw(QueueKey queue) {
        List<RoutedClaim> withdrawn;
        state.lock.lock();
        try {
            withdrawn = state.lanes.withdraw(queue);
        } finally {
            state.lock.unlock();
        }
        runner.forget(withdrawn.stream().map(RoutedClaim::claim).toList());
        return withdrawn;
    }

    /** Where the search of a lane goes on; null when the lane knows enough ready queues. */
    Lanes.@Nullable SearchFrom searchFrom(Lane lane) {
        state.lock.lock();
        try {
            return state.lanes.searchFrom(lane);
        } finally {
            state.lock.unlock();
        }
    }

    /** A search has found these, and goes on behind {@code after} next time. */
    void found(Lane lane, List<QueueKey> queues, @Nullable String after) {
        state.lock.lock();
        try {
            state.lanes.found(lane, queues, after);
        } finally {
            state.lock.unlock();
        }
    }

    /** For claims that are tried with nothing else under way. */
    QuietSpell quiet() {
        return quiet;
    }

    /**
     * Goes on claiming until nothing is ready or the time is over; not where it was never started.
     *
     * @param anyway also while nothing can be claimed or sent, for what would be lost otherwise
     * @return false when there is mail that may be ready
     */
    boolean finishReady(long deadline, boolean anyway) throws InterruptedException {
        state.lock.lock();
        try {
            while (started && System.nanoTime() < deadline && (anyway || planner.isAble()) && isAtWork()) {
                state.plan.signal();
                state.idle.awaitNanos(Math.min(deadline - System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(50)));
            }
            return state.aside == 0 && !state.lanes.haveWork();
        } finally {
            state.lock.unlock();
        }
    }

    @GuardedBy("state.lock")
    private boolean isAtWork() {
        return state.busy > 0 || state.aside > 0 || state.claiming || state.lanes.haveWork();
    }

    /**
     * Stops claiming and returns what is claimed and not started, to be given back; what is being claimed at this moment the planner
     * gives back.
     */
    List<RoutedClaim> stopClaiming() {
        state.lock.lock();
        try {
            state.stage = DispatchState.Stage.DRAINING;
            return state.lanes.drain();
        } finally {
            state.lock.unlock();
        }
    }

    /** Jobs that have taken long go on beside the slots. */
    void setAside() {
        slots.setAside();
    }

    /** Jobs under way beside the slots. */
    int aside() {
        state.lock.lock();
        try {
            return state.aside;
        } finally {
            state.lock.unlock();
        }
    }

    /** Waits for what is under way, or until the time is over. */
    void awaitIdle(long deadline) throws InterruptedException {
        state.lock.lock();
        try {
            while ((state.busy > 0 || state.aside > 0) && System.nanoTime() < deadline) {
                state.idle.awaitNanos(deadline - System.nanoTime());
            }
        } finally {
            state.lock.unlock();
        }
    }

    /** False when a thread has ended that was to run until {@link #stop}. */
    boolean isAlive() {
        return threads.stream().noneMatch(t -> t.getState() == Thread.State.TERMINATED);
    }

    /** Tells the threads to end; jobs under way go on. */
    void stop() {
        state.lock.lock();
        try {
            state.stage = DispatchState.Stage.STOPPED;
            state.plan.signalAll();
            state.jobs.signalAll();
            state.idle.signalAll();
        } finally {
            state.lock.unlock();
        }
    }

    /** Waits for the threads to end; what still runs halfway through the patience is interrupted. */
    void awaitEnd(Duration patience) throws InterruptedException {
        List<Thread> all = new ArrayList<>(threads);
        all.addAll(slots.spares());
        Ending.await(all, patience);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the classes of the dispatcher share: the one lock, what is waited for under it, and what is under way.
 *
 * <p>{@link Dispatcher}, {@link Planner}, {@link SendingSlots} and {@link QuietSpell} take this lock themselves and call each other
 * without it; {@link Lanes}, {@link LaneState} and {@link FairShare} are plain state under it. Nothing that may block or belongs to
 * somebody else is called under it: no store, no writer, no transport, no router.
 */
final class DispatchState {
    final ReentrantLock lock = new ReentrantLock();
    /** The planner has something to claim, or is to end. */
    final Condition plan = lock.newCondition();
    /** A slot may start something, or is to end. */
    final Condition jobs = lock.newCondition();
    /** Something that was under way has ended. */
    final Condition idle = lock.newCondition();

    @GuardedBy("lock")
    final Lanes lanes;

    @GuardedBy("lock")
    Stage stage = Stage.RUNNING;

    /** Jobs under way in slots. */
    @GuardedBy("lock")
    int busy;

    /** Jobs under way beside the slots. */
    @GuardedBy("lock")
    int aside;

    /** A claim is under way. */
    @GuardedBy("lock")
    boolean claiming;

    /** Nothing is claimed or started but what {@link QuietSpell} runs. */
    @GuardedBy("lock")
    boolean quiet;

    /** What is to run in the quiet spell and has no slot yet. */
    @GuardedBy("lock")
    @Nullable
    Job alone;

    DispatchState(Lanes lanes) {
        this.lanes = lanes;
    }

    enum Stage {
        RUNNING,
        /** Claims nothing more; what is claimed and started goes on. */
        DRAINING,
        STOPPED
    }
}

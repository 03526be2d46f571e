// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.DeliveryReports.Result;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What waits for the next commit: mails, settlements, and other work of the ledger. Thread-safe. */
final class Intake {
    /** Settlements that make a commit worth its while. */
    private static final int SETTLE_ROWS = 64;
    /** How long fewer settlements wait for company. */
    private static final long SETTLE_NANOS = Duration.ofMillis(10).toNanos();
    /** Pause after the store refused settlements. */
    private static final long RETRY_NANOS = Duration.ofMillis(200).toNanos();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final AppendQueue appends;
    private final ReportQueue reports = new ReportQueue(lock);
    private final SettlementQueue settlements = new SettlementQueue(lock, SETTLE_ROWS, SETTLE_NANOS, RETRY_NANOS);

    @GuardedBy("lock")
    private List<Task<?>> tasks = new ArrayList<>();

    @GuardedBy("lock")
    private boolean closed;

    /** @param maxWaiting mails beyond which more are refused */
    Intake(int maxWaiting) {
        this.appends = new AppendQueue(lock, maxWaiting);
    }

    /** Stores messages in one commit, all or none. */
    CompletableFuture<List<AppendResult>> append(List<NewMessage> messages) {
        AppendQueue.Append append = new AppendQueue.Append(messages);
        lock.lock();
        try {
            requireOpen();
            appends.add(append);
            work.signal();
        } finally {
            lock.unlock();
        }
        return append.done;
    }

    /** Stores a report along with others. */
    CompletableFuture<Result> report(Report report) {
        ReportQueue.Reported reported = new ReportQueue.Reported(report);
        lock.lock();
        try {
            requireOpen();
            reports.add(reported);
            work.signal();
        } finally {
            lock.unlock();
        }
        return reported.done;
    }

    /** Runs other work of the ledger in the next commit. */
    <R extends @Nullable Object> CompletableFuture<R> run(Function<OutboxTransaction, R> step) {
        Task<R> task = new Task<>(step);
        lock.lock();
        try {
            requireOpen();
            tasks.add(task);
            work.signal();
        } finally {
            lock.unlock();
        }
        return task.done;
    }

    /** {@code stored} runs after the commit, on the writer's thread. */
    void settle(Settlement settlement, Runnable stored) {
        lock.lock();
        try {
            if (settlements.add(settlement, stored)) {
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes back settlements that were not stored. */
    void keep(List<SettlementQueue.Entry> entries) {
        lock.lock();
        try {
            settlements.putBack(entries);
        } finally {
            lock.unlock();
        }
    }

    /** Settlements that are not stored yet. */
    int unsettled() {
        lock.lock();
        try {
            return settlements.size();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more is taken; what waits is still given out. */
    void close() {
        lock.lock();
        try {
            closed = true;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for something to write; null once it is closed and nothing is left. */
    @Nullable
    Round take() throws InterruptedException {
        lock.lock();
        try {
            while (appends.isEmpty() && reports.isEmpty() && tasks.isEmpty() && !settlements.isRipe()) {
                if (closed && settlements.isEmpty()) {
                    return null;
                }
                if (closed && !settlements.isResting()) {
                    break;
                }
                long wait = settlements.nanosToRipe();
                if (wait == Long.MAX_VALUE) {
                    work.await();
                } else if (wait > 0) {
                    work.awaitNanos(wait);
                }
            }
            List<Task<?>> others = tasks;
            tasks = new ArrayList<>();
            return new Round(appends.take(), reports.take(), others, settlements.take());
        } finally {
            lock.unlock();
        }
    }

    /** Mails that have come since the last {@link #take}; without waiting. */
    List<AppendQueue.Append> takeLate() {
        lock.lock();
        try {
            return appends.take();
        } finally {
            lock.unlock();
        }
    }

    /** The writer ends: nobody waits for ever. */
    void failRest() {
        lock.lock();
        try {
            MailerUnavailableException e = new MailerUnavailableException("the mailer is closed", Duration.ZERO, null);
            appends.fail(e);
            reports.fail(e);
            tasks.forEach(t -> t.done.completeExceptionally(e));
            tasks.clear();
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void requireOpen() {
        if (closed) {
            throw new MailerUnavailableException("the mailer is closed", Duration.ZERO, null);
        }
    }

    /** Other work of one caller. */
    static final class Task<R extends @Nullable Object> {
        final Function<OutboxTransaction, R> step;
        final CompletableFuture<R> done = new CompletableFuture<>();
        private @Nullable R result;

        Task(Function<OutboxTransaction, R> step) {
            this.step = step;
        }

        void apply(OutboxTransaction tx) {
            result = step.apply(tx);
        }

        @SuppressWarnings("NullAway") // the step may give null where R is nullable
        void complete() {
            done.complete(result);
        }
    }
}

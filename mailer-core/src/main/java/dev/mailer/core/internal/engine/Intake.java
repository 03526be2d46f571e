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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What waits for the next commit: mails, settlements, and other work of the ledger. Thread-safe. */
final class Intake {
    /** Most mails that are taken at once. */
    static final int MAX_MAILS = 512;
    /** Most reports that wait for their commit. */
    static final int MAX_WAITING_REPORTS = 10_000;
    /** Most work of reports that is taken at once, so that none holds a transaction open for long ({@link SuppressionRules#work}). */
    static final int MAX_REPORT_WORK = 2_000;
    /** Settlements that make a commit worth its while. */
    private static final int SETTLE_ROWS = 64;
    /** How long fewer settlements wait for company. */
    private static final long SETTLE_NANOS = Duration.ofMillis(10).toNanos();
    /** Pause after the store refused settlements. */
    private static final long RETRY_NANOS = Duration.ofMillis(200).toNanos();

    private final int maxWaiting;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final SettlementQueue settlements = new SettlementQueue(lock, SETTLE_ROWS, SETTLE_NANOS, RETRY_NANOS);

    @GuardedBy("lock")
    private List<Append> appends = new ArrayList<>();

    @GuardedBy("lock")
    private int waitingMails;

    @GuardedBy("lock")
    private List<Task<?>> tasks = new ArrayList<>();

    @GuardedBy("lock")
    private List<Reported> reports = new ArrayList<>();

    @GuardedBy("lock")
    private boolean closed;

    /** @param maxWaiting mails beyond which more are refused */
    Intake(int maxWaiting) {
        this.maxWaiting = maxWaiting;
    }

    /** Stores messages in one commit, all or none. */
    CompletableFuture<List<AppendResult>> append(List<NewMessage> messages) {
        Append append = new Append(messages);
        lock.lock();
        try {
            requireOpen();
            if (waitingMails + messages.size() > maxWaiting && waitingMails > 0) {
                throw new MailerUnavailableException(
                        waitingMails + " mails wait for their commit, the limit is " + maxWaiting + "; slow down",
                        Duration.ofSeconds(1),
                        null);
            }
            waitingMails += messages.size();
            appends.add(append);
            work.signal();
        } finally {
            lock.unlock();
        }
        return append.done;
    }

    /** Stores a report along with others. */
    CompletableFuture<Result> report(Report report) {
        Reported reported = new Reported(report);
        lock.lock();
        try {
            requireOpen();
            if (reports.size() >= MAX_WAITING_REPORTS) {
                throw new MailerUnavailableException(
                        reports.size() + " reports wait for their commit, the limit is " + MAX_WAITING_REPORTS
                                + "; report it again with the same id",
                        Duration.ofSeconds(1),
                        null);
            }
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
            List<Append> some = takeAppends();
            List<Task<?>> others = tasks;
            tasks = new ArrayList<>();
            return new Round(some, takeReports(), others, settlements.take());
        } finally {
            lock.unlock();
        }
    }

    /** Mails that have come since the last {@link #take}; without waiting. */
    List<Append> takeLate() {
        lock.lock();
        try {
            return takeAppends();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private List<Append> takeAppends() {
        int mails = 0;
        int count = 0;
        while (count < appends.size()
                && (count == 0 || mails + appends.get(count).messages.size() <= MAX_MAILS)) {
            mails += appends.get(count).messages.size();
            count++;
        }
        List<Append> some;
        if (count == appends.size()) {
            some = appends;
            appends = new ArrayList<>();
        } else {
            some = new ArrayList<>(appends.subList(0, count));
            appends.subList(0, count).clear();
        }
        waitingMails -= mails;
        return some;
    }

    @GuardedBy("lock")
    private List<Reported> takeReports() {
        List<Reported> some = reports;
        int count = 0;
        for (int work = 0; count < some.size(); count++) {
            work += SuppressionRules.work(some.get(count).report.type());
            if (work > MAX_REPORT_WORK) {
                break;
            }
        }
        reports = new ArrayList<>(some.subList(count, some.size()));
        some.subList(count, some.size()).clear();
        return some;
    }

    /** The writer ends: nobody waits for ever. */
    void failRest() {
        lock.lock();
        try {
            MailerUnavailableException e = new MailerUnavailableException("the mailer is closed", Duration.ZERO, null);
            appends.forEach(a -> a.done.completeExceptionally(e));
            reports.forEach(r -> r.done.completeExceptionally(e));
            tasks.forEach(t -> t.done.completeExceptionally(e));
            reports.clear();
            appends.clear();
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

    /** Mails of one caller. */
    static final class Append {
        final List<NewMessage> messages;
        final CompletableFuture<List<AppendResult>> done = new CompletableFuture<>();

        Append(List<NewMessage> messages) {
            this.messages = messages;
        }
    }

    /** A report and who waits for it. */
    static final class Reported {
        final Report report;
        final CompletableFuture<Result> done;

        Reported(Report report) {
            this(report, new CompletableFuture<>());
        }

        private Reported(Report report, CompletableFuture<Result> done) {
            this.report = report;
            this.done = done;
        }

        /** The same with more detail. */
        Reported saying(Map<String, String> more) {
            Map<String, String> detail = new HashMap<>(report.detail());
            detail.putAll(more);
            return new Reported(
                    new Report(
                            report.source(),
                            report.eventId(),
                            report.type(),
                            report.deliveryId(),
                            report.at(),
                            report.failure(),
                            detail),
                    done);
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

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.Failure;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.Settlement;
import dev.mailer.core.internal.log.Causes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of a node. Everything that waits when a commit ends goes into the next one, so that concurrent submissions,
 * claims and settlements share it; there is no timer, but settlements alone wait a little for company.
 *
 * <p>When a shared transaction fails, each part is tried again on its own, so that one bad mail fails alone. Settlements are kept
 * and repeated until they are stored.
 */
final class LedgerWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LedgerWriter.class);

    /** Most mails in one commit. */
    private static final int MAX_MAILS = 512;
    /** Settlements that make a commit worth its while. */
    private static final int SETTLE_ROWS = 64;
    /** How long fewer settlements wait for company. */
    private static final long SETTLE_NANOS = Duration.ofMillis(10).toNanos();
    /** Pause after the store refused settlements. */
    private static final long RETRY_NANOS = Duration.ofMillis(200).toNanos();

    private final OutboxStore store;
    private final int maxWaiting;
    private final EngineMeters meters;
    private final SettlementQueue settlements;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();

    @GuardedBy("lock")
    private List<Append> appends = new ArrayList<>();

    @GuardedBy("lock")
    private int waitingMails;

    @GuardedBy("lock")
    private List<Task<?>> tasks = new ArrayList<>();

    @GuardedBy("lock")
    private boolean closed;

    LedgerWriter(OutboxStore store, int maxWaiting, EngineMeters meters, ThreadFactory threads) {
        this.store = store;
        this.maxWaiting = maxWaiting;
        this.meters = meters;
        this.settlements = new SettlementQueue(lock, SETTLE_ROWS, SETTLE_NANOS, RETRY_NANOS);
        this.thread = threads.newThread(this::run);
    }

    void start() {
        thread.start();
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

    /** Stores a settlement soon; {@code stored} runs after its commit, on the writer's thread. */
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

    /** Settlements that are not stored yet. */
    int unsettled() {
        lock.lock();
        try {
            return settlements.size();
        } finally {
            lock.unlock();
        }
    }

    /** Writes what waits, for at most this long, and ends the thread. */
    void close(Duration timeout) {
        lock.lock();
        try {
            closed = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(Math.max(1, timeout.toMillis()));
            if (thread.isAlive()) {
                thread.interrupt();
                thread.join(1_000);
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(10));
    }

    @GuardedBy("lock")
    private void requireOpen() {
        if (closed) {
            throw new MailerUnavailableException("the mailer is closed", Duration.ZERO, null);
        }
    }

    private void run() {
        boolean open = true;
        while (open) {
            try {
                Round round = take();
                open = round != null;
                if (round != null) {
                    writeToEnd(round);
                }
            } catch (InterruptedException e) {
                // only close() means it: what is not stored then stays claimed and is recovered later
                open = !isClosed();
            }
        }
        failRest();
    }

    /** Whatever is thrown on the way, nobody waits for ever and no settlement is forgotten. */
    private void writeToEnd(Round round) {
        try {
            write(round);
        } catch (Throwable e) {
            log.error("writing a round failed: {}", Causes.of(e, log));
            round.fail(e);
            keep(round.settlements.stream().map(SettlementQueue.Entry::inDoubt).toList());
        }
    }

    /** The thread is at work, or was never started. */
    boolean isAlive() {
        return thread.getState() != Thread.State.TERMINATED;
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Round take() throws InterruptedException {
        lock.lock();
        try {
            while (appends.isEmpty() && tasks.isEmpty() && !settlements.isRipe()) {
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
            return new Round(some, others, settlements.take());
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

    private void write(Round taken) {
        Round round = taken.withoutDoubtful(doubtful -> new CommitDoubt(store, null).settle(doubtful, this::keep));
        long start = System.nanoTime();
        try {
            meters.commit(() -> store.transact(tx -> {
                round.apply(tx, meters);
                return true;
            }));
        } catch (OutboxStore.CommitUnknownException e) {
            new CommitDoubt(store, e).settle(round, this::keep);
            return;
        } catch (RuntimeException | Error e) {
            if (round.isSingle() && round.settlements.isEmpty()) {
                noteTrouble(e);
                round.fail(e);
            } else {
                writeApart(round, e);
            }
            return;
        }
        // it is committed: whatever fails from here on does not take that back
        round.complete();
        meters.committed(System.nanoTime() - start, round.mails());
    }

    /** Each part in a transaction of its own; once the store itself is down, the rest is failed without a try. */
    private void writeApart(Round round, Throwable first) {
        boolean down = noteTrouble(first);
        for (Round part : round.parts()) {
            if (down) {
                part.fail(first);
            } else {
                try {
                    store.transact(tx -> {
                        part.apply(tx, meters);
                        return true;
                    });
                } catch (OutboxStore.CommitUnknownException e) {
                    new CommitDoubt(store, e).settle(part, this::keep);
                    continue;
                } catch (RuntimeException | Error e) {
                    down = noteTrouble(e);
                    part.fail(e);
                    continue;
                }
                part.complete();
            }
        }
        if (!round.settlements.isEmpty()) {
            settleAgain(round.settlements, down ? first : null);
        }
    }

    private void settleAgain(List<SettlementQueue.Entry> entries, @Nullable Throwable down) {
        if (down != null) {
            keep(entries);
            return;
        }
        for (int i = 0; i < entries.size(); i++) {
            SettlementQueue.Entry entry = entries.get(i);
            try {
                store.transact(tx -> tx.settle(List.of(entry.settlement())));
            } catch (OutboxStore.CommitUnknownException e) {
                keep(List.of(entry.inDoubt()));
                continue;
            } catch (RuntimeException | Error e) {
                if (noteTrouble(e)) {
                    keep(entries.subList(i, entries.size()));
                    return;
                }
                keep(List.of(withoutWords(entry, e)));
                continue;
            }
            new Round(List.of(), List.of(), List.of(entry)).complete();
        }
    }

    /** A store that works and refuses one settlement most likely refuses what a server said; its state matters more. */
    private static SettlementQueue.Entry withoutWords(SettlementQueue.Entry entry, Throwable refusal) {
        Settlement s = entry.settlement();
        log.error(
                "the store refuses the settlement of delivery {}; it is repeated without the server's words: {}",
                s.claim().deliveryId(),
                Causes.of(refusal, log));
        Failure failure = s.failure();
        return entry.with(new Settlement(
                s.claim(),
                s.node(),
                s.state(),
                s.alone(),
                s.dueAt(),
                s.retries(),
                s.crashes(),
                s.at(),
                s.event(),
                s.transport(),
                failure == null
                        ? null
                        : Failure.builder(failure.reason(), failure.phase()).build(),
                null));
    }

    /** Remembers that the store as a whole is out of order; returns whether it is. */
    private boolean noteTrouble(Throwable e) {
        boolean down = StoreTrouble.isDown(e);
        if (down) {
            meters.storeTrouble(e);
        }
        return down;
    }

    private void keep(List<SettlementQueue.Entry> entries) {
        lock.lock();
        try {
            settlements.putBack(entries);
        } finally {
            lock.unlock();
        }
    }

    private void failRest() {
        lock.lock();
        try {
            MailerUnavailableException e = new MailerUnavailableException("the mailer is closed", Duration.ZERO, null);
            appends.forEach(a -> a.done.completeExceptionally(e));
            tasks.forEach(t -> t.done.completeExceptionally(e));
            appends.clear();
            tasks.clear();
            closed = true;
        } finally {
            lock.unlock();
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

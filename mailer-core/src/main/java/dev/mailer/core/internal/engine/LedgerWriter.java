// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.DeliveryReports.Result;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.Settlement;
import dev.mailer.core.internal.log.Causes;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of a node. Everything that waits when a commit ends goes into the next one, so that concurrent submissions,
 * claims and settlements share it, and mails that come while it is written join it; there is no timer, but settlements alone
 * wait a little for company.
 *
 * <p>When a shared transaction fails, each part is tried again on its own, so that one bad mail fails alone; so is one that the database
 * has undone for that of another node. Settlements are kept and repeated until they are stored.
 */
final class LedgerWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LedgerWriter.class);

    private final OutboxStore store;
    private final EngineMeters meters;
    private final BiConsumer<NewMessage, AppendResult> accepted;
    private final Intake intake;
    private final Thread thread;
    private volatile SuppressionRules suppression = SuppressionRules.NONE;
    /** When the round began that is being written; null between rounds. */
    private volatile @Nullable Long roundBegan;

    /** @param accepted is told of each mail that was stored, after its commit, on the writer's thread */
    LedgerWriter(
            OutboxStore store,
            int maxWaiting,
            EngineMeters meters,
            ThreadFactory threads,
            BiConsumer<NewMessage, AppendResult> accepted) {
        this.store = store;
        this.meters = meters;
        this.accepted = accepted;
        this.intake = new Intake(maxWaiting);
        this.thread = threads.newThread(this::run);
    }

    /** Lets outcomes put recipients on the suppression list; before the start. */
    LedgerWriter suppressing(SuppressionRules rules) {
        suppression = rules;
        return this;
    }

    void start() {
        thread.start();
    }

    /** Stores messages in one commit, all or none. */
    CompletableFuture<List<AppendResult>> append(List<NewMessage> messages) {
        return intake.append(messages);
    }

    /** Stores a report in the next commit, along with others. */
    CompletableFuture<Result> report(Report report) {
        return intake.report(report);
    }

    /** Runs other work of the ledger in the next commit. */
    <R extends @Nullable Object> CompletableFuture<R> run(Function<OutboxTransaction, R> step) {
        return intake.run(step);
    }

    /** Stores a settlement soon; {@code stored} runs after its commit, on the writer's thread. */
    void settle(Settlement settlement, Runnable stored) {
        intake.settle(settlement, stored);
    }

    /** Settlements that are not stored yet. */
    int unsettled() {
        return intake.unsettled();
    }

    /** Writes what waits, for at most this long, and ends the thread. */
    void close(Duration timeout) {
        intake.close();
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

    private void run() {
        boolean open = true;
        while (open) {
            try {
                Round round = intake.take();
                open = round != null;
                if (round != null) {
                    roundBegan = System.nanoTime();
                    writeToEnd(round);
                    roundBegan = null;
                }
            } catch (InterruptedException e) {
                // only close() means it: what is not stored then stays claimed and is recovered later
                open = !intake.isClosed();
            }
        }
        intake.failRest();
    }

    /** Whatever is thrown on the way, nobody waits for ever and no settlement is forgotten. */
    private void writeToEnd(Round round) {
        try {
            write(round);
        } catch (Throwable e) {
            log.error("writing a round failed: {}", Causes.of(e, log));
            round.fail(e);
            intake.keep(round.settlements.stream()
                    .map(SettlementQueue.Entry::inDoubt)
                    .toList());
        }
    }

    /** How long the store has kept the round waiting that is being written; zero between rounds. */
    Duration waiting() {
        Long began = roundBegan;
        return began == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - began);
    }

    /** The thread is at work, or was never started. */
    boolean isAlive() {
        return thread.getState() != Thread.State.TERMINATED;
    }

    private void write(Round taken) {
        Round round = taken.withoutDoubtful(doubtful -> new CommitDoubt(store, null).settle(doubtful, intake::keep));
        long start = System.nanoTime();
        try {
            meters.commit(() -> store.transact(tx -> {
                round.apply(tx, meters, suppression, intake::takeLate);
                return true;
            }));
        } catch (OutboxStore.CommitUnknownException e) {
            new CommitDoubt(store, e).settle(round, intake::keep);
            return;
        } catch (RuntimeException | Error e) {
            if (round.isSingle() && round.settlements.isEmpty() && !isWorthAnother(e)) {
                noteTrouble(e);
                round.fail(e);
            } else {
                writeApart(round, e);
            }
            return;
        }
        // it is committed: whatever fails from here on does not take that back
        round.complete(accepted);
        meters.committed(System.nanoTime() - start, round.mails());
    }

    /** What is alone in a round already may succeed all the same: without the list, or where another transaction went first. */
    private static boolean isWorthAnother(Throwable e) {
        return e instanceof SuppressionRules.UnlistedException || StoreTrouble.isUndone(e);
    }

    /**
     * Each part in a transaction of its own; once the store itself is down, the rest is failed without a try. So is what repeats a
     * key that somebody else was found to hold: one wait is enough for all of them.
     */
    private void writeApart(Round round, Throwable first) {
        boolean down = noteTrouble(first);
        Throwable why = first;
        Set<Round.Key> held = new HashSet<>();
        for (Round part : round.parts()) {
            if (down || !Collections.disjoint(held, part.keys())) {
                part.fail(why);
            } else {
                Round stored;
                try {
                    stored = writeAlone(part);
                } catch (OutboxStore.CommitUnknownException e) {
                    new CommitDoubt(store, e).settle(part, intake::keep);
                    continue;
                } catch (RuntimeException | Error e) {
                    down = noteTrouble(e);
                    if (down || StoreTrouble.isPassing(e)) {
                        why = e;
                        held.addAll(part.keys());
                    }
                    if (part.reports.size() > 1) {
                        writeApart(part, e);
                    } else {
                        part.fail(e);
                    }
                    continue;
                }
                stored.complete(accepted);
            }
        }
        if (!round.settlements.isEmpty()) {
            settleAgain(round.settlements, down ? why : null);
        }
    }

    /** Writes a part in a transaction of its own, an outcome without what follows for the suppression list where that cannot be stored; returns what was written. */
    private Round writeAlone(Round part) {
        try {
            apply(part, suppression);
            return part;
        } catch (SuppressionRules.UnlistedException e) {
            if (StoreTrouble.isDown(e) || StoreTrouble.isPassing(e) || !part.isOneOutcome()) {
                throw e;
            }
            log.error(
                    "the outcome of delivery {} is stored without listing its recipient: {}",
                    part.outcomeOf(),
                    Causes.of(e, log));
            Round bare = part.unlisted(Objects.requireNonNull(e.getCause()));
            apply(bare, SuppressionRules.NONE);
            return bare;
        }
    }

    private void apply(Round part, SuppressionRules rules) {
        boolean unused = store.transact(tx -> {
            part.apply(tx, meters, rules);
            return true;
        });
    }

    private void settleAgain(List<SettlementQueue.Entry> entries, @Nullable Throwable down) {
        if (down != null) {
            intake.keep(entries);
            return;
        }
        for (int i = 0; i < entries.size(); i++) {
            SettlementQueue.Entry entry = entries.get(i);
            Round alone = new Round(List.of(), List.of(), List.of(), List.of(entry));
            Round stored;
            try {
                stored = writeAlone(alone);
            } catch (OutboxStore.CommitUnknownException e) {
                intake.keep(List.of(entry.inDoubt()));
                continue;
            } catch (RuntimeException | Error e) {
                if (noteTrouble(e)) {
                    intake.keep(entries.subList(i, entries.size()));
                    return;
                }
                intake.keep(List.of(StoreTrouble.isPassing(e) ? entry : withoutWords(entry, e)));
                continue;
            }
            stored.complete(accepted);
        }
    }

    /** A store that works and refuses one settlement most likely refuses what a server said; its state matters more. */
    private static SettlementQueue.Entry withoutWords(SettlementQueue.Entry entry, Throwable refusal) {
        Settlement s = entry.settlement();
        log.error(
                "the store refuses the settlement of delivery {}; it is repeated without the server's words: {}",
                s.claim().deliveryId(),
                Causes.of(refusal, log));
        return entry.with(s.withoutWords());
    }

    /** Remembers that the store as a whole is out of order; returns whether it is. */
    private boolean noteTrouble(Throwable e) {
        boolean down = StoreTrouble.isDown(e);
        if (down) {
            meters.storeTrouble(e);
        }
        return down;
    }
}

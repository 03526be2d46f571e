// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.IdempotencyConflictException;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.DeliveryReports.Result;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.OutboxTransaction.Unmailable;
import dev.mailer.api.spi.Settlement;
import dev.mailer.core.internal.log.Causes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes into one commit. */
final class Round {
    private static final Logger log = LoggerFactory.getLogger(Round.class);

    final List<AppendQueue.Append> appends;
    final List<ReportQueue.Reported> reports;
    final List<Intake.Task<?>> tasks;
    final List<SettlementQueue.Entry> settlements;
    private final List<AppendResult> appended = new ArrayList<>();
    private final List<Result> reported = new ArrayList<>();

    Round(
            List<AppendQueue.Append> appends,
            List<ReportQueue.Reported> reports,
            List<Intake.Task<?>> tasks,
            List<SettlementQueue.Entry> settlements) {
        this.appends = new ArrayList<>(appends);
        this.reports = reports;
        this.tasks = tasks;
        this.settlements = settlements;
    }

    /** The round without settlements that an earlier commit may have stored; those are handed to {@code doubt}. */
    Round withoutDoubtful(Consumer<List<SettlementQueue.Entry>> doubt) {
        List<SettlementQueue.Entry> doubtful =
                settlements.stream().filter(SettlementQueue.Entry::doubtful).toList();
        if (doubtful.isEmpty()) {
            return this;
        }
        doubt.accept(doubtful);
        return new Round(
                appends,
                reports,
                tasks,
                settlements.stream().filter(e -> !e.doubtful()).toList());
    }

    int mails() {
        int mails = 0;
        for (AppendQueue.Append a : appends) {
            mails += a.messages.size();
        }
        return mails;
    }

    boolean isSingle() {
        return appends.size() + reports.size() + tasks.size() == 1;
    }

    /** One report or one settlement, and nothing else. */
    boolean isOneOutcome() {
        return reports.size() + settlements.size() == 1 && appends.isEmpty() && tasks.isEmpty();
    }

    /** The delivery that the one outcome is of. */
    long outcomeOf() {
        return reports.isEmpty()
                ? settlements.get(0).settlement().claim().deliveryId()
                : reports.get(0).report.deliveryId();
    }

    /** The same outcomes, which say that the suppression list is without what follows from them. */
    Round unlisted(Throwable why) {
        Map<String, String> said = Map.of("suppression", "not stored: " + Causes.of(why));
        return new Round(
                appends,
                reports.stream().map(r -> r.saying(said)).toList(),
                tasks,
                settlements.stream()
                        .map(e -> e.with(e.settlement().withFacts(said)))
                        .toList());
    }

    /** Writes just what the round was made of. */
    void apply(OutboxTransaction tx, EngineMeters meters, SuppressionRules suppression) {
        apply(tx, meters, suppression, List::of);
    }

    /**
     * Appends first, so that a claim in the same commit already sees them.
     *
     * @param latecomers gives what has come since, which then belongs to the round; asked once, because each time is a
     *     round trip more to a server
     */
    void apply(
            OutboxTransaction tx,
            EngineMeters meters,
            SuppressionRules suppression,
            Supplier<List<AppendQueue.Append>> latecomers) {
        appended.clear();
        reported.clear();
        append(tx, meters, appends);
        if (mails() < AppendQueue.MAX_MAILS) {
            List<AppendQueue.Append> late = latecomers.get();
            appends.addAll(late);
            append(tx, meters, late);
        }
        refuseHalfDone();
        List<Unmailable> unmailable = new ArrayList<>();
        if (!settlements.isEmpty()) {
            List<Settlement> rows =
                    settlements.stream().map(SettlementQueue.Entry::settlement).toList();
            unmailable.addAll(meters.settle(() -> suppression.settle(tx, rows)));
        }
        if (!reports.isEmpty()) {
            List<Report> rows = reports.stream().map(r -> r.report).toList();
            reported.addAll(tx.report(rows));
            unmailable.addAll(suppression.reported(rows, reported));
        }
        SuppressionRules.list(tx, unmailable);
        for (Intake.Task<?> task : tasks) {
            task.apply(tx);
        }
    }

    private void append(OutboxTransaction tx, EngineMeters meters, List<AppendQueue.Append> some) {
        if (!some.isEmpty()) {
            List<NewMessage> messages = new ArrayList<>();
            some.forEach(a -> messages.addAll(a.messages));
            appended.addAll(meters.append(() -> tx.append(messages)));
        }
    }

    /** Tells everybody; that one of them throws takes nothing back and keeps nothing from the others. */
    void complete(BiConsumer<NewMessage, AppendResult> accepted) {
        int at = 0;
        for (AppendQueue.Append a : appends) {
            a.done.complete(List.copyOf(appended.subList(at, at + a.messages.size())));
            at += a.messages.size();
        }
        tell("what keeps an accepted mail", () -> accepted(accepted));
        for (int i = 0; i < reports.size(); i++) {
            reports.get(i).done.complete(reported.get(i));
        }
        tasks.forEach(Intake.Task::complete);
        for (SettlementQueue.Entry e : settlements) {
            tell("what follows a settlement", e.stored());
        }
    }

    private void accepted(BiConsumer<NewMessage, AppendResult> listener) {
        int at = 0;
        for (AppendQueue.Append a : appends) {
            for (NewMessage m : a.messages) {
                AppendResult result = appended.get(at++);
                if (result.kind() == AppendResult.Kind.ACCEPTED) {
                    listener.accept(m, result);
                }
            }
        }
    }

    private static void tell(String what, Runnable who) {
        try {
            who.run();
        } catch (RuntimeException | Error thrown) {
            log.error("{} failed: {}", what, Causes.of(thrown, log));
        }
    }

    void fail(Throwable cause) {
        appends.forEach(a -> a.done.completeExceptionally(cause));
        reports.forEach(r -> r.done.completeExceptionally(cause));
        tasks.forEach(t -> t.done.completeExceptionally(cause));
    }

    /** An idempotency key. */
    record Key(String tenant, Bytes hash) {}

    /** Those of its mails. */
    Set<Key> keys() {
        Set<Key> keys = new HashSet<>();
        for (AppendQueue.Append a : appends) {
            for (NewMessage m : a.messages) {
                NewMessage.Idempotency key = m.idempotency();
                if (key != null) {
                    keys.add(new Key(m.lane().tenant(), key.keyHash()));
                }
            }
        }
        return keys;
    }

    /** Each caller's part as a round of its own, and each half of the reports; settlements are left out. */
    List<Round> parts() {
        List<Round> parts = new ArrayList<>();
        appends.forEach(a -> parts.add(new Round(List.of(a), List.of(), List.of(), List.of())));
        int half = (reports.size() + 1) / 2;
        for (List<ReportQueue.Reported> some :
                List.of(reports.subList(0, half), reports.subList(half, reports.size()))) {
            if (!some.isEmpty()) {
                parts.add(new Round(List.of(), List.copyOf(some), List.of(), List.of()));
            }
        }
        tasks.forEach(t -> parts.add(new Round(List.of(), List.of(), List.of(t), List.of())));
        return parts;
    }

    /** A call with several mails is stored whole or not at all, so a conflict of one of them undoes the transaction. */
    private void refuseHalfDone() {
        int at = 0;
        for (AppendQueue.Append a : appends) {
            if (a.messages.size() > 1) {
                for (AppendResult r : appended.subList(at, at + a.messages.size())) {
                    if (r.kind() == AppendResult.Kind.CONFLICT) {
                        throw new IdempotencyConflictException(r.id());
                    }
                }
            }
            at += a.messages.size();
        }
    }
}

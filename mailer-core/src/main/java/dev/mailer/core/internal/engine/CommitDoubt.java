// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.StoredMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * After a connection was lost during a commit: finds out what was stored. Mails are looked up by id; settlements are repeated
 * only for claims that still stand, so that no event is written twice, and proof of delivery also where the claim was taken over
 * and nothing shows it; other work is failed, its callers repeat it.
 */
final class CommitDoubt {
    private static final int HELD = 100_000;
    private static final Set<DeliveryState> PROVEN =
            EnumSet.of(DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.BOUNCED);

    private final OutboxStore store;
    private final OutboxStore.@Nullable CommitUnknownException cause;

    CommitDoubt(OutboxStore store, OutboxStore.@Nullable CommitUnknownException cause) {
        this.store = store;
        this.cause = cause;
    }

    void settle(Round round, Consumer<List<SettlementQueue.Entry>> keep) {
        round.appends.forEach(this::lookUp);
        round.reports.forEach(r -> r.done.completeExceptionally(
                unavailable("the outcome of the commit is unknown; report it again with the same id")));
        round.tasks.forEach(t -> t.done.completeExceptionally(unavailable("the outcome of the commit is unknown")));
        settle(round.settlements, keep);
    }

    void settle(List<SettlementQueue.Entry> entries, Consumer<List<SettlementQueue.Entry>> keep) {
        if (entries.isEmpty()) {
            return;
        }
        Set<String> held = new HashSet<>();
        Set<SettlementQueue.Entry> unproven = new HashSet<>();
        try {
            for (long node : entries.stream().map(e -> e.settlement().node()).collect(Collectors.toSet())) {
                for (Claim c : store.transact(tx -> tx.heldBy(node, HELD))) {
                    held.add(key(c));
                }
            }
            for (SettlementQueue.Entry e : entries) {
                if (e.settlement().lateWins()
                        && !held.contains(key(e.settlement().claim()))
                        && isUnproven(e)) {
                    unproven.add(e);
                }
            }
        } catch (RuntimeException e) {
            keep.accept(entries.stream().map(SettlementQueue.Entry::inDoubt).toList());
            return;
        }
        List<SettlementQueue.Entry> open = new ArrayList<>();
        for (SettlementQueue.Entry e : entries) {
            if (held.contains(key(e.settlement().claim())) || unproven.contains(e)) {
                open.add(e.sure());
            } else {
                e.stored().run();
            }
        }
        keep.accept(open);
    }

    /** Another node has taken the claim over, and does not know that the mail was delivered. */
    private boolean isUnproven(SettlementQueue.Entry e) {
        Claim claim = e.settlement().claim();
        List<StoredMessage> messages = store.load(List.of(claim.messageKey()));
        MessageStatus status =
                messages.isEmpty() ? null : store.find(messages.get(0).id());
        return status != null
                && status.deliveries().stream()
                        .filter(d -> d.id() == claim.deliveryId())
                        .noneMatch(d -> PROVEN.contains(d.state()));
    }

    private static String key(Claim c) {
        return c.deliveryId() + "/" + c.attempt();
    }

    private void lookUp(AppendQueue.Append append) {
        try {
            List<AppendResult> results = new ArrayList<>();
            for (NewMessage m : append.messages) {
                MessageStatus stored = store.find(m.id());
                if (stored == null) {
                    append.done.completeExceptionally(
                            unavailable("the connection was lost during the commit, which may still happen;"
                                    + " repeat the mail with the same idempotency key"));
                    return;
                }
                results.add(new AppendResult(AppendResult.Kind.ACCEPTED, m.id(), suppressed(stored)));
            }
            append.done.complete(results);
        } catch (RuntimeException e) {
            append.done.completeExceptionally(
                    unavailable("whether the mail was stored is unknown; repeat it with the same idempotency key"));
        }
    }

    /** Those that the append itself suppressed; what is suppressed later has been claimed, which counts as an attempt. */
    private static int suppressed(MessageStatus stored) {
        return (int) stored.deliveries().stream()
                .filter(d -> d.state() == DeliveryState.SUPPRESSED && d.attempts() == 0)
                .count();
    }

    private MailerUnavailableException unavailable(String what) {
        return new MailerUnavailableException(what, Duration.ofSeconds(2), cause);
    }
}

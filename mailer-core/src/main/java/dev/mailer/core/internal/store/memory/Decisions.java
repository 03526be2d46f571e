// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.CancelResult;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.MessageId;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.DeliveryReports.Result;
import dev.mailer.api.spi.OutboxTransaction.Unmailable;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.SuppressionStore.Action;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What ends or moves a delivery without an attempt: expiry, cancellation, an operator's word, reports, parking. */
final class Decisions {
    private static final Set<DeliveryState> SENDABLE_AGAIN = EnumSet.of(
            DeliveryState.SCHEDULED,
            DeliveryState.DEFERRED,
            DeliveryState.FAILED,
            DeliveryState.EXPIRED,
            DeliveryState.AMBIGUOUS);
    private static final Set<DeliveryState> TO_BE_GIVEN_UP =
            EnumSet.of(DeliveryState.DEFERRED, DeliveryState.AMBIGUOUS);

    private final MemoryLedger ledger;

    Decisions(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    int expire(Instant now, int limit) {
        NavigableSet<DeliveryIndex.Due> expiring = ledger.index.expiring();
        int n = 0;
        while (n < limit && !expiring.isEmpty() && !expiring.first().at().isAfter(now)) {
            DeliveryRow row = Objects.requireNonNull(
                    ledger.deliveries.get(expiring.first().id()));
            end(row, DeliveryState.EXPIRED, "expired", "expiresAt came before the mail was sent", now);
            n++;
        }
        return n;
    }

    @Nullable
    CancelResult cancel(MessageId id, Instant now) {
        MessageRow message = ledger.message(id);
        if (message == null) {
            return null;
        }
        int cancelled = 0;
        for (long deliveryId : message.deliveries()) {
            DeliveryRow row = Objects.requireNonNull(ledger.deliveries.get(deliveryId));
            if (row.isWaiting()) {
                cancel(row, now);
                cancelled++;
            }
        }
        return new CancelResult(id, cancelled, message.deliveries().size() - cancelled);
    }

    void cancel(DeliveryRow row, Instant now) {
        end(row, DeliveryState.CANCELLED, "cancelled", "taken back before it was sent", now);
    }

    boolean resolve(MessageId id, long deliveryId, DeliveryState to, Instant now) {
        if (to != DeliveryState.QUEUED && to != DeliveryState.FAILED) {
            throw new IllegalArgumentException("a delivery is resolved to QUEUED or FAILED, not " + to);
        }
        DeliveryRow row = ledger.deliveries.get(deliveryId);
        if (row == null || !row.facts().messageId().equals(id)) {
            return false;
        }
        if (to == DeliveryState.QUEUED && (row.alone() || SENDABLE_AGAIN.contains(row.state()))) {
            ledger.deliveries.put(deliveryId, row.requeued(now));
            ledger.add(
                    ledger.event(EventType.QUEUED, now, row).attempt(row.lease().attempt(), null));
            return true;
        }
        if (to == DeliveryState.FAILED && TO_BE_GIVEN_UP.contains(row.state())) {
            end(row, DeliveryState.FAILED, "given-up", "an operator gave it up", now);
            return true;
        }
        return false;
    }

    List<Result> report(List<Report> reports) {
        List<Result> results = new ArrayList<>(reports.size());
        for (Report report : reports) {
            results.add(report(report));
        }
        return results;
    }

    void suppress(List<Unmailable> recipients) {
        for (Unmailable one : recipients) {
            DeliveryRow row = ledger.deliveries.get(one.deliveryId());
            if (row == null || row.facts().recipient().isEmpty()) {
                continue;
            }
            Suppression entry = new Suppression(
                    row.facts().queue().lane().tenant(),
                    null,
                    row.facts().addressKey(),
                    one.reason(),
                    one.origin(),
                    one.at(),
                    one.until());
            if (ledger.suppressions.putLater(entry)) {
                ledger.suppressionHistory.add(Action.ADDED, entry, 0);
            }
        }
    }

    void park(ParkedQueue parked, Instant now) {
        ledger.lanes.require(parked.queue().lane());
        ledger.parkings.put(MemoryLedger.key(parked.queue()), new MemoryLedger.Parking(parked, now));
    }

    private Result report(Report r) {
        DeliveryRow row = ledger.deliveries.get(r.deliveryId());
        if (row == null) {
            return Result.UNKNOWN_DELIVERY;
        }
        String key = row.facts().queue().lane().tenant() + '\n' + r.source() + '\n' + r.eventId();
        if (ledger.reports.get(key) != null) {
            return Result.DUPLICATE;
        }
        ledger.reports.put(key, new MemoryLedger.Reported(key, row.facts().messageKey()));
        boolean erased = row.facts().recipient().isEmpty();
        Failure failure = erased ? null : r.failure();
        ledger.add(ledger.event(r.type(), r.at(), row)
                .attempt(row.lease().attempt(), null)
                .failure(failure)
                .detail(erased ? Map.of() : r.detail()));
        DeliveryState to = stateAfter(row.state(), r.type());
        if (to != row.state()) {
            ledger.deliveries.put(row.id(), row.ended(to, failure, r.at()));
        }
        return Result.APPLIED;
    }

    /** Reports come late and out of order: a bounce beats a delivery, a delivery beats all else. */
    private static DeliveryState stateAfter(DeliveryState state, EventType reported) {
        if (reported == EventType.BOUNCED) {
            return DeliveryState.BOUNCED;
        }
        return reported == EventType.DELIVERED && state != DeliveryState.BOUNCED ? DeliveryState.DELIVERED : state;
    }

    private void end(DeliveryRow row, DeliveryState end, String reason, String text, Instant now) {
        Failure failure = Failure.builder(reason, Phase.PREPARE).text(text).build();
        ledger.deliveries.put(row.id(), row.ended(end, failure, now));
        ledger.add(ledger.event(EventType.valueOf(end.name()), now, row)
                .attempt(row.lease().attempt(), null)
                .failure(failure));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.OutboxTransaction.Pick;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.Settlement;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What leads up to a claim and what ends it. */
final class Leases {
    private final MemoryLedger ledger;

    Leases(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    List<Claim> claim(long node, Instant now, List<Pick> picks) {
        List<Claim> claims = new ArrayList<>();
        for (Pick pick : picks) {
            NavigableSet<Long> ids = ledger.index
                    .ready(pick.queue().lane())
                    .getOrDefault(pick.queue().domain(), new TreeSet<>());
            for (long id : ids.stream().limit(pick.max()).toList()) {
                claims.add(claim(id, node, now, false));
            }
        }
        return claims;
    }

    @Nullable
    Claim claimAlone(long node, Instant now) {
        NavigableSet<DeliveryIndex.Due> alone = ledger.index.alone();
        return alone.isEmpty() || alone.first().at().isAfter(now)
                ? null
                : claim(alone.first().id(), node, now, true);
    }

    List<Claim> heldBy(long node, int limit) {
        return ledger.index.held(node).stream()
                .limit(limit)
                .map(id -> row(id).toClaim(null))
                .toList();
    }

    List<Long> journal(long node, List<Claim> claims) {
        List<Long> current = new ArrayList<>();
        for (Claim claim : claims) {
            DeliveryRow row = ledger.deliveries.get(claim.deliveryId());
            if (row != null && row.isHeld(node, claim.attempt())) {
                ledger.deliveries.put(row.id(), row.journalled());
                current.add(row.id());
            }
        }
        return current;
    }

    List<Long> settle(List<Settlement> settlements) {
        List<Long> changed = new ArrayList<>();
        for (Settlement settlement : settlements) {
            DeliveryRow row = ledger.deliveries.get(settlement.claim().deliveryId());
            if (row == null) {
                continue;
            }
            boolean isErased = row.facts().recipient().isEmpty();
            Settlement s = isErased ? settlement.withoutWords() : settlement;
            boolean applies = row.isHeld(s.node(), s.claim().attempt()) || (s.lateWins() && !isProven(row.state()));
            if (applies) {
                ledger.deliveries.put(row.id(), row.settled(s));
                changed.add(row.id());
            }
            if (s.event() != null && (applies || s.isReport())) {
                MailEvent.Builder event = ledger.event(s.event(), s.at(), row)
                        .attempt(s.claim().attempt(), s.transport())
                        .failure(s.failure());
                Map<String, String> detail = new LinkedHashMap<>(s.facts());
                String reply = s.reply();
                if (reply != null) {
                    detail.put("reply", reply);
                }
                ledger.add(event.detail(detail));
            }
        }
        return changed;
    }

    List<QueueKey> promote(Instant now, int limit) {
        Set<QueueKey> queues = new LinkedHashSet<>();
        NavigableSet<DeliveryIndex.Due> timed = ledger.index.timed();
        for (int n = 0; n < limit && !timed.isEmpty() && !timed.first().at().isAfter(now); n++) {
            DeliveryRow row = row(timed.first().id());
            ledger.deliveries.put(row.id(), row.promoted());
            queues.add(row.facts().queue());
        }
        return List.copyOf(queues);
    }

    private Claim claim(long id, long node, Instant now, boolean journalled) {
        DeliveryRow row = row(id).claimed(node, journalled, now);
        ledger.deliveries.put(id, row);
        Suppression suppression =
                ledger.suppressions.find(row.facts().queue().lane(), row.facts().addressKey(), now);
        return row.toClaim(suppression == null ? null : suppression.reason().name());
    }

    /** True when the next server is known to have had it; a late acceptance adds nothing to that. */
    private static boolean isProven(DeliveryState state) {
        return state == DeliveryState.SENT || state == DeliveryState.DELIVERED || state == DeliveryState.BOUNCED;
    }

    private DeliveryRow row(long id) {
        return Objects.requireNonNull(ledger.deliveries.get(id), "an index names a delivery that is gone");
    }
}

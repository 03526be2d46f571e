// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.StoredMessage;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.internal.digest.AddressKeys;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How mail enters the ledger. */
final class Appends {
    private final MemoryLedger ledger;

    Appends(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    List<AppendResult> append(List<NewMessage> messages) {
        messages.forEach(m -> ledger.lanes.require(m.lane()));
        List<AppendResult> results = new ArrayList<>(messages.size());
        for (NewMessage m : messages) {
            AppendResult repeated = repeated(m);
            results.add(repeated != null ? repeated : add(m));
        }
        return results;
    }

    private @Nullable AppendResult repeated(NewMessage m) {
        NewMessage.Idempotency idempotency = m.idempotency();
        if (idempotency == null) {
            return null;
        }
        String key = m.lane().tenant() + '\n' + idempotency.keyHash().toHex();
        MemoryLedger.Key known = ledger.idempotencyKeys.get(key);
        if (known == null) {
            ledger.idempotencyKeys.put(
                    key, new MemoryLedger.Key(m.id(), idempotency.contentHash(), idempotency.since()));
            return null;
        }
        boolean same = known.isErased() || known.contentHash().equals(idempotency.contentHash());
        return new AppendResult(same ? AppendResult.Kind.DUPLICATE : AppendResult.Kind.CONFLICT, known.message(), 0);
    }

    private AppendResult add(NewMessage m) {
        ledger.requireRoom(m);
        long key = ledger.nextId();
        List<Long> ids = new ArrayList<>(m.deliveries().size());
        m.deliveries().forEach(d -> ids.add(ledger.nextId()));
        ledger.messages.put(key, new MessageRow(StoredMessage.of(key, m), m.sendAt(), List.copyOf(ids)));
        int suppressed = 0;
        for (int i = 0; i < ids.size(); i++) {
            suppressed += addDelivery(m, key, ids.get(i), m.deliveries().get(i)) ? 1 : 0;
        }
        return new AppendResult(AppendResult.Kind.ACCEPTED, m.id(), suppressed, key);
    }

    /** Returns whether the recipient is suppressed. */
    private boolean addDelivery(NewMessage m, long messageKey, long id, NewMessage.NewDelivery d) {
        Lane lane = m.lane();
        String addressKey = AddressKeys.of(d.address());
        Suppression suppression = ledger.suppressions.find(lane, addressKey, m.acceptedAt());
        Instant sendAt = m.sendAt();
        boolean later = sendAt != null && sendAt.isAfter(m.acceptedAt());
        Failure failure = suppression == null
                ? null
                : Failure.builder("suppressed", Phase.PREPARE)
                        .text("the address is on the suppression list: " + suppression.reason())
                        .build();
        DeliveryRow row = new DeliveryRow(
                new DeliveryRow.Facts(
                        id,
                        messageKey,
                        m.id(),
                        new QueueKey(lane, d.domain()),
                        d.address(),
                        addressKey,
                        d.role(),
                        m.policy(),
                        m.content().size(),
                        m.expiresAt()),
                failure != null ? DeliveryState.SUPPRESSED : later ? DeliveryState.SCHEDULED : DeliveryState.QUEUED,
                false,
                failure == null && later ? sendAt : null,
                DeliveryRow.Lease.NONE,
                new DeliveryRow.Result(null, failure, null),
                m.acceptedAt());
        ledger.deliveries.put(id, row);
        EventType type = failure == null ? EventType.QUEUED : EventType.SUPPRESSED;
        ledger.add(ledger.event(type, m.acceptedAt(), row).failure(failure));
        return failure != null;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.OutboxTransaction.Erased;
import dev.mailer.core.internal.digest.AddressKeys;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Takes a person out of the ledger and leaves its facts. */
final class Erasures {
    private final MemoryLedger ledger;
    private final Decisions decisions;

    Erasures(MemoryLedger ledger, Decisions decisions) {
        this.ledger = ledger;
        this.decisions = decisions;
    }

    Erased erase(String tenant, String address, long after, Instant now, int limit) {
        String key = AddressKeys.of(address);
        List<MessageRow> messages = ledger.messages.rows().tailMap(after, false).values().stream()
                .filter(m -> m.stored().lane().tenant().equals(tenant) && isTo(m, key))
                .limit(limit)
                .toList();
        int erased = 0;
        int cancelled = 0;
        int sending = 0;
        int waiting = 0;
        for (MessageRow message : messages) {
            for (DeliveryRow row : deliveries(message)) {
                if (row.isWaiting() && row.facts().addressKey().equals(key)) {
                    decisions.cancel(row, now);
                    cancelled++;
                }
            }
            List<DeliveryRow> rows = deliveries(message);
            if (rows.stream().anyMatch(d -> d.state() == DeliveryState.SENDING)) {
                sending++;
            } else if (rows.stream().anyMatch(DeliveryRow::isWaiting)) {
                waiting++;
            } else {
                blank(message, rows);
                erased++;
            }
        }
        long next = messages.size() < limit
                ? 0
                : messages.get(messages.size() - 1).stored().key();
        return new Erased(erased, cancelled, sending, waiting, next);
    }

    private boolean isTo(MessageRow message, String addressKey) {
        return deliveries(message).stream().anyMatch(d -> d.facts().addressKey().equals(addressKey));
    }

    private List<DeliveryRow> deliveries(MessageRow message) {
        return message.deliveries().stream()
                .map(id -> Objects.requireNonNull(ledger.deliveries.get(id)))
                .toList();
    }

    private void blank(MessageRow message, List<DeliveryRow> rows) {
        long key = message.stored().key();
        rows.forEach(row -> ledger.deliveries.put(row.id(), row.erased()));
        List.copyOf(ledger.timeline(key).values()).forEach(e -> ledger.events.put(e.id(), erased(e)));
        List.copyOf(ledger.idempotencyKeys.rows().entrySet()).stream()
                .filter(k -> k.getValue().message().equals(message.stored().id()))
                .forEach(
                        k -> ledger.idempotencyKeys.put(k.getKey(), k.getValue().erased()));
        ledger.webhooks.forgetAnswers(ledger.timeline(key).keySet());
        ledger.messages.put(key, message.erased());
    }

    private static MailEvent erased(MailEvent e) {
        return MailEvent.builder(e.type(), e.at(), e.tenant())
                .id(e.id())
                .message(e.messageId())
                .delivery(e.deliveryId(), "")
                .attempt(e.attempt(), null)
                .build();
    }
}

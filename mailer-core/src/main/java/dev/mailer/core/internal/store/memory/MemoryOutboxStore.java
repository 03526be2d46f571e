// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.Page;
import dev.mailer.api.spi.ContentStore;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.FieldCipher;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.StoredMessage;
import dev.mailer.api.spi.Subscriptions;
import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.api.spi.TokenKeyStore;
import dev.mailer.api.spi.WebhookStore;
import dev.mailer.core.internal.store.NoCipher;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ledger in memory, for tests, demos and mail that may be lost: it ends with the process and nothing in it is durable.
 * One lock guards it, so transactions run one after the other and readers wait for them; keep the work of a transaction
 * short. What would exceed the capacity is refused.
 */
public final class MemoryOutboxStore implements OutboxStore {
    private final MemoryLedger ledger;
    private final FieldCipher cipher = new NoCipher();

    /** A new, empty store that takes about so many bytes of mail. */
    public MemoryOutboxStore(InstantSource clock, long capacity) {
        this.ledger = new MemoryLedger(clock, capacity);
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public <R extends @Nullable Object> R transact(Function<OutboxTransaction, R> work) {
        return ledger.transact(() -> {
            MemoryTransaction transaction = new MemoryTransaction(ledger);
            try {
                return work.apply(transaction);
            } finally {
                transaction.end();
            }
        });
    }

    @Override
    public OutboxTransaction join(Connection host) {
        throw noJoining();
    }

    /** Nothing here outlives the process, so nothing is encrypted. */
    @Override
    public FieldCipher cipher() {
        return cipher;
    }

    @Override
    public void register(Lane lane) {
        ledger.run(() -> ledger.lanes.register(lane));
    }

    @Override
    public List<QueueKey> readyQueues(Lane lane, @Nullable String after, int limit) {
        return ledger.locked(() -> {
            NavigableMap<String, NavigableSet<Long>> domains = ledger.index.ready(lane);
            return (after == null ? domains : domains.tailMap(after, false))
                    .keySet().stream()
                            .limit(limit)
                            .map(domain -> new QueueKey(lane, domain))
                            .toList();
        });
    }

    @Override
    public List<Lane> readyLanes() {
        return ledger.locked(() -> List.copyOf(ledger.index.ready().keySet()));
    }

    @Override
    public List<ParkedQueue> parkedSince(Instant since) {
        return ledger.locked(() -> ledger.parkings.rows().values().stream()
                .filter(p -> !p.changedAt().isBefore(since))
                .map(MemoryLedger.Parking::parked)
                .toList());
    }

    @Override
    public @Nullable Instant nextDue() {
        return ledger.locked(() -> ledger.index.timed().isEmpty()
                ? null
                : ledger.index.timed().first().at());
    }

    @Override
    public boolean hasAlone(Instant now) {
        return ledger.locked(() -> !ledger.index.alone().isEmpty()
                && !ledger.index.alone().first().at().isAfter(now));
    }

    @Override
    public List<StoredMessage> load(Collection<Long> messageKeys) {
        return ledger.locked(() -> messageKeys.stream()
                .distinct()
                .map(ledger.messages::get)
                .filter(Objects::nonNull)
                .map(MessageRow::stored)
                .toList());
    }

    @Override
    public @Nullable StoredMessage load(MessageId id) {
        return ledger.locked(() -> {
            MessageRow row = ledger.message(id);
            return row == null ? null : row.stored();
        });
    }

    @Override
    public @Nullable MessageStatus find(MessageId id) {
        return ledger.locked(() -> {
            MessageRow row = ledger.message(id);
            return row == null ? null : status(row);
        });
    }

    @Override
    public Page<MessageStatus> list(MessageQuery query) {
        return ledger.locked(() -> new Listing(ledger, query).page(this::status));
    }

    @Override
    public List<MailEvent> events(MessageId id) {
        return ledger.locked(() -> {
            MessageRow row = ledger.message(id);
            if (row == null) {
                return List.<MailEvent>of();
            }
            List<MailEvent> all = ledger.timeline(row.stored().key()).values().stream()
                    .sorted(MemoryLedger.byTime())
                    .toList();
            return all.size() <= 2 * MOST_EVENTS
                    ? all
                    : Stream.concat(
                                    all.stream().limit(MOST_EVENTS),
                                    all.stream().skip(all.size() - MOST_EVENTS))
                            .toList();
        });
    }

    @Override
    public long countEvents(MessageId id) {
        return ledger.locked(() -> {
            MessageRow row = ledger.message(id);
            return row == null ? 0L : (long) ledger.timeline(row.stored().key()).size();
        });
    }

    @Override
    public List<Depth> depths() {
        return ledger.locked(() -> ledger.index.counts().entrySet().stream()
                .map(e -> depth(e.getKey(), e.getValue()))
                .filter(d -> d.ready() + d.waiting() + d.sending() > 0)
                .toList());
    }

    @Override
    public Instant now() {
        return ledger.clock.instant();
    }

    @Override
    public ContentStore contents() {
        return ledger.contents;
    }

    @Override
    public SuppressionStore suppressions() {
        return ledger.suppressions;
    }

    @Override
    public EventStore eventFeed() {
        return ledger.feed;
    }

    @Override
    public Subscriptions subscriptions() {
        return ledger.subscriptions;
    }

    @Override
    public TokenKeyStore tokenKeys() {
        return ledger.tokenKeys;
    }

    @Override
    public WebhookStore webhooks() {
        return ledger.webhooks;
    }

    @Override
    public void close() {
        ledger.close();
    }

    static UnsupportedOperationException noJoining() {
        return new UnsupportedOperationException(
                "the store in memory has no database, so it cannot join a transaction on a"
                        + " connection; use a store in the caller's database");
    }

    private Depth depth(Lane lane, DeliveryIndex.Counts counts) {
        Instant now = now();
        Duration oldest = ledger.index.ready(lane).values().stream()
                .map(ids -> Objects.requireNonNull(ledger.deliveries.get(ids.first())))
                .map(row -> Duration.between(row.changedAt(), now))
                .reduce(Duration.ZERO, (a, b) -> a.compareTo(b) > 0 ? a : b);
        return new Depth(lane, counts.ready, counts.waiting, counts.sending, oldest);
    }

    private MessageStatus status(MessageRow row) {
        StoredMessage m = row.stored();
        NewMessage.Summary summary = m.summary();
        List<DeliveryStatus> deliveries = row.deliveries().stream()
                .map(id -> Objects.requireNonNull(ledger.deliveries.get(id)).toStatus())
                .toList();
        return MessageStatus.builder(m.id(), m.acceptedAt())
                .lane(m.lane().tenant(), m.lane().stream())
                .from(summary.from())
                .subject(summary.subject())
                .messageIdHeader(summary.messageIdHeader())
                .tags(summary.tags())
                .sendAt(row.sendAt())
                .deliveries(deliveries)
                .lastEvent(ledger.timeline(m.key()).values().stream()
                        .filter(e -> e.type() != EventType.VERDICT)
                        .max(MemoryLedger.byTime())
                        .map(MailEvent::type)
                        .orElse(null))
                .build();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.Address;
import dev.mailer.api.CancelResult;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.Email;
import dev.mailer.api.EventType;
import dev.mailer.api.HitCounts;
import dev.mailer.api.IdempotencyConflictException;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.Outbox;
import dev.mailer.api.Page;
import dev.mailer.api.RecipientRole;
import dev.mailer.api.SendResult;
import dev.mailer.api.Trace;
import dev.mailer.api.spi.DeliveryReports;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.SiteState;
import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.api.spi.TlsCount;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.PersonalRecords;
import dev.mailer.core.Stores;
import dev.mailer.core.TokenKeys;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An engine that keeps what it is given and sends nothing; tests set its moods. */
public final class FakeEngine implements MailerEngine {
    public static final Instant NOW = Instant.parse("2026-08-05T11:52:01.858Z");

    public final Map<MessageId, Email> accepted = new LinkedHashMap<>();
    public final Map<QueueKey, ParkedQueue> parked = new LinkedHashMap<>();
    public final List<SiteState> sites = new ArrayList<>();
    public final List<TlsCount> tlsCounts = new ArrayList<>();
    public final List<HttpEndpoint> endpoints = new ArrayList<>();
    /** Thrown by every send and every list. */
    public @Nullable RuntimeException refusal;
    /** Which mails are refused as invalid. */
    public Predicate<Email> invalid = email -> false;
    /** Run before and after what a batch adds; what they throw is thrown by it. */
    public Runnable beforeSendAll = () -> {};

    public Runnable afterSendAll = () -> {};
    /** What the ids of mails say of their time. */
    public Instant acceptedAt = Instant.parse("2025-06-17T12:00:00Z");
    /** State of every delivery, as reported. */
    public DeliveryState state = DeliveryState.QUEUED;

    public @Nullable EventType lastEvent = EventType.QUEUED;
    public Health health = new Health(true, true, null, Duration.ZERO, List.of());
    public @Nullable MessageQuery lastQuery;
    public Duration lastWait = Duration.ZERO;
    public Runnable beforeAwait = () -> {};
    /** What an export throws behind the first mail, which is large. */
    public @Nullable RuntimeException exportEnds;

    private final OutboxStore store = Stores.memory();
    private final Map<String, MessageId> keys = new LinkedHashMap<>();
    private int counter;

    public FakeEngine() {
        store.register(new Lane("default", "transactional"));
        store.register(new Lane("default", "broadcast"));
    }

    @Override
    public synchronized SendResult send(Email email) {
        if (refusal != null) {
            throw refusal;
        }
        MessageId before = earlier(email);
        if (before != null) {
            return SendResult.duplicateOf(before);
        }
        String key = email.idempotencyKey();
        long time = acceptedAt.toEpochMilli();
        MessageId id = MessageId.of(String.format("%08x-%04x-7000-8000-%012d", time >>> 16, time & 0xffff, ++counter));
        accepted.put(id, email);
        if (key != null) {
            keys.put(key, id);
        }
        return SendResult.accepted(id, 0);
    }

    /** The mail with the same key; null when there is none. */
    private @Nullable MessageId earlier(Email email) {
        if (invalid.test(email)) {
            throw new InvalidEmailException("template", "misses a variable");
        }
        String key = email.idempotencyKey();
        MessageId before = key == null ? null : keys.get(key);
        Email first = before == null ? null : accepted.get(before);
        if (first != null
                && (!first.metadata().equals(email.metadata()) || !Objects.equals(first.subject(), email.subject()))) {
            throw new IdempotencyConflictException(before);
        }
        return before;
    }

    @Override
    public synchronized List<SendResult> sendAll(List<Email> emails) {
        emails.forEach(this::earlier);
        beforeSendAll.run();
        List<SendResult> results = emails.stream().map(this::send).toList();
        afterSendAll.run();
        return results;
    }

    @Override
    public Outbox in(Connection connection) {
        throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable CancelResult cancel(MessageId id) {
        if (!accepted.containsKey(id)) {
            return null;
        }
        boolean inTime = state == DeliveryState.QUEUED || state == DeliveryState.SCHEDULED;
        int all = accepted.get(id).recipients().size();
        if (inTime) {
            state = DeliveryState.CANCELLED;
            lastEvent = EventType.CANCELLED;
        }
        return new CancelResult(id, inTime ? all : 0, inTime ? 0 : all);
    }

    @Override
    public @Nullable MessageStatus find(MessageId id) {
        Email email = accepted.get(id);
        return email == null ? null : status(id, email);
    }

    @Override
    public @Nullable Email email(MessageId id) {
        return accepted.get(id);
    }

    @Override
    public Page<MessageStatus> list(MessageQuery query) {
        if (refusal != null) {
            throw refusal;
        }
        lastQuery = query;
        List<MessageStatus> all = accepted.entrySet().stream()
                .filter(e -> e.getValue().tenant().equals(query.tenant()))
                .map(e -> status(e.getKey(), e.getValue()))
                .sorted((a, b) -> b.id().compareTo(a.id()))
                .filter(s -> query.after() == null || s.id().compareTo(query.after()) < 0)
                .toList();
        return new Page<>(all.stream().limit(query.limit()).toList(), all.size() > query.limit());
    }

    @Override
    public @Nullable MessageEvents events(MessageId id) {
        MessageStatus status = find(id);
        return status == null
                ? null
                : new MessageEvents(
                        List.of(MailEvent.builder(EventType.QUEUED, NOW, status.tenant())
                                .id(7)
                                .message(id)
                                .delivery(1, status.deliveries().get(0).recipient())
                                .build()),
                        0);
    }

    @Override
    public @Nullable Trace trace(MessageId id) {
        MessageStatus status = find(id);
        MessageEvents events = events(id);
        return status == null || events == null
                ? null
                : new Trace(
                        status,
                        events.shown(),
                        events.omitted(),
                        HitCounts.NONE,
                        List.of(new Trace.Hold(1, "the queue rests: asked to", null)),
                        List.of(new Trace.Told(7, "shop", "waiting", NOW, 2, 503, "status", NOW)));
    }

    @Override
    public @Nullable MessageStatus await(MessageId id, Duration timeout) {
        lastWait = timeout;
        beforeAwait.run();
        return find(id);
    }

    @Override
    public void close() {}

    @Override
    public String storeName() {
        return "fake";
    }

    @Override
    public List<SiteState> sites() {
        return sites;
    }

    @Override
    public boolean releaseSite(String site) {
        return sites.removeIf(s -> s.site().equals(site));
    }

    @Override
    public List<TlsCount> tlsCounts() {
        return tlsCounts;
    }

    @Override
    public List<String> tenants() {
        return List.of(Email.DEFAULT_TENANT);
    }

    @Override
    public List<String> transports() {
        return List.of("fake");
    }

    @Override
    public List<OutboxStore.Depth> depths() {
        return List.of(
                new OutboxStore.Depth(new Lane("default", "transactional"), 3, 2, 1, Duration.ofSeconds(9)),
                new OutboxStore.Depth(new Lane("other", "transactional"), 8, 8, 8, Duration.ofSeconds(8)));
    }

    @Override
    public List<ParkedQueue> parkedQueues() {
        return List.copyOf(parked.values());
    }

    @Override
    public void park(QueueKey queue, Instant until, String reason) {
        parked.put(queue, new ParkedQueue(queue, until, reason, 0));
    }

    @Override
    public void resume(QueueKey queue) {
        parked.remove(queue);
    }

    @Override
    public boolean resolve(MessageId id, long deliveryId, DeliveryState to) {
        if (state != DeliveryState.AMBIGUOUS) {
            return false;
        }
        state = to;
        return true;
    }

    @Override
    public int check(Email email) {
        if (refusal != null) {
            throw refusal;
        }
        return 0;
    }

    @Override
    public SuppressionStore suppressions() {
        return store.suppressions();
    }

    @Override
    public PersonalRecords personalData() {
        return new PersonalRecords() {
            @Override
            public void export(String tenant, String address, Consumer<ExportedMail> to) {
                String body = exportEnds == null ? "Hello" : "Hello".repeat(100_000);
                for (MessageStatus status :
                        list(MessageQuery.ofTenant(tenant).recipient(address)).items()) {
                    to.accept(new ExportedMail(
                            status, List.of(), dev.mailer.api.spi.Bytes.utf8("Subject: Hello\r\n\r\n" + body)));
                    if (exportEnds != null) {
                        throw exportEnds;
                    }
                }
            }

            @Override
            public Erasure erase(String tenant, String address) {
                return new Erasure(accepted.size(), 0, 0, 0);
            }
        };
    }

    @Override
    public OutboxStore.@Nullable KeyState keys() {
        return null;
    }

    @Override
    public TokenKeys tokenKeys() {
        throw new UnsupportedOperationException();
    }

    @Override
    public EventStore events() {
        throw new UnsupportedOperationException();
    }

    @Override
    public DeliveryReports deliveryReports() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<HttpEndpoint> endpoints() {
        return List.copyOf(endpoints);
    }

    @Override
    public Health health() {
        return health;
    }

    /** A message id that nobody has. */
    static String unknownId() {
        return new UUID(1, 2).toString();
    }

    private MessageStatus status(MessageId id, Email email) {
        List<DeliveryStatus> deliveries = new ArrayList<>();
        email.to().forEach(a -> deliveries.add(delivery(deliveries.size() + 1, a, RecipientRole.TO)));
        email.cc().forEach(a -> deliveries.add(delivery(deliveries.size() + 1, a, RecipientRole.CC)));
        email.bcc().forEach(a -> deliveries.add(delivery(deliveries.size() + 1, a, RecipientRole.BCC)));
        return MessageStatus.builder(id, NOW)
                .lane(email.tenant(), email.stream())
                .from(String.valueOf(email.from()))
                .subject(email.subject())
                .messageIdHeader("<" + id + "@example.com>")
                .tags(email.tags())
                .sendAt(email.sendAt())
                .deliveries(deliveries)
                .lastEvent(lastEvent)
                .build();
    }

    private DeliveryStatus delivery(long id, Address to, RecipientRole role) {
        return DeliveryStatus.builder(id, to.spec(), role, state).changedAt(NOW).build();
    }
}

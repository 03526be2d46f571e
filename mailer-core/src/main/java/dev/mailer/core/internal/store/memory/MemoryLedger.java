// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that the store knows. One lock guards everything: a transaction holds it from beginning to end, and so does each read,
 * so that nobody sees what is not committed.
 */
final class MemoryLedger {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final int EVENT_WEIGHT = 256;
    private static final long SUPPRESSION_WEIGHT = 512;

    /** Stands beside an idempotency key. */
    record Key(MessageId message, Bytes contentHash, Instant at) {
        Key erased() {
            return new Key(message, Bytes.EMPTY, at);
        }

        /** Then any content is taken for the one that it stood for. */
        boolean isErased() {
            return contentHash.equals(Bytes.EMPTY);
        }
    }

    /** A parking and when it changed. */
    record Parking(ParkedQueue parked, Instant changedAt) {}

    /** A report that was taken, so that its repetition is known. */
    record Reported(String key, long messageKey) {}

    final InstantSource clock;
    final KnownLanes lanes = new KnownLanes();
    final ContentReferences references = new ContentReferences();
    final DeliveryIndex index = new DeliveryIndex();
    final MemorySuppressions suppressions = new MemorySuppressions(this);
    final MemoryContents contents = new MemoryContents(this);
    final MemoryEvents feed = new MemoryEvents(this);
    final MemoryTokenKeys tokenKeys = new MemoryTokenKeys(this);
    final SuppressionHistory suppressionHistory = new SuppressionHistory(this);
    final MemorySubscriptions subscriptions = new MemorySubscriptions(this);
    final MemoryWebhooks webhooks = new MemoryWebhooks(this);

    private final ReentrantLock lock = new ReentrantLock();
    final UndoLog undo = new UndoLog();
    private final long capacity;

    final Table<Long, MessageRow> messages = new Table<>(undo, this::messageChanged);
    final Table<Long, DeliveryRow> deliveries = new Table<>(undo, this::deliveryChanged);
    final Table<Long, MailEvent> events = new Table<>(undo, this::eventChanged);
    final Table<String, Key> idempotencyKeys = new Table<>(undo, (before, after) -> {});
    final Table<String, Parking> parkings = new Table<>(undo, (before, after) -> {});
    final Table<String, Reported> reports = new Table<>(undo, this::reportChanged);
    final Table<Long, SuppressionHistory.Row> suppressionChanges = new Table<>(undo, this::changeChanged);
    final Table<Long, Instant> nodes = new Table<>(undo, (before, after) -> {});

    private final NavigableMap<MessageId, Long> keys = new TreeMap<>();
    private final Map<Long, NavigableMap<Long, MailEvent>> timelines = new HashMap<>();
    private final Map<Long, Set<String>> reported = new HashMap<>();
    private long used;
    private long lastId;
    private boolean closed;

    MemoryLedger(InstantSource clock, long capacity) {
        this.clock = clock;
        this.capacity = capacity;
    }

    <R extends @Nullable Object> R locked(Supplier<R> work) {
        lock.lock();
        try {
            if (closed) {
                throw new MailerUnavailableException("the store is closed", RETRY_AFTER, null);
            }
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    void run(Runnable work) {
        locked(() -> {
            work.run();
            return true;
        });
    }

    <R extends @Nullable Object> R transact(Supplier<R> work) {
        return locked(() -> {
            if (undo.isRecording()) {
                throw new IllegalStateException("a transaction is open on this thread; transactions do not nest");
            }
            undo.begin();
            boolean done = false;
            try {
                R result = work.get();
                done = true;
                return result;
            } finally {
                if (done) {
                    undo.commit();
                } else {
                    undo.rollback();
                }
            }
        });
    }

    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /** Never given twice, not even after a rollback. */
    long nextId() {
        return ++lastId;
    }

    /** Keeps room for so many bytes more, or refuses: what was accepted must still fit when it changes. */
    void take(long bytes) {
        if (!takes(bytes)) {
            throw new MailerUnavailableException(
                    "the store in memory is full: " + used + " of " + capacity + " bytes are taken", RETRY_AFTER, null);
        }
    }

    /** Keeps room for so many bytes more where there is some. */
    boolean takes(long bytes) {
        if (used + bytes > capacity) {
            return false;
        }
        used += bytes;
        return true;
    }

    void free(long bytes) {
        used -= bytes;
    }

    /** Refuses what does not fit; its weight is counted when its rows are put. */
    private void requireRoom(long bytes) {
        take(bytes);
        free(bytes);
    }

    /** Refuses a message that does not fit. */
    void requireRoom(NewMessage m) {
        requireRoom(MessageRow.weight(m.content())
                + (long) m.deliveries().size() * (DeliveryRow.WEIGHT + EVENT_WEIGHT)
                + EVENT_WEIGHT);
    }

    /** Refuses so many new entries of the suppression list and changes in its history. */
    void requireRoom(long entries, long changes) {
        if (changes > 0) {
            requireRoom(entries * SUPPRESSION_WEIGHT + changes * EVENT_WEIGHT);
        }
    }

    /** So many entries of the suppression list more, or less. */
    void countEntries(int change) {
        used += change * SUPPRESSION_WEIGHT;
    }

    /** Keys of messages by their ids, oldest first. */
    NavigableMap<MessageId, Long> keys() {
        return keys;
    }

    @Nullable
    MessageRow message(MessageId id) {
        Long key = keys.get(id);
        return key == null ? null : messages.get(key);
    }

    /** Then no address of it is left. */
    boolean isErased(MessageRow message) {
        return message.deliveries().stream()
                .map(deliveries::get)
                .anyMatch(d -> d != null && d.facts().recipient().isEmpty());
    }

    /** Events of a message in the order they were stored; only to be read. */
    NavigableMap<Long, MailEvent> timeline(long messageKey) {
        return timelines.getOrDefault(messageKey, new TreeMap<>());
    }

    /** Keys of the reports about a message. */
    Set<String> reportsOf(long messageKey) {
        return reported.getOrDefault(messageKey, Set.of());
    }

    /** An event about a delivery, to be completed and given to {@link #add}. */
    MailEvent.Builder event(EventType type, Instant at, DeliveryRow row) {
        DeliveryRow.Facts f = row.facts();
        return MailEvent.builder(type, at, f.queue().lane().tenant()).stream(f.queue().lane().stream())
                .message(f.messageId())
                .delivery(f.id(), f.recipient());
    }

    /** Returns its id. */
    long add(MailEvent.Builder event) {
        long id = nextId();
        events.put(id, event.id(id).build());
        return id;
    }

    static String key(QueueKey queue) {
        return queue.lane().tenant() + '\n' + queue.lane().stream() + '\n' + queue.domain();
    }

    /** Timelines show events by time; what came late stands where it belongs. */
    static Comparator<MailEvent> byTime() {
        return Comparator.comparing(MailEvent::at).thenComparingLong(MailEvent::id);
    }

    private void messageChanged(@Nullable MessageRow before, @Nullable MessageRow after) {
        if (before != null) {
            used -= before.weight();
            keys.remove(before.stored().id());
            references.remove(before);
        }
        if (after != null) {
            used += after.weight();
            keys.put(after.stored().id(), after.stored().key());
            references.add(after);
        }
    }

    private void deliveryChanged(@Nullable DeliveryRow before, @Nullable DeliveryRow after) {
        used += (after == null ? 0 : DeliveryRow.WEIGHT) - (before == null ? 0 : DeliveryRow.WEIGHT);
        index.changed(before, after);
    }

    private void eventChanged(@Nullable MailEvent before, @Nullable MailEvent after) {
        if (before != null) {
            used -= EVENT_WEIGHT;
            Long key = messageKey(before);
            NavigableMap<Long, MailEvent> timeline = timeline(key);
            timeline.remove(before.id());
            if (timeline.isEmpty()) {
                timelines.remove(key);
            }
        }
        if (after != null) {
            used += EVENT_WEIGHT;
            timelines.computeIfAbsent(messageKey(after), k -> new TreeMap<>()).put(after.id(), after);
        }
    }

    private void changeChanged(SuppressionHistory.@Nullable Row before, SuppressionHistory.@Nullable Row after) {
        used += (after == null ? 0 : EVENT_WEIGHT) - (before == null ? 0 : EVENT_WEIGHT);
    }

    private void reportChanged(@Nullable Reported before, @Nullable Reported after) {
        if (before != null) {
            Set<String> keys = reported.getOrDefault(before.messageKey, new HashSet<>());
            keys.remove(before.key);
            if (keys.isEmpty()) {
                reported.remove(before.messageKey);
            }
        }
        if (after != null) {
            reported.computeIfAbsent(after.messageKey, k -> new HashSet<>()).add(after.key);
        }
    }

    private Long messageKey(MailEvent event) {
        MessageId id = event.messageId();
        Long key = id == null ? null : keys.get(id);
        return key == null ? 0L : key;
    }
}

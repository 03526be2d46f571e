// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.StoredMessage;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The content of what is claimed. Small mails that this node has just accepted are kept, most of them are claimed at once; other small
 * mails of one claim are read together, ahead of the slots that will send them; the rest is read when it is wanted. Thread-safe.
 */
final class ClaimedContent {
    /** Most bytes of what was accepted and is not claimed, and again of what was claimed and not taken; then the oldest are dropped. */
    private static final long MOST = 4L * 1024 * 1024;
    /** Most bytes read at once. */
    private static final long AT_ONCE = MOST / 2;

    private final OutboxStore store;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Messages accepted = new Messages();

    @GuardedBy("lock")
    private final Messages ahead = new Messages();

    ClaimedContent(OutboxStore store) {
        this.store = store;
    }

    /** Keeps a mail whose commit is done, where it may be claimed now. */
    void keep(NewMessage message, AppendResult result) {
        Instant sendAt = message.sendAt();
        boolean later = sendAt != null && sendAt.isAfter(message.acceptedAt());
        if (result.key() == 0 || later || message.content().size() > ByteBudget.SMALL) {
            return;
        }
        StoredMessage stored = StoredMessage.of(result.key(), message);
        lock.lock();
        try {
            accepted.put(stored, message.content().size());
        } finally {
            lock.unlock();
        }
    }

    /** Reads what is small and not here. Where the store fails, nothing is read ahead. */
    void readAhead(List<Claim> claims) {
        Map<Long, Long> sizes = choose(claims);
        if (sizes.size() < 2) {
            return;
        }
        List<StoredMessage> messages;
        try {
            messages = store.load(sizes.keySet());
        } catch (RuntimeException e) {
            // the slots read each on its own and find out which it is
            return;
        }
        lock.lock();
        try {
            messages.forEach(m -> ahead.put(m, sizes.getOrDefault(m.key(), 0L)));
        } finally {
            lock.unlock();
        }
    }

    private Map<Long, Long> choose(List<Claim> claims) {
        Map<Long, Long> sizes = new HashMap<>();
        lock.lock();
        try {
            long room = AT_ONCE;
            for (Claim claim : claims) {
                StoredMessage kept = accepted.remove(claim.messageKey());
                if (kept != null) {
                    ahead.put(kept, claim.size());
                } else if (claim.size() <= ByteBudget.SMALL && claim.size() <= room && !ahead.has(claim.messageKey())) {
                    room -= sizes.put(claim.messageKey(), claim.size()) == null ? claim.size() : 0;
                }
            }
        } finally {
            lock.unlock();
        }
        return sizes;
    }

    /** The message of a claim; null when it is not in the store. */
    @Nullable
    StoredMessage take(Claim claim) {
        StoredMessage read = remove(claim.messageKey());
        if (read != null) {
            return read;
        }
        List<StoredMessage> loaded = store.load(List.of(claim.messageKey()));
        return loaded.isEmpty() ? null : loaded.get(0);
    }

    /** Forgets what was read for claims that are not sent. */
    void forget(List<Claim> claims) {
        claims.forEach(c -> remove(c.messageKey()));
    }

    private @Nullable StoredMessage remove(long key) {
        lock.lock();
        try {
            return ahead.remove(key);
        } finally {
            lock.unlock();
        }
    }

    /** In the order in which they came. Not thread-safe. */
    private static final class Messages {
        private record Entry(StoredMessage message, long size) {}

        private final Map<Long, Entry> entries = new LinkedHashMap<>();
        private long bytes;

        boolean has(long key) {
            return entries.containsKey(key);
        }

        void put(StoredMessage message, long size) {
            if (entries.putIfAbsent(message.key(), new Entry(message, size)) != null) {
                return;
            }
            bytes += size;
            for (Iterator<Entry> i = entries.values().iterator(); bytes > MOST; ) {
                bytes -= i.next().size;
                i.remove();
            }
        }

        @Nullable
        StoredMessage remove(long key) {
            Entry entry = entries.remove(key);
            if (entry == null) {
                return null;
            }
            bytes -= entry.size;
            return entry.message;
        }
    }
}

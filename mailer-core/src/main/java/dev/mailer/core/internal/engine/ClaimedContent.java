// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.StoredMessage;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The content of what is claimed. Small mails of one claim are read together, ahead of the slots that will send them; whatever was
 * not read ahead is read when it is wanted. Thread-safe.
 */
final class ClaimedContent {
    /** Most bytes read ahead and not yet taken; beyond it the oldest are dropped. */
    private static final long AHEAD = 4L * 1024 * 1024;
    /** Most bytes read at once. */
    private static final long AT_ONCE = AHEAD / 2;

    private final OutboxStore store;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<Long, Ahead> ahead = new LinkedHashMap<>();

    @GuardedBy("lock")
    private long bytes;

    ClaimedContent(OutboxStore store) {
        this.store = store;
    }

    private record Ahead(StoredMessage message, long size) {}

    /** Reads what is small. Where the store fails, nothing is read ahead. */
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
            for (StoredMessage message : messages) {
                long size = sizes.getOrDefault(message.key(), 0L);
                if (ahead.putIfAbsent(message.key(), new Ahead(message, size)) == null) {
                    bytes += size;
                }
            }
            for (Iterator<Ahead> i = ahead.values().iterator(); bytes > AHEAD; ) {
                bytes -= i.next().size;
                i.remove();
            }
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
                if (claim.size() <= ByteBudget.SMALL
                        && claim.size() <= room
                        && !ahead.containsKey(claim.messageKey())) {
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
            Ahead read = ahead.remove(key);
            if (read == null) {
                return null;
            }
            bytes -= read.size;
            return read.message;
        } finally {
            lock.unlock();
        }
    }
}

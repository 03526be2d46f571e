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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The content of what is claimed. Small mails that this node has just accepted are kept, most of them are claimed at once; other small
 * mails of one claim are read together, ahead of the slots that will send them; the rest is read when it is wanted. What several claims
 * are of is read and decoded for the first and kept for the others, until the last is taken. A later claim of the same mail reads it
 * again, so that nothing is held longer than its claim. Thread-safe.
 */
final class ClaimedContent {
    /** Most stored bytes of what was accepted and is not claimed, and again of what was claimed and not taken; then the oldest are dropped. */
    private static final long MOST = 4L * 1024 * 1024;
    /** Most bytes kept of one claim. */
    private static final long AT_ONCE = MOST / 2;

    private final OutboxStore store;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final BoundedBytes<StoredMessage> accepted = new BoundedBytes<>(MOST);

    @GuardedBy("lock")
    private final BoundedBytes<Shared> claimed = new BoundedBytes<>(MOST);

    /**
     * A mail and what is left of its claims.
     *
     * @param claims how many are to be taken or forgotten
     */
    private record Shared(ClaimedMail mail, int claims) {}

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
            accepted.put(result.key(), stored, message.content().size());
        } finally {
            lock.unlock();
        }
    }

    /** Reads what is small and not here. Where the store fails, nothing is read ahead. */
    void readAhead(List<Claim> claims) {
        Map<Long, ClaimedMail> wanted = choose(claims);
        if (wanted.size() < 2) {
            return;
        }
        List<StoredMessage> messages;
        try {
            messages = store.load(wanted.keySet());
        } catch (RuntimeException e) {
            // the slots read each on its own and find out which it is
            return;
        }
        for (StoredMessage message : messages) {
            ClaimedMail mail = wanted.get(message.key());
            if (mail != null) {
                mail.wasRead(message);
            }
        }
    }

    /** Makes room for what the claims are of, and gives what is to be read ahead of it. */
    private Map<Long, ClaimedMail> choose(List<Claim> claims) {
        Map<Long, Integer> counts = new LinkedHashMap<>();
        Map<Long, Long> sizes = new HashMap<>();
        for (Claim claim : claims) {
            counts.merge(claim.messageKey(), 1, Integer::sum);
            sizes.put(claim.messageKey(), claim.size());
        }
        Map<Long, ClaimedMail> wanted = new HashMap<>();
        long room = AT_ONCE;
        lock.lock();
        try {
            for (Map.Entry<Long, Integer> each : counts.entrySet()) {
                long key = each.getKey();
                long size = sizes.getOrDefault(key, 0L);
                StoredMessage kept = accepted.remove(key);
                Shared before = claimed.remove(key);
                int count = each.getValue() + (before == null ? 0 : before.claims);
                if (kept == null && (size > room || size > ByteBudget.SMALL && count == 1)) {
                    continue;
                }
                ClaimedMail mail = mail(key);
                claimed.put(key, new Shared(mail, count), size);
                if (kept != null) {
                    mail.wasRead(kept);
                } else {
                    room -= size;
                    if (size <= ByteBudget.SMALL) {
                        wanted.put(key, mail);
                    }
                }
            }
        } finally {
            lock.unlock();
        }
        return wanted;
    }

    /** The mail that these claims are of, which are not taken again. */
    ClaimedMail take(List<Claim> claims) {
        long key = claims.get(0).messageKey();
        ClaimedMail shared = remove(key, claims.size());
        return shared == null ? mail(key) : shared;
    }

    /** Forgets what was read for claims that are not sent. */
    void forget(List<Claim> claims) {
        claims.forEach(c -> remove(c.messageKey(), 1));
    }

    private ClaimedMail mail(long key) {
        return new ClaimedMail(() -> {
            List<StoredMessage> loaded = store.load(List.of(key));
            return loaded.isEmpty() ? null : loaded.get(0);
        });
    }

    private @Nullable ClaimedMail remove(long key, int claims) {
        lock.lock();
        try {
            Shared shared = claimed.get(key);
            if (shared == null) {
                return null;
            }
            if (shared.claims > claims) {
                claimed.replace(key, new Shared(shared.mail, shared.claims - claims));
            } else {
                claimed.remove(key);
            }
            return shared.mail;
        } finally {
            lock.unlock();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Answers of one type by name, until they expire; what has not been asked for the longest goes first. Thread-safe. */
final class DnsCache<T> {
    private record Kept<T>(DnsAnswer<T> answer, Instant until, int octets) {}

    /** What an answer costs beside its records. */
    private static final int OVERHEAD = 300;

    private static final int LINKED_MAP_CAPACITY = 64;

    private final InstantSource clock;
    private final int maxOctets;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<String, Kept<T>> byName = new LinkedHashMap<>(LINKED_MAP_CAPACITY, 0.75f, true);

    @GuardedBy("lock")
    private int octets;

    DnsCache(InstantSource clock, int maxOctets) {
        this.clock = clock;
        this.maxOctets = maxOctets;
    }

    @Nullable
    DnsAnswer<T> get(String name) {
        lock.lock();
        try {
            Kept<T> kept = byName.get(name);
            if (kept == null) {
                return null;
            }
            if (!clock.instant().isBefore(kept.until())) {
                remove(name);
                return null;
            }
            return kept.answer();
        } finally {
            lock.unlock();
        }
    }

    /** Keeps the answer for its time to live; one that is larger than the whole cache is not kept. */
    void put(String name, DnsAnswer<T> answer, int messageOctets) {
        int size = messageOctets + OVERHEAD;
        if (size > maxOctets) {
            return;
        }
        Instant until = clock.instant().plus(answer.ttl());
        lock.lock();
        try {
            remove(name);
            byName.put(name, new Kept<>(answer, until, size));
            octets += size;
            Iterator<Kept<T>> eldest = byName.values().iterator();
            while (octets > maxOctets) {
                octets -= eldest.next().octets();
                eldest.remove();
            }
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return byName.size();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void remove(String name) {
        Kept<T> old = byName.remove(name);
        if (old != null) {
            octets -= old.octets();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values by key in the order in which they came; beyond so many bytes the oldest go. Not thread-safe. */
final class BoundedBytes<V> {
    private record Entry<V>(V value, long size) {}

    private final Map<Long, Entry<V>> entries = new LinkedHashMap<>();
    private final long most;
    private long bytes;

    /** @param most bytes */
    BoundedBytes(long most) {
        this.most = most;
    }

    @Nullable
    V get(long key) {
        Entry<V> entry = entries.get(key);
        return entry == null ? null : entry.value;
    }

    /** Adds a value; what is there already stays. */
    void put(long key, V value, long size) {
        if (entries.putIfAbsent(key, new Entry<>(value, size)) != null) {
            return;
        }
        bytes += size;
        for (Iterator<Entry<V>> i = entries.values().iterator(); bytes > most; ) {
            bytes -= i.next().size;
            i.remove();
        }
    }

    /** Puts a value in the place of one that is there. */
    void replace(long key, V value) {
        entries.computeIfPresent(key, (k, e) -> new Entry<>(value, e.size));
    }

    @Nullable
    V remove(long key) {
        Entry<V> entry = entries.remove(key);
        if (entry == null) {
            return null;
        }
        bytes -= entry.size;
        return entry.value;
    }
}

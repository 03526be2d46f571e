// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Immutable rows by key. Every change goes through {@link #put} or {@link #remove}, which keep the indices and the undo log, so
 * that taking a change back is the opposite change. Guarded by the store's lock.
 */
final class Table<K, V> {
    private final NavigableMap<K, V> rows = new TreeMap<>();
    private final UndoLog undo;
    private final Index<V> index;

    /** Follows the rows: null stands for no row before or after. */
    @FunctionalInterface
    interface Index<V> {
        void changed(@Nullable V before, @Nullable V after);
    }

    Table(UndoLog undo, Index<V> index) {
        this.undo = undo;
        this.index = index;
    }

    @Nullable
    V get(K key) {
        return rows.get(key);
    }

    /** The rows in order of key; only to be read. */
    NavigableMap<K, V> rows() {
        return rows;
    }

    void put(K key, V row) {
        V before = apply(key, row);
        undo.add(() -> apply(key, before));
    }

    void remove(K key) {
        V before = apply(key, null);
        undo.add(() -> apply(key, before));
    }

    private @Nullable V apply(K key, @Nullable V after) {
        V before = after == null ? rows.remove(key) : rows.put(key, after);
        index.changed(before, after);
        return before;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mailer.api.spi.FieldCipher;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The keys of messages by their store keys. Those of recent messages are kept, because what happens to a mail next, a claim or its
 * settlement, has its number only. Without encryption nothing is asked and nothing is kept. Thread-safe.
 */
final class MessageKeys {
    /** Keys in memory, a few hundred bytes each. */
    private static final int KEPT = 10_000;
    /** Keys read by one statement; the last number fills what is left. */
    private static final int TOGETHER = 32;

    private final FieldCipher cipher;
    private final LaneIds lanes;
    private final Dialect dialect;
    /** Null without encryption. */
    private final @Nullable Cache<Long, RowKey> kept;

    MessageKeys(FieldCipher cipher, LaneIds lanes, Dialect dialect) {
        this.cipher = cipher;
        this.lanes = lanes;
        this.dialect = dialect;
        this.kept = cipher.isOn()
                ? Caffeine.newBuilder()
                        .maximumSize(KEPT)
                        .executor(Runnable::run)
                        .build()
                : null;
    }

    void keep(long message, RowKey key) {
        if (kept != null && key.isUsable()) {
            kept.put(message, key);
        }
    }

    void forget(long message) {
        if (kept != null) {
            kept.invalidate(message);
        }
    }

    /** The keys of these messages; those of messages that are not there are left out. */
    Map<Long, RowKey> of(Statements statements, Collection<Long> messages) throws SQLException {
        Map<Long, RowKey> keys = new HashMap<>();
        List<Long> unknown =
                messages.stream().distinct().filter(id -> !known(id, keys)).toList();
        for (int from = 0; from < unknown.size(); from += TOGETHER) {
            load(statements, unknown.subList(from, Math.min(unknown.size(), from + TOGETHER)), keys);
        }
        return keys;
    }

    /**
     * The same for those who write about messages. Which are erased is read from their rows: their keys may still be kept here where another
     * process did it. The rows are locked in order of id until the transaction ends, as an erasure and a purge lock them before anything else
     * of the mail: one at the same instant is waited for, or waits and sees what is written. Those who send it lock its deliveries alone, and
     * wait for nobody here.
     */
    Map<Long, RowKey> locked(Statements statements, Collection<Long> messages) throws SQLException {
        Map<Long, RowKey> keys = new HashMap<>();
        List<Long> unerased = new ArrayList<>();
        var unused = dialect.byIds(
                statements,
                "select id, key_version from mailer_message where id",
                messages.stream().distinct().sorted().toList(),
                " order by id" + dialect.share(),
                r -> r.getInt(2) == RowKey.ERASED_VERSION
                        ? keys.put(r.getLong(1), RowKey.ERASED)
                        : unerased.add(r.getLong(1)));
        keys.putAll(of(statements, unerased));
        return keys;
    }

    private boolean known(long message, Map<Long, RowKey> keys) {
        RowKey key = kept != null ? kept.getIfPresent(message) : RowKey.PLAIN;
        if (key != null) {
            keys.put(message, key);
        }
        return key != null;
    }

    private void load(Statements statements, List<Long> ids, Map<Long, RowKey> into) throws SQLException {
        int places = ids.size() == 1 ? 1 : TOGETHER;
        Bound b = statements.sql("select id, message_id, stream_id, key_version, wrapped_key from mailer_message"
                + " where id in (?" + ", ?".repeat(places - 1) + ")");
        for (int i = 0; i < places; i++) {
            b.with(ids.get(Math.min(i, ids.size() - 1)));
        }
        b.list(r -> into.put(
                r.getLong("id"),
                read(
                        r,
                        r.getLong("id"),
                        lanes.lane(statements, r.getLong("stream_id")).tenant(),
                        dialect.readUuid(r, "message_id"))));
    }

    /** The key in a row that has {@code key_version} and {@code wrapped_key}. */
    RowKey read(ResultSet r, long message, String tenant, UUID id) throws SQLException {
        int version = r.getInt("key_version");
        RowKey known = kept != null && version > 0 ? kept.getIfPresent(message) : null;
        if (known != null) {
            return known;
        }
        byte @Nullable [] wrapped = r.getBytes("wrapped_key");
        RowKey key = RowKey.open(cipher, Places.message(tenant, id), version, wrapped);
        keep(message, key);
        return key;
    }
}

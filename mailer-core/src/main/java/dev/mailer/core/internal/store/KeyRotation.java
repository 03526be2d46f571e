// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.UnreadableException;
import dev.mailer.api.spi.FieldCipher.WrappedKey;
import dev.mailer.api.spi.OutboxStore.KeyState;
import dev.mailer.core.internal.crypto.MasterKeys;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wraps data keys again, with the current master key, batch by batch along the keys of each table. A batch is read outside of any
 * transaction, and an update names the wrapped key that it replaces, so several nodes may do it at once. Passes go on while
 * {@code mailer_key} lists a master key before the current one; one that finds no row under such a key takes it from the list. Keys of
 * a later version are another node's, which has newer settings, and are left alone. Thread-safe.
 */
final class KeyRotation {
    /** Rows read at once. */
    private static final int BATCH = 500;

    private static final Logger log = LoggerFactory.getLogger(KeyRotation.class);

    private final Database database;
    private final Ledger ledger;
    private final MasterKeys masters;
    private final InstantSource clock;

    /** What is left of the pass under way; empty between passes. */
    @GuardedBy("this")
    private final List<WrappedRows> pass = new ArrayList<>();

    /** Rows of the pass so far by the version they had when it came to them. */
    @GuardedBy("this")
    private SortedMap<Integer, Long> seen = new TreeMap<>();

    /** Whether the pass has changed anything. */
    @GuardedBy("this")
    private boolean changed;

    private volatile KeyState state;

    KeyRotation(Database database, Ledger ledger, MasterKeys masters, InstantSource clock) {
        this.database = database;
        this.ledger = ledger;
        this.masters = masters;
        this.clock = clock;
        this.state = new KeyState(masters.current(), List.of(), new TreeMap<>());
    }

    KeyState state() {
        return state;
    }

    /** One bounded step; returns whether there is more to do at once. */
    synchronized boolean step() throws SQLException {
        if (pass.isEmpty()) {
            return begin();
        }
        WrappedRows rows = pass.get(0);
        List<WrappedRows.Row> batch = database.read(s -> rows.next(s, BATCH));
        wrapAgain(rows, batch);
        if (batch.size() < BATCH) {
            pass.remove(0);
        }
        return !pass.isEmpty() || end();
    }

    /** Every node notes its own current key again and again: another one may have taken it from the list meanwhile. */
    @GuardedBy("this")
    private boolean begin() throws SQLException {
        List<LedgerKeys.Row> keys = database.read(LedgerKeys::rows);
        if (keys.stream().noneMatch(k -> isMaster(k) && k.version() == masters.current())) {
            database.write(s -> LedgerKeys.noteCurrent(s, ledger.dialect, masters, clock));
        }
        for (LedgerKeys.Row key : keys) {
            if (!isMaster(key) && key.key().version() < masters.current()) {
                wrapAgain(key);
            }
        }
        List<Integer> older = keys.stream()
                .filter(k -> isMaster(k) && k.version() < masters.current())
                .map(LedgerKeys.Row::version)
                .toList();
        state = new KeyState(masters.current(), older, state.rows());
        if (older.isEmpty()) {
            return false;
        }
        seen = new TreeMap<>();
        changed = false;
        pass.addAll(WrappedRows.all(ledger));
        return true;
    }

    private static boolean isMaster(LedgerKeys.Row key) {
        return key.purpose().equals(LedgerKeys.MASTER);
    }

    private void wrapAgain(LedgerKeys.Row row) throws SQLException {
        WrappedKey next = ledger.cipher.rewrap(row.owner(), row.key());
        database.writeRepeatably(s -> s.update("update mailer_key set master_version = :next, wrapped_key = :key"
                        + " where purpose = :purpose and version = :version and master_version = :before")
                .bind("next", next.version())
                .bind("key", next.wrapped())
                .bind("purpose", row.purpose())
                .bind("version", row.version())
                .bind("before", row.key().version())
                .execute());
    }

    @GuardedBy("this")
    private void wrapAgain(WrappedRows rows, List<WrappedRows.Row> batch) throws SQLException {
        List<WrappedRows.Change> changes = new ArrayList<>();
        for (WrappedRows.Row row : batch) {
            int version = row.key().version();
            seen.merge(version, 1L, Long::sum);
            if (version > 0 && version < masters.current()) {
                try {
                    changes.add(new WrappedRows.Change(row, ledger.cipher.rewrap(row.owner(), row.key())));
                } catch (UnreadableException e) {
                    log.warn("a data key cannot be wrapped again and stays as it is: {}", e.getMessage());
                }
            }
        }
        if (!changes.isEmpty()) {
            database.writeRepeatably(s -> rows.change(s, changes));
            changed = true;
        }
        state = new KeyState(state.current(), state.older(), seen);
    }

    /** Another pass follows at once where this one changed something, to see that nothing is left. */
    @GuardedBy("this")
    private boolean end() throws SQLException {
        boolean any = changed;
        for (int version : state.older()) {
            if (!seen.containsKey(version) && forget(version)) {
                any = true;
                log.info(
                        "no row needs master key {} any more; it can be taken out of encryption.oldKeys once every node has key {}",
                        version,
                        masters.current());
            }
        }
        return any;
    }

    /** Returns whether it was listed: of several nodes one says it. */
    private boolean forget(int version) throws SQLException {
        return database.write(s -> s.update("delete from mailer_key where purpose = :purpose and version = :version")
                        .bind("purpose", LedgerKeys.MASTER)
                        .bind("version", version)
                        .execute()
                > 0);
    }
}

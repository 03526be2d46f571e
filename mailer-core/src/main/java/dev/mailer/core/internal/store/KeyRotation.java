// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.spi.FieldCipher.WrappedKey;
import dev.mailer.api.spi.OutboxStore.KeyState;
import dev.mailer.core.internal.crypto.MasterKeys;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wraps data keys again, with the current master key. A batch is read outside of any transaction, and an update names the wrapped key
 * that it replaces, so several nodes may do it at once. Passes go on while {@code mailer_key} lists a master key before the current
 * one. It is taken from the list by a pass that found no row under it, if no node that writes with it was registered when the pass
 * began or since. Keys of a later version are another node's, which has newer settings, and are left alone. Thread-safe.
 */
final class KeyRotation {
    /** How long after a pass that could do nothing the next one follows, unless keys or nodes have changed. */
    private static final Duration STANDSTILL = Duration.ofHours(1);

    /** How often idempotency keys from before encryption are looked for. */
    private static final Duration PLAIN_KEYS = Duration.ofMinutes(10);

    private static final Logger log = LoggerFactory.getLogger(KeyRotation.class);

    private final Database database;
    private final Ledger ledger;
    private final MasterKeys masters;
    private final InstantSource clock;

    @GuardedBy("this")
    private @Nullable KeyPass pass;

    /** The last pass, if it could do nothing. */
    @GuardedBy("this")
    private @Nullable Standstill standstill;

    @GuardedBy("this")
    private Instant plainAt = Instant.EPOCH;

    /** Unreadable rows that the log has been told of. */
    @GuardedBy("this")
    private int told;

    private volatile KeyState state;

    /** What a pass that could do nothing found at its beginning, and when it ended. */
    private record Standstill(KeyListing listing, Instant at) {}

    KeyRotation(Database database, Ledger ledger, MasterKeys masters, InstantSource clock) {
        this.database = database;
        this.ledger = ledger;
        this.masters = masters;
        this.clock = clock;
        this.state = new KeyState(masters.current(), masters.older(), new TreeMap<>());
    }

    KeyState state() {
        return state;
    }

    /** One bounded step; returns whether there is more to do at once. */
    synchronized boolean step() throws SQLException {
        KeyPass running = pass;
        if (running == null) {
            return begin();
        }
        boolean more = running.step();
        state = new KeyState(state.current(), state.older(), running.seen());
        if (more) {
            return true;
        }
        pass = null;
        return end(running);
    }

    @GuardedBy("this")
    private boolean begin() throws SQLException {
        lookForPlainKeys();
        int current = masters.current();
        KeyListing listing = database.read(KeyListing::read);
        if (correct(listing)) {
            listing = database.read(KeyListing::read);
        }
        List<Integer> older =
                listing.older(current).stream().map(LedgerKeys.Row::version).toList();
        state = new KeyState(current, older, state.rows());
        if (older.isEmpty() || standsStill(listing)) {
            return false;
        }
        pass = new KeyPass(database, ledger, current, listing);
        return true;
    }

    /** Whether idempotency keys from before encryption are left, so that nobody asks for them when they are gone. */
    @GuardedBy("this")
    private void lookForPlainKeys() throws SQLException {
        Instant now = clock.instant();
        if (ledger.plainKeys && !now.isBefore(plainAt.plus(PLAIN_KEYS))) {
            plainAt = now;
            ledger.plainKeys = database.read(s -> IdempotencyRows.anyPlain(s, ledger.dialect, now));
        }
    }

    /**
     * Every node notes its own current key again and again: another one may have taken it from the list meanwhile. Returns whether
     * anything was to be changed.
     */
    private boolean correct(KeyListing listing) throws SQLException {
        int current = masters.current();
        boolean missing = !listing.lists(current);
        if (missing) {
            database.write(s -> LedgerKeys.note(s, ledger.dialect, masters, current, clock.instant()));
        }
        List<LedgerKeys.Row> keys = listing.wrappedByOlder(current);
        for (LedgerKeys.Row key : keys) {
            wrapAgain(key);
        }
        return missing || !keys.isEmpty();
    }

    @GuardedBy("this")
    private boolean standsStill(KeyListing listing) {
        return standstill != null
                && standstill.listing.equals(listing)
                && clock.instant().isBefore(standstill.at.plus(STANDSTILL));
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

    /**
     * Another pass follows at once where this one changed something, to see that nothing is left; not while nodes write with every
     * older key, so that there is always something left.
     */
    @GuardedBy("this")
    private boolean end(KeyPass ended) throws SQLException {
        List<LedgerKeys.Row> unwritten = ended.listing().unwritten(masters.current());
        boolean forgotten = false;
        for (LedgerKeys.Row key : unwritten) {
            if (!ended.seen().containsKey(key.version()) && forget(key)) {
                forgotten = true;
                log.info(
                        "no row needs master key {} any more; it can be taken out of encryption.oldKeys once every node has key {}"
                                + " and transactions that began before are over",
                        key.version(),
                        masters.current());
            }
        }
        tell(ended);
        boolean idle = !forgotten && !ended.changed();
        standstill = idle ? new Standstill(ended.listing(), clock.instant()) : null;
        return !idle && !unwritten.isEmpty();
    }

    @GuardedBy("this")
    private void tell(KeyPass ended) {
        if (ended.unreadable() > 0 && ended.unreadable() != told && ended.trouble() != null) {
            log.warn(
                    "{} data keys under older master keys cannot be opened and stay as they are, the first because {}; restore"
                            + " their rows from a backup, or leave encryption.oldKeys as it is until they are removed;"
                            + " this is tried again every hour",
                    ended.unreadable(),
                    ended.trouble().getMessage());
        }
        told = ended.unreadable();
    }

    /** Returns whether it was listed as the pass found it: of several nodes one says it, and none while another one has signed on. */
    private boolean forget(LedgerKeys.Row key) throws SQLException {
        return database.writeRepeatably(s -> s.update("delete from mailer_key where purpose = :purpose and"
                                + " version = :version and wrapped_key = :key")
                        .bind("purpose", key.purpose())
                        .bind("version", key.version())
                        .bind("key", key.key().wrapped())
                        .execute()
                > 0);
    }
}

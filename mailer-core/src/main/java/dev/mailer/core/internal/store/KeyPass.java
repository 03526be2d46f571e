// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.UnreadableException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One pass through all rows with a wrapped key, batch by batch along the keys of each table. Not thread-safe; used once. */
final class KeyPass {
    /** Rows read at once. */
    private static final int BATCH = 500;

    private final Database database;
    private final Ledger ledger;
    private final int current;
    private final KeyListing listing;
    private final List<WrappedRows> left;
    private final SortedMap<Integer, Long> seen = new TreeMap<>();
    private boolean changed;
    private int unreadable;
    private @Nullable UnreadableException trouble;

    /**
     * @param current version of the current master key
     * @param listing as it was when the pass began
     */
    KeyPass(Database database, Ledger ledger, int current, KeyListing listing) {
        this.database = database;
        this.ledger = ledger;
        this.current = current;
        this.listing = listing;
        this.left = new ArrayList<>(WrappedRows.all(ledger));
    }

    KeyListing listing() {
        return listing;
    }

    /** Rows so far by the version they had when it came to them. */
    SortedMap<Integer, Long> seen() {
        return seen;
    }

    /** Whether it has changed anything, or tried to. */
    boolean changed() {
        return changed;
    }

    /** Rows whose keys could not be unwrapped. */
    int unreadable() {
        return unreadable;
    }

    /** What the first of them said. */
    @Nullable
    UnreadableException trouble() {
        return trouble;
    }

    /** One batch; returns whether there is another. */
    boolean step() throws SQLException {
        WrappedRows rows = left.get(0);
        List<WrappedRows.Row> batch = database.read(s -> rows.next(s, BATCH));
        wrapAgain(rows, batch);
        if (batch.size() < BATCH) {
            left.remove(0);
        }
        return !left.isEmpty();
    }

    private void wrapAgain(WrappedRows rows, List<WrappedRows.Row> batch) throws SQLException {
        List<WrappedRows.Change> changes = new ArrayList<>();
        for (WrappedRows.Row row : batch) {
            int version = row.key().version();
            seen.merge(version, 1L, Long::sum);
            if (version > 0 && version < current) {
                try {
                    changes.add(new WrappedRows.Change(row, ledger.cipher.rewrap(row.owner(), row.key())));
                } catch (UnreadableException e) {
                    unreadable++;
                    trouble = trouble == null ? e : trouble;
                }
            }
        }
        if (!changes.isEmpty()) {
            changed = true;
            database.writeRepeatably(s -> rows.change(s, changes));
        }
    }
}

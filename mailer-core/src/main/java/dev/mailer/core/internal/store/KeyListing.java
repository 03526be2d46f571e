// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/**
 * What {@code mailer_key} lists, and the versions of the master keys that the registered nodes write with. Immutable.
 *
 * @param keys the rows as they stand: that of a master key changes whenever a node is registered that writes with it
 */
record KeyListing(List<LedgerKeys.Row> keys, Set<Integer> written) {
    KeyListing {
        keys = List.copyOf(keys);
        written = Set.copyOf(written);
    }

    /** The list first: a node that is registered in between then shows itself by its version, and one before by both. */
    static KeyListing read(Statements s) throws SQLException {
        List<LedgerKeys.Row> keys = LedgerKeys.rows(s);
        return new KeyListing(
                keys,
                Set.copyOf(s.sql("select distinct key_version from mailer_node").list(r -> r.getInt(1))));
    }

    boolean lists(int version) {
        return keys.stream().anyMatch(k -> isMaster(k) && k.version() == version);
    }

    /** Master keys before the current one that rows may need. */
    List<LedgerKeys.Row> older(int current) {
        return keys.stream().filter(k -> isMaster(k) && k.version() < current).toList();
    }

    /** Those of them that no node writes with. */
    List<LedgerKeys.Row> unwritten(int current) {
        return older(current).stream()
                .filter(k -> !written.contains(k.version()))
                .toList();
    }

    /** The ledger's own keys that an older master key wraps. */
    List<LedgerKeys.Row> wrappedByOlder(int current) {
        return keys.stream()
                .filter(k -> !isMaster(k) && k.key().version() < current)
                .toList();
    }

    private static boolean isMaster(LedgerKeys.Row key) {
        return key.purpose().equals(LedgerKeys.MASTER);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.OutboxStore;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a store that is down from a statement that failed. */
final class StoreTrouble {
    private StoreTrouble() {}

    /** SQLite's result codes for a file that cannot be written: busy, read-only, I/O error, full, cannot open. */
    private static final Set<Integer> SQLITE = Set.of(5, 8, 10, 13, 14);

    /** MariaDB's codes under its general SQL state: disk full, table full, read-only. */
    private static final Set<Integer> MARIADB_DOWN = Set.of(1021, 1114, 1290, 1836);

    /** H2: the connection is broken, the database is closed, or it is being closed. */
    private static final Set<String> H2_DOWN = Set.of("90067", "90098", "90121");

    /** MariaDB's codes under its general SQL state: waited for a lock, or a row changed under a snapshot. */
    private static final Set<Integer> MARIADB_PASSING = Set.of(1205, 1020);

    /** MariaDB: the statement was ended. H2: waited for a lock, or a row changed meanwhile. */
    private static final Set<String> PASSING = Set.of("70100", "HYT00", "90131");

    private static final String GENERAL = "HY000";

    /**
     * True when trying the next thing at once is pointless: no connection or a server that is going down (SQL state 08, 57P), no
     * space, memory or connections (53), no file to write to (58, SQLite's codes).
     */
    static boolean isDown(@Nullable Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof SQLTransientConnectionException) {
                return true;
            }
            if (t instanceof SQLException sql) {
                String state = sql.getSQLState();
                return state == null
                        ? SQLITE.contains(sql.getErrorCode() & 0xff)
                        : state.startsWith("08")
                                || state.startsWith("57P")
                                || state.startsWith("53")
                                || state.startsWith("58")
                                || H2_DOWN.contains(state)
                                || (state.equals(GENERAL) && MARIADB_DOWN.contains(sql.getErrorCode()));
            }
        }
        return false;
    }

    /** True when the same may succeed later: a conflict with another transaction (SQL state 40, 55) or one that was ended (57). */
    static boolean isPassing(@Nullable Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql) {
                String state = sql.getSQLState();
                return state != null
                        && (state.startsWith("40")
                                || state.startsWith("55")
                                || state.startsWith("57")
                                || PASSING.contains(state)
                                || (state.equals(GENERAL) && MARIADB_PASSING.contains(sql.getErrorCode())));
            }
        }
        return false;
    }

    /** True when a commit may or may not have happened. */
    static boolean isInDoubt(@Nullable Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof OutboxStore.CommitUnknownException) {
                return true;
            }
        }
        return false;
    }
}

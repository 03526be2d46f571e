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

    /** H2: the connection is broken, the database is read-only or closed, or it is being closed. */
    private static final Set<String> H2_DOWN = Set.of("90067", "90097", "90098", "90121");

    /** MariaDB's codes under its general SQL state: waited for a lock, or a row changed under a snapshot. */
    private static final Set<Integer> MARIADB_PASSING = Set.of(1205, 1020);

    /** MariaDB: the statement was ended. H2: waited for a lock, or a row changed meanwhile. */
    private static final Set<String> PASSING = Set.of("70100", "HYT00", "90131");

    /** MariaDB's code of a statement that is too large; it closes the connection over it, and says so as its SQL state. */
    private static final int MARIADB_TOO_LARGE = 1153;

    /** PostgreSQL, MariaDB: the server takes no writes, as one does that has not taken over yet. */
    private static final String READ_ONLY = "25006";

    private static final String GENERAL = "HY000";

    /**
     * True when trying the next thing at once is pointless: no connection or a server that is going down (SQL state 08, 57P), no
     * space, memory or connections (53), no file to write to (58, SQLite's codes), nothing but reads.
     */
    static boolean isDown(@Nullable Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof SQLTransientConnectionException) {
                return true;
            }
            if (t instanceof SQLException sql) {
                String state = sql.getSQLState();
                if (state != null) {
                    return isDown(state, sql.getErrorCode());
                }
                // SQLite has codes only; a batch may have neither, and then what it was caused by has them
                if (SQLITE.contains(sql.getErrorCode() & 0xff)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isDown(String state, int code) {
        return (state.startsWith("08") && code != MARIADB_TOO_LARGE)
                || state.startsWith("57P")
                || state.startsWith("53")
                || state.startsWith("58")
                || state.equals(READ_ONLY)
                || H2_DOWN.contains(state)
                || (state.equals(GENERAL) && MARIADB_DOWN.contains(code));
    }

    /** True when the same may succeed later: a conflict with another transaction (SQL state 40, 55) or one that was ended (57). */
    static boolean isPassing(@Nullable Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql) {
                String state = sql.getSQLState();
                if (state != null) {
                    return state.startsWith("40")
                            || state.startsWith("55")
                            || state.startsWith("57")
                            || PASSING.contains(state)
                            || (state.equals(GENERAL) && MARIADB_PASSING.contains(sql.getErrorCode()));
                }
            }
        }
        return false;
    }

    /** True when the database has rolled back by itself (SQL state class 40), so that what follows is in another transaction. */
    static boolean isUndone(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql
                    && sql.getSQLState() != null
                    && sql.getSQLState().startsWith("40")) {
                return true;
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

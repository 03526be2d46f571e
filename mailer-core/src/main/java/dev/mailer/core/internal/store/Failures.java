// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.OutboxStore.CommitUnknownException;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.util.Set;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a driver throws into "not now", with the step that failed; the driver's text holds no mail. So it does with a commit whose
 * outcome is unknown: who has to know asks {@link dev.mailer.api.spi.OutboxStore#transact}, all other steps may be done again.
 */
final class Failures {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private Failures() {}

    /** Work on a connection. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws SQLException;
    }

    /** Work that may find nothing. */
    @FunctionalInterface
    interface Search<T> {
        @Nullable
        T run() throws SQLException;
    }

    static <T> T translate(String step, Work<T> work) {
        try {
            return work.run();
        } catch (SQLException e) {
            throw unavailable(step, e);
        } catch (JdbiException | CommitUnknownException e) {
            throw unavailable(step, driverError(e));
        }
    }

    static <T> @Nullable T translateNullable(String step, Search<T> work) {
        try {
            return work.run();
        } catch (SQLException e) {
            throw unavailable(step, e);
        } catch (JdbiException | CommitUnknownException e) {
            throw unavailable(step, driverError(e));
        }
    }

    /** What the driver threw; a complaint of JDBI itself is a mistake of ours and goes on as it is. */
    private static SQLException driverError(RuntimeException e) {
        Throwable cause = e;
        while (cause != null && !(cause instanceof SQLException)) {
            cause = cause.getCause();
        }
        if (cause == null) {
            throw e;
        }
        return (SQLException) cause;
    }

    static MailerUnavailableException unavailable(String step, SQLException e) {
        SQLException telling = telling(e);
        SQLException told = isStaleSnapshot(telling)
                ? new SQLTransactionRollbackException(telling.getMessage(), "40001", telling.getErrorCode(), telling)
                : telling;
        return new MailerUnavailableException(
                "the store could not " + step + ": " + told.getMessage() + " (SQL state " + told.getSQLState() + ")",
                RETRY_AFTER,
                told);
    }

    /** SQL states of a table that is not there: PostgreSQL, MariaDB, H2. */
    private static final Set<String> NO_TABLE = Set.of("42P01", "42S02", "42S03", "42S04");

    /** What is thrown for an error on a host's connection: without the ledger's tables it leads to some other database. */
    static SQLException ofHost(SQLException e) {
        if (NO_TABLE.contains(String.valueOf(telling(e).getSQLState()))) {
            throw new IllegalStateException(
                    "the connection is not to the database and schema that have the ledger: "
                            + telling(e).getMessage(),
                    e);
        }
        return e;
    }

    /** The one that has an SQL state, where a batch that failed has none of its own. */
    private static SQLException telling(SQLException e) {
        SQLException telling = e;
        while (telling.getSQLState() == null) {
            if (telling.getNextException() != null) {
                telling = telling.getNextException();
            } else if (telling.getCause() instanceof SQLException cause) {
                telling = cause;
            } else {
                break;
            }
        }
        return telling;
    }

    /** MariaDB: a row was changed behind the snapshot of the transaction, which is undone. Its general SQL state says nothing. */
    private static final int MARIADB_STALE = 1020;

    private static boolean isStaleSnapshot(SQLException e) {
        return e.getErrorCode() == MARIADB_STALE && "HY000".equals(e.getSQLState());
    }

    /** MariaDB: somebody ended the connection. */
    private static final int MARIADB_KILLED = 1927;

    /** H2: the connection is broken, the database is closed, or it is being closed. */
    private static final Set<String> H2_CLOSED = Set.of("90067", "90098", "90121");

    /** SQL states of a transaction that was undone so that another one could go on. */
    private static final Set<String> UNDONE = Set.of("40001", "40P01");

    /** True when the database has undone the whole transaction because it and another one were in each other's way. */
    static boolean undoneByConflict(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && (UNDONE.contains(String.valueOf(sql.getSQLState())) || isStaleSnapshot(sql))) {
                return true;
            }
        }
        return false;
    }

    /** True when the connection is gone, so that a commit under way has an unknown outcome (SQL state class 08, or a shutdown). */
    static boolean connectionLost(SQLException e) {
        String state = e.getSQLState();
        return state != null
                && (state.startsWith("08")
                        || state.startsWith("57P")
                        || H2_CLOSED.contains(state)
                        || e.getErrorCode() == MARIADB_KILLED);
    }
}

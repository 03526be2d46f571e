// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** Where connections come from. Thread-safe. */
interface Database extends AutoCloseable {
    /** More deadlocks in a row than these are a mistake that should be seen. */
    int MOST_REPEATS = 5;

    /** Runs one write transaction; committed and on stable storage when this returns. */
    <R extends @Nullable Object> R write(Write<R> work) throws SQLException;

    /**
     * As {@link #write}, for work that may run again: where two transactions were in each other's way, the database has undone one of
     * them as a whole, and that one is repeated.
     */
    default <R extends @Nullable Object> R writeRepeatably(Write<R> work) throws SQLException {
        for (int repeats = 0; ; repeats++) {
            try {
                return write(work);
            } catch (SQLException | JdbiException e) {
                if (repeats == MOST_REPEATS || !Failures.undoneByConflict(e)) {
                    throw e;
                }
            }
        }
    }

    /** Runs short reads on a connection of its own, in auto-commit. */
    <R extends @Nullable Object> R read(Write<R> work) throws SQLException;

    /** As {@link #read}, where there may be nothing to find. */
    default <R> @Nullable R find(Find<R> work) throws SQLException {
        AtomicReference<@Nullable R> found = new AtomicReference<>();
        read(statements -> {
            found.set(work.run(statements));
            return true;
        });
        return found.get();
    }

    /** Gives back space that was freed, where the database does not do so by itself. */
    default void shrink() throws SQLException {}

    /** Shows the use of the connections, where there is a pool of our own. */
    default void bindTo(MeterRegistry meters) {}

    @Override
    void close();

    /** Work on a connection's statements. */
    @FunctionalInterface
    interface Write<R extends @Nullable Object> {
        R run(Statements statements) throws SQLException;
    }

    /** A read that may find nothing. */
    @FunctionalInterface
    interface Find<R> {
        @Nullable
        R run(Statements statements) throws SQLException;
    }

    /** Commits, or reports that the outcome is unknown because the connection was lost meanwhile. */
    static void commit(Connection connection) throws SQLException {
        try {
            connection.commit();
        } catch (SQLException e) {
            if (Failures.connectionLost(e)) {
                throw new dev.mailer.api.spi.OutboxStore.CommitUnknownException(e);
            }
            throw e;
        }
    }

    static void rollbackQuietly(Connection connection, Throwable cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }
}

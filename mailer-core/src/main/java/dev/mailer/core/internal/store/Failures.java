// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.MailerUnavailableException;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Turns what a driver throws into "not now", with the step that failed; the driver's text holds no mail. */
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
        }
    }

    static <T> @Nullable T translateNullable(String step, Search<T> work) {
        try {
            return work.run();
        } catch (SQLException e) {
            throw unavailable(step, e);
        }
    }

    static MailerUnavailableException unavailable(String step, SQLException e) {
        return new MailerUnavailableException(
                "the store could not " + step + ": " + e.getMessage() + " (SQL state " + e.getSQLState() + ")",
                RETRY_AFTER,
                e);
    }

    /** True when the connection is gone, so that a commit under way has an unknown outcome (SQL state class 08, or a shutdown). */
    static boolean connectionLost(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith("08") || state.startsWith("57P"));
    }
}

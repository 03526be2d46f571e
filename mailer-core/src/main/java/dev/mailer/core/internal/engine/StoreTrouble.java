// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.OutboxStore;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/** Tells a store that is down from a statement that failed. */
final class StoreTrouble {
    private StoreTrouble() {}

    /** True when trying the next thing at once is pointless: no connection, or the server is going down (SQL state 08, 57P). */
    static boolean isDown(@Nullable Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof SQLTransientConnectionException) {
                return true;
            }
            if (t instanceof SQLException sql) {
                String state = sql.getSQLState();
                return state != null && (state.startsWith("08") || state.startsWith("57P"));
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

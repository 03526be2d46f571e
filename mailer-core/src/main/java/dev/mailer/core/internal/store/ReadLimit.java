// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many connections of a pool reads may hold at once, so that slow ones, as of a list that someone looks at, never keep
 * mail from being stored and leases from being renewed. Thread-safe.
 */
final class ReadLimit {
    /** For a pool that is not ours to divide. */
    static final ReadLimit NONE = new ReadLimit(null, 0, 0);
    /** The node's one writer, its heartbeat, and what writes beside them now and then. */
    private static final int FOR_WRITES = 3;

    private final @Nullable Semaphore permits;
    private final int most;
    private final long patienceMillis;

    private ReadLimit(@Nullable Semaphore permits, int most, long patienceMillis) {
        this.permits = permits;
        this.most = most;
        this.patienceMillis = patienceMillis;
    }

    static ReadLimit of(HikariDataSource pool) {
        int most = Math.max(1, pool.getMaximumPoolSize() - FOR_WRITES);
        return new ReadLimit(new Semaphore(most), most, pool.getConnectionTimeout());
    }

    /** Waits as long as for a connection. */
    void enter() throws SQLException {
        if (permits == null) {
            return;
        }
        try {
            if (!permits.tryAcquire(patienceMillis, TimeUnit.MILLISECONDS)) {
                throw new SQLTransientConnectionException("all " + most + " connections for reads have been in use for "
                        + patienceMillis + " ms; the database is slow, or much is asked of it at once");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLTransientConnectionException("interrupted while waiting for a connection", e);
        }
    }

    void leave() {
        if (permits != null) {
            permits.release();
        }
    }
}

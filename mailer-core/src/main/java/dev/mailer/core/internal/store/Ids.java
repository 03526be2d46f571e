// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.sql.SQLException;

/** Gives out ids from blocks, so that no key is read back. Thread-safe: host transactions take ids beside the writer. */
final class Ids {
    private final Dialect dialect;
    private long next;
    private long end;

    Ids(Dialect dialect) {
        this.dialect = dialect;
    }

    long next(Statements statements) throws SQLException {
        synchronized (this) {
            if (next < end) {
                return next++;
            }
        }
        // not under the lock: a host's connection that hangs must not stop the writer
        long[] block = dialect.nextIds(statements);
        synchronized (this) {
            next = block[0] + 1;
            end = block[0] + block[1];
        }
        return block[0];
    }
}

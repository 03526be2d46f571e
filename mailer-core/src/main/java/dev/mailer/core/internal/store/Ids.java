// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

/** Gives out ids from blocks, so that no key is read back. Thread-safe: host transactions take ids beside the writer. */
final class Ids {
    private final Dialect dialect;
    private long next;
    private long end;

    Ids(Dialect dialect) {
        this.dialect = dialect;
    }

    synchronized long next(Statements statements) {
        if (next == end) {
            long[] block = dialect.nextIds(statements);
            next = block[0];
            end = next + block[1];
        }
        return next++;
    }
}

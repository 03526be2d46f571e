// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import org.jspecify.annotations.Nullable;

/** What all statements on one database share. Thread-safe. */
final class Ledger {
    final Dialect dialect;
    final LaneIds lanes = new LaneIds();
    final Ids ids;

    Ledger(Dialect dialect) {
        this.dialect = dialect;
        this.ids = new Ids(dialect);
    }

    /** A new event's id; null where the database gives it. */
    @Nullable
    Long eventId(Statements statements) {
        return dialect.numbersEvents() ? null : (Long) ids.next(statements);
    }
}

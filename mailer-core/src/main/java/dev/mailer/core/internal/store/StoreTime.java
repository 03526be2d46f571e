// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;

/** The time by which the nodes of a database agree: its server's, or the node's where that is the only one or a test moves it. */
final class StoreTime {
    private final String select;
    private final InstantSource node;

    StoreTime(Dialect dialect, InstantSource node) {
        this.select = dialect.selectNow();
        this.node = node;
    }

    boolean isNodes() {
        return select.isEmpty() || !Times.isSystem(node);
    }

    /** A round trip where the time is not the node's. */
    Instant now(Statements statements) throws SQLException {
        return isNodes()
                ? node.instant()
                : Objects.requireNonNull(statements.sql(select).first(r -> Instant.ofEpochMilli(r.getLong(1))));
    }
}

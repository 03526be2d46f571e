// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Instants as milliseconds since the epoch; {@link Instant#MAX} is the largest number, for "until somebody says otherwise". */
final class Times {
    private static final long FOREVER = Long.MAX_VALUE;
    /** The last instant whose milliseconds fit into a long. */
    private static final Instant LAST = Instant.ofEpochMilli(FOREVER);

    private Times() {}

    /** Whether it is the machine's clock, under any of its names; any other is one that a test moves. */
    static boolean isSystem(InstantSource clock) {
        return clock.equals(InstantSource.system())
                || clock instanceof Clock zoned
                        && zoned.withZone(ZoneOffset.UTC).equals(Clock.systemUTC());
    }

    static long millis(Instant at) {
        return at.isAfter(LAST) ? FOREVER : at.toEpochMilli();
    }

    static Instant instant(long millis) {
        return millis == FOREVER ? Instant.MAX : Instant.ofEpochMilli(millis);
    }

    static @Nullable Instant read(ResultSet row, int column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : instant(millis);
    }

    static @Nullable Instant read(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : instant(millis);
    }
}

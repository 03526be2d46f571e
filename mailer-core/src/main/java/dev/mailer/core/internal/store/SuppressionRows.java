// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Bytes;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The question that append and claim ask: may this address be mailed. */
final class SuppressionRows {
    /** Stands for all streams of a tenant. */
    static final long ALL_STREAMS = 0;

    private SuppressionRows() {}

    static boolean any(Statements statements) throws SQLException {
        return statements.sql("select 1 from mailer_suppression limit 1").first(r -> 1) != null;
    }

    static @Nullable String reason(Statements statements, long tenantId, long streamId, Bytes hash, Instant now)
            throws SQLException {
        return statements
                .sql("select reason from mailer_suppression where tenant_id = ? and lookup_hash = ?"
                        + " and stream_id in (" + ALL_STREAMS + ", ?) and (until_at is null or until_at > ?)")
                .with(tenantId)
                .with(hash)
                .with(streamId)
                .with(now)
                .first(r -> r.getString(1));
    }
}

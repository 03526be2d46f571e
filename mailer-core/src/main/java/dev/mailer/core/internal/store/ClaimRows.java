// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.QueueKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads claimed rows, and asks the suppression list about each while that list is not empty. */
final class ClaimRows {
    /** The columns to return or select, in a table or alias called {@code d}. */
    static final String COLUMNS =
            "d.id, d.tenant_id, d.stream_id, d.message_id, d.domain, d.recipient, d.lookup_hash, d.policy, d.size, d.expires_at,"
                    + " d.attempt, d.retries, d.crashes, d.journalled";

    /** The same of a row that is not claimed yet, as they will be. */
    static final String TO_CLAIM =
            COLUMNS.replace("d.attempt", "d.attempt + 1 as attempt").replace("d.journalled", "0 as journalled");

    private final Statements statements;
    private final LaneIds lanes;
    private final Instant now;
    private @Nullable Boolean anySuppression;

    ClaimRows(Statements statements, LaneIds lanes, Instant now) {
        this.statements = statements;
        this.lanes = lanes;
        this.now = now;
    }

    /** The numbers of a lane; null when the database does not know it, so that it cannot hold anything either. */
    LaneIds.@Nullable Ids ids(Lane lane) {
        return lanes.find(statements, lane);
    }

    Row read(ResultSet r) throws SQLException {
        return new Row(
                r.getLong("id"),
                r.getLong("tenant_id"),
                r.getLong("stream_id"),
                r.getLong("message_id"),
                r.getString("domain"),
                r.getString("recipient"),
                Bytes.wrap(r.getBytes("lookup_hash")),
                r.getInt("policy"),
                r.getLong("size"),
                Times.read(r, "expires_at"),
                r.getInt("attempt"),
                r.getInt("retries"),
                r.getInt("crashes"),
                r.getInt("journalled") != 0);
    }

    Claim claim(Row r) throws SQLException {
        return new Claim(
                r.id,
                r.messageId,
                new QueueKey(lanes.lane(statements, r.streamId), r.domain),
                r.recipient,
                Codes.policy(r.policy),
                r.size,
                r.expiresAt,
                r.attempt,
                r.retries,
                r.crashes,
                r.journalled,
                suppressedBy(r));
    }

    private @Nullable String suppressedBy(Row r) throws SQLException {
        if (anySuppression == null) {
            anySuppression = SuppressionRows.any(statements);
        }
        return anySuppression ? SuppressionRows.reason(statements, r.tenantId, r.streamId, r.lookupHash, now) : null;
    }

    /** A claimed row as it is stored. */
    record Row(
            long id,
            long tenantId,
            long streamId,
            long messageId,
            String domain,
            String recipient,
            Bytes lookupHash,
            int policy,
            long size,
            @Nullable Instant expiresAt,
            int attempt,
            int retries,
            int crashes,
            boolean journalled) {}
}

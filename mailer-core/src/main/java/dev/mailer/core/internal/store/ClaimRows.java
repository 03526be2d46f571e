// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.UnreadableException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.QueueKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads claimed rows, decrypts their addresses, and asks the suppression list about each while that list is not empty. */
final class ClaimRows {
    /** The columns to return or select, in a table or alias called {@code d}. */
    static final String COLUMNS =
            "d.id, d.tenant_id, d.stream_id, d.message_id, d.domain, d.recipient, d.lookup_hash, d.policy, d.size, d.expires_at,"
                    + " d.attempt, d.retries, d.crashes, d.journalled";

    /** The same of a row that is not claimed yet, as they will be. */
    static final String TO_CLAIM =
            COLUMNS.replace("d.attempt", "d.attempt + 1 as attempt").replace("d.journalled", "0 as journalled");

    private final Statements statements;
    private final Ledger ledger;
    private final Instant now;
    private @Nullable Boolean anySuppression;

    ClaimRows(Statements statements, Ledger ledger, Instant now) {
        this.statements = statements;
        this.ledger = ledger;
        this.now = now;
    }

    /** The numbers of a lane; null when the database does not know it, so that it cannot hold anything either. */
    LaneIds.@Nullable Ids ids(Lane lane) throws SQLException {
        return ledger.lanes.find(statements, lane);
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

    /** In the order of the rows. */
    List<Claim> claims(List<Row> rows) throws SQLException {
        Map<Long, RowKey> keys =
                ledger.keys.of(statements, rows.stream().map(Row::messageId).toList());
        List<Claim> claims = new ArrayList<>(rows.size());
        for (Row row : rows) {
            claims.add(claim(row, keys.getOrDefault(row.messageId, RowKey.PLAIN)));
        }
        return claims;
    }

    /** An address that cannot be read is no reason not to claim the others; whoever holds the claim ends it. */
    private Claim claim(Row r, RowKey key) throws SQLException {
        Lane lane = ledger.lanes.lane(statements, r.streamId);
        String recipient = "";
        String unreadable = null;
        try {
            recipient = key.recipient(r.lookupHash, r.recipient);
        } catch (UnreadableException e) {
            unreadable = String.valueOf(e.getMessage());
        }
        return new Claim(
                r.id,
                r.messageId,
                new QueueKey(lane, r.domain),
                recipient,
                Codes.policy(r.policy),
                r.size,
                r.expiresAt,
                r.attempt,
                r.retries,
                r.crashes,
                r.journalled,
                unreadable == null ? suppressedBy(r, lane, recipient) : null,
                unreadable);
    }

    private @Nullable String suppressedBy(Row r, Lane lane, String recipient) throws SQLException {
        if (anySuppression == null) {
            anySuppression = SuppressionRows.any(statements);
        }
        if (!anySuppression) {
            return null;
        }
        List<Bytes> hashes = ledger.cipher.isOn()
                ? SuppressionRows.hashes(ledger.cipher, lane.tenant(), recipient)
                : List.of(r.lookupHash);
        return SuppressionRows.reason(statements, r.tenantId, r.streamId, hashes, now);
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

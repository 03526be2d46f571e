// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.MessageId;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.NewMessage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Idempotency keys as they are stored. With encryption the hashes of key and content are keyed, because who guesses either could tell
 * from a plain one; those from before it was turned on are plain.
 */
final class IdempotencyRows {
    /** In {@code content_hash}: the mail was erased, and its content is that of any mail. */
    static final Bytes ERASED = Bytes.EMPTY;

    private static final String KNOWN = "select message_id, content_hash, key_hash from mailer_idempotency"
            + " where tenant_id = ? and key_hash in (?%s)";

    /** Hashes that are looked up together; fewer are filled up, so that there is one statement. */
    private static final int LOOKED_UP = 64;

    private static final String KNOWN_ONE = KNOWN.formatted("");
    private static final String KNOWN_MANY = KNOWN.formatted(", ?".repeat(LOOKED_UP - 1));

    /** How long after encryption was turned on plain ones may still come, from a node that was not stopped for it. */
    private static final Duration LATECOMERS = Duration.ofHours(1);

    private final Statements statements;
    private final Ledger ledger;

    IdempotencyRows(Statements statements, Ledger ledger) {
        this.statements = statements;
        this.ledger = ledger;
    }

    /** Whether there may be plain ones in an encrypted ledger; message ids begin with the time of acceptance. */
    static boolean anyPlain(Statements statements, Dialect dialect, Instant now) throws SQLException {
        long encrypted = statements
                .sql("select created_at from mailer_key where purpose = ?")
                .with(LedgerKeys.LOOKUP)
                .number();
        return now.toEpochMilli() < encrypted + LATECOMERS.toMillis()
                || statements
                                .sql("select 1 from mailer_idempotency where message_id < ? limit 1")
                                .withObject(dialect.uuid(new UUID((encrypted + LATECOMERS.toMillis()) << 16, 0)))
                                .first(r -> 1)
                        != null;
    }

    /** The row of a message with a key. */
    Dialect.IdempotencyRow row(NewMessage m, NewMessage.Idempotency key, long tenantId) {
        String tenant = m.lane().tenant();
        return new Dialect.IdempotencyRow(
                tenantId,
                ledger.cipher.contentDigest(tenant, key.keyHash()),
                ledger.cipher.contentDigest(tenant, key.contentHash()),
                m.id().value(),
                Times.millis(key.since()));
    }

    /** The answer to a message whose row is there already. */
    AppendResult repeated(Dialect.IdempotencyRow row) throws SQLException {
        return statements
                .query("select message_id, content_hash from mailer_idempotency"
                        + " where tenant_id = :tenant and key_hash = :key" + ledger.dialect.latest())
                .bind("tenant", row.tenantId())
                .bind("key", row.keyHash())
                .map((r, c) -> answer(r, row.contentHash()))
                .findOne()
                .orElseThrow(() -> new SQLException(
                        "an idempotency key was removed while it was looked up; repeat the submission"));
    }

    /** Answers the messages whose keys are known by a plain hash where keyed ones are written; nothing is asked where there are none. */
    void answerPlain(List<NewMessage> messages, List<LaneIds.Ids> lanes, @Nullable AppendResult[] results)
            throws SQLException {
        if (!ledger.plainKeys) {
            return;
        }
        Map<Long, Map<Bytes, List<Integer>>> places = new HashMap<>();
        for (int i = 0; i < results.length; i++) {
            NewMessage.Idempotency key = messages.get(i).idempotency();
            if (key != null) {
                places.computeIfAbsent(lanes.get(i).tenantId(), t -> new HashMap<>())
                        .computeIfAbsent(key.keyHash(), k -> new ArrayList<>())
                        .add(i);
            }
        }
        for (Map.Entry<Long, Map<Bytes, List<Integer>>> tenant : places.entrySet()) {
            answerPlain(tenant.getKey(), tenant.getValue(), messages, results);
        }
    }

    private void answerPlain(
            long tenantId,
            Map<Bytes, List<Integer>> places,
            List<NewMessage> messages,
            @Nullable AppendResult[] results)
            throws SQLException {
        List<Bytes> hashes = List.copyOf(places.keySet());
        int together = hashes.size() == 1 ? 1 : LOOKED_UP;
        for (int from = 0; from < hashes.size(); from += together) {
            Bound b = statements.sql(together == 1 ? KNOWN_ONE : KNOWN_MANY).with(tenantId);
            for (int i = 0; i < together; i++) {
                b.with(hashes.get(Math.min(from + i, hashes.size() - 1)));
            }
            b.list(r -> {
                List<Integer> same = Objects.requireNonNull(places.get(Bytes.wrap(r.getBytes("key_hash"))));
                for (int place : same) {
                    NewMessage.Idempotency key =
                            Objects.requireNonNull(messages.get(place).idempotency());
                    results[place] = answer(r, key.contentHash());
                }
                return same.size();
            });
        }
    }

    private AppendResult answer(ResultSet r, Bytes contentHash) throws SQLException {
        Bytes known = Bytes.wrap(r.getBytes("content_hash"));
        return new AppendResult(
                known.equals(contentHash) || known.equals(ERASED)
                        ? AppendResult.Kind.DUPLICATE
                        : AppendResult.Kind.CONFLICT,
                new MessageId(ledger.dialect.readUuid(r, "message_id")),
                0);
    }
}

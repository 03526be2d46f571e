// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.EventType;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.ContentRef;
import dev.mailer.api.spi.NewMessage;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stores messages: one batch per table, whatever their number. */
final class AppendStatements {
    private final Statements statements;
    private final Ledger ledger;

    AppendStatements(Statements statements, Ledger ledger) {
        this.statements = statements;
        this.ledger = ledger;
    }

    List<AppendResult> append(List<NewMessage> messages) throws SQLException {
        AppendResult[] results = new AppendResult[messages.size()];
        List<Lanes.Ids> lanes = new ArrayList<>(messages.size());
        for (NewMessage m : messages) {
            lanes.add(ledger.lanes.ids(statements, m.lane()));
        }
        refuseRepeated(messages, lanes, results);
        boolean anySuppression = SuppressionRows.any(statements);
        Batches batches = new Batches();
        for (int i = 0; i < results.length; i++) {
            if (results[i] == null) {
                results[i] = batches.add(messages.get(i), lanes.get(i), anySuppression);
            }
        }
        batches.execute();
        return List.of(results);
    }

    private void refuseRepeated(List<NewMessage> messages, List<Lanes.Ids> lanes, @Nullable AppendResult[] results)
            throws SQLException {
        List<Dialect.IdempotencyRow> rows = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            NewMessage.Idempotency key = messages.get(i).idempotency();
            if (key != null) {
                rows.add(new Dialect.IdempotencyRow(
                        lanes.get(i).tenantId(),
                        key.keyHash(),
                        key.contentHash(),
                        messages.get(i).id().value(),
                        Times.millis(messages.get(i).acceptedAt())));
                places.add(i);
            }
        }
        if (rows.isEmpty()) {
            return;
        }
        List<Boolean> inserted = ledger.dialect.insertIdempotency(statements, rows);
        for (int i = 0; i < rows.size(); i++) {
            if (!inserted.get(i)) {
                results[places.get(i)] = repeated(rows.get(i));
            }
        }
    }

    private AppendResult repeated(Dialect.IdempotencyRow row) throws SQLException {
        AppendResult result = statements
                .sql("select message_id, content_hash from mailer_idempotency where tenant_id = ? and key_hash = ?")
                .with(row.tenantId())
                .with(row.keyHash())
                .first(r -> new AppendResult(
                        Bytes.wrap(r.getBytes("content_hash")).equals(row.contentHash())
                                ? AppendResult.Kind.DUPLICATE
                                : AppendResult.Kind.CONFLICT,
                        new MessageId(ledger.dialect.readUuid(r, "message_id")),
                        0));
        if (result == null) {
            throw new SQLException("an idempotency key was removed while it was looked up; repeat the submission");
        }
        return result;
    }

    /** The rows of one append, collected as JDBC batches. */
    private final class Batches {
        private final Bound message = statements.sql("insert into mailer_message (id, tenant_id, stream_id, message_id,"
                + " accepted_at, send_at, expires_at, policy, sender, from_header, subject, message_id_header, tags,"
                + " key_version, wrapped_key) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        private final Bound content =
                statements.sql("insert into mailer_content (message_id, tenant_id, document, raw) values (?, ?, ?, ?)");
        private final Bound ref =
                statements.sql("insert into mailer_content_ref (message_id, tenant_id, digest) values (?, ?, ?)");
        private final Bound delivery =
                statements.sql("insert into mailer_delivery (id, tenant_id, stream_id, message_id,"
                        + " domain, recipient, lookup_hash, role, policy, state, due_at, expires_at, changed_at, outcome)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        private final EventStatements events = new EventStatements(statements, ledger);
        private int count;
        private int refs;

        Batches() throws SQLException {}

        AppendResult add(NewMessage m, Lanes.Ids lane, boolean anySuppression) throws SQLException {
            long id = ledger.ids.next(statements.connection());
            addMessage(m, lane, id);
            content.with(id)
                    .with(lane.tenantId())
                    .with(m.content().document())
                    .with(m.content().raw())
                    .addBatch();
            for (ContentRef r : m.content().refs().stream().distinct().toList()) {
                ref.with(id)
                        .with(lane.tenantId())
                        .withObject(HexFormat.of().parseHex(r.digest()))
                        .addBatch();
                refs++;
            }
            count++;
            int suppressed = 0;
            for (NewMessage.NewDelivery d : m.deliveries()) {
                suppressed += addDelivery(m, lane, id, d, anySuppression) ? 1 : 0;
            }
            return new AppendResult(AppendResult.Kind.ACCEPTED, m.id(), suppressed);
        }

        private void addMessage(NewMessage m, Lanes.Ids lane, long id) throws SQLException {
            NewMessage.Summary s = m.summary();
            message.with(id)
                    .with(lane.tenantId())
                    .with(lane.streamId())
                    .withObject(ledger.dialect.uuid(m.id().value()))
                    .with(m.acceptedAt())
                    .with(m.sendAt())
                    .with(m.expiresAt())
                    .with(Codes.of(m.policy()))
                    .with(s.sender())
                    .with(s.from())
                    .with(s.subject())
                    .with(s.messageIdHeader())
                    .with(OutcomeText.writeTags(s.tags()))
                    .with(m.content().key().version())
                    .with(m.content().key().wrapped())
                    .addBatch();
        }

        /** Returns whether the recipient is suppressed. */
        private boolean addDelivery(
                NewMessage m, Lanes.Ids lane, long messageId, NewMessage.NewDelivery d, boolean anySuppression)
                throws SQLException {
            String reason = anySuppression
                    ? SuppressionRows.reason(
                            statements, lane.tenantId(), lane.streamId(), d.lookupHash(), m.acceptedAt())
                    : null;
            boolean later = m.sendAt() != null && m.sendAt().isAfter(m.acceptedAt());
            int state = reason != null ? Codes.SUPPRESSED : later ? Codes.SCHEDULED : Codes.QUEUED;
            long id = ledger.ids.next(statements.connection());
            delivery.with(id)
                    .with(lane.tenantId())
                    .with(lane.streamId())
                    .with(messageId)
                    .with(d.domain())
                    .with(d.address())
                    .with(d.lookupHash())
                    .with(Codes.of(d.role()))
                    .with(Codes.of(m.policy()))
                    .with(state);
            if (state == Codes.SCHEDULED) {
                delivery.with(m.sendAt());
            } else {
                delivery.withNull(Types.BIGINT);
            }
            String outcome = reason == null ? null : EventStatements.suppressed(reason);
            delivery.with(m.expiresAt()).with(m.acceptedAt()).with(outcome).addBatch();
            events.add(new EventStatements.Row(
                    lane.tenantId(),
                    messageId,
                    id,
                    reason == null ? EventType.QUEUED : EventType.SUPPRESSED,
                    m.acceptedAt(),
                    0,
                    outcome));
            return reason != null;
        }

        void execute() throws SQLException {
            if (count > 0) {
                message.executeBatch();
                content.executeBatch();
                delivery.executeBatch();
                events.execute();
            }
            if (refs > 0) {
                ref.executeBatch();
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.EventType;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.ContentRef;
import dev.mailer.api.spi.NewMessage;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stores messages: rows of all tables in one go, whatever their number. */
final class AppendStatements {
    private final Statements statements;
    private final Ledger ledger;

    AppendStatements(Statements statements, Ledger ledger) {
        this.statements = statements;
        this.ledger = ledger;
    }

    List<AppendResult> append(List<NewMessage> messages) throws SQLException {
        AppendResult[] results = new AppendResult[messages.size()];
        List<LaneIds.Ids> lanes = new ArrayList<>(messages.size());
        for (NewMessage m : messages) {
            lanes.add(ledger.lanes.ids(statements, m.lane()));
        }
        boolean anySuppression = admit(messages, lanes, results);
        Batches batches = new Batches();
        for (int i = 0; i < results.length; i++) {
            if (results[i] == null) {
                results[i] = batches.add(messages.get(i), lanes.get(i), anySuppression);
            }
        }
        batches.execute();
        return List.of(results);
    }

    /** Answers those whose key is known already; returns whether any address is suppressed. */
    private boolean admit(List<NewMessage> messages, List<LaneIds.Ids> lanes, @Nullable AppendResult[] results)
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
        Dialect.Admission admission = ledger.dialect.admit(statements, rows);
        for (int i = 0; i < rows.size(); i++) {
            if (!admission.inserted().get(i)) {
                results[places.get(i)] = repeated(rows.get(i));
            }
        }
        return admission.anySuppression();
    }

    private AppendResult repeated(Dialect.IdempotencyRow row) throws SQLException {
        return statements
                .query("select message_id, content_hash from mailer_idempotency"
                        + " where tenant_id = :tenant and key_hash = :key" + ledger.dialect.latest())
                .bind("tenant", row.tenantId())
                .bind("key", row.keyHash())
                .map((r, c) -> new AppendResult(
                        Bytes.wrap(r.getBytes("content_hash")).equals(row.contentHash())
                                ? AppendResult.Kind.DUPLICATE
                                : AppendResult.Kind.CONFLICT,
                        new MessageId(ledger.dialect.readUuid(r, "message_id")),
                        0))
                .findOne()
                .orElseThrow(() -> new SQLException(
                        "an idempotency key was removed while it was looked up; repeat the submission"));
    }

    /** The rows of one append. */
    private final class Batches {
        private final TableRows message = new TableRows(
                "mailer_message",
                "id bigint",
                "tenant_id bigint",
                "stream_id bigint",
                "message_id uuid",
                "accepted_at bigint",
                "send_at bigint",
                "expires_at bigint",
                "policy int2",
                "sender text",
                "from_header text",
                "subject text",
                "message_id_header text",
                "tags text",
                "key_version int4",
                "wrapped_key bytea");
        private final TableRows content = new TableRows(
                "mailer_content",
                "message_id bigint",
                "tenant_id bigint",
                "accepted_at bigint",
                "document bytea",
                "raw bytea");
        private final TableRows ref =
                new TableRows("mailer_content_ref", "message_id bigint", "tenant_id bigint", "digest bytea");
        private final TableRows recipient =
                new TableRows("mailer_recipient", "tenant_id bigint", "lookup_hash bytea", "message_id bigint");
        private final TableRows delivery = new TableRows(
                "mailer_delivery",
                "id bigint",
                "tenant_id bigint",
                "stream_id bigint",
                "message_id bigint",
                "domain text",
                "recipient text",
                "lookup_hash bytea",
                "role int2",
                "policy int2",
                "state int2",
                "size bigint",
                "due_at bigint",
                "expires_at bigint",
                "changed_at bigint",
                "outcome text");
        private final EventRows events = new EventRows(statements, ledger);

        AppendResult add(NewMessage m, LaneIds.Ids lane, boolean anySuppression) throws SQLException {
            long id = ledger.ids.next(statements);
            addMessage(m, lane, id);
            content.add(
                    id,
                    lane.tenantId(),
                    Times.millis(m.acceptedAt()),
                    bytes(m.content().document()),
                    bytes(m.content().raw()));
            for (ContentRef r : m.content().refs().stream().distinct().toList()) {
                ref.add(id, lane.tenantId(), HexFormat.of().parseHex(r.digest()));
            }
            m.deliveries().stream()
                    .map(NewMessage.NewDelivery::lookupHash)
                    .distinct()
                    .forEach(hash -> recipient.add(lane.tenantId(), bytes(hash), id));
            int suppressed = 0;
            for (NewMessage.NewDelivery d : m.deliveries()) {
                suppressed += addDelivery(m, lane, id, d, anySuppression) ? 1 : 0;
            }
            return new AppendResult(AppendResult.Kind.ACCEPTED, m.id(), suppressed);
        }

        private void addMessage(NewMessage m, LaneIds.Ids lane, long id) {
            NewMessage.Summary s = m.summary();
            message.add(
                    id,
                    lane.tenantId(),
                    lane.streamId(),
                    ledger.dialect.uuid(m.id().value()),
                    Times.millis(m.acceptedAt()),
                    millis(m.sendAt()),
                    millis(m.expiresAt()),
                    Codes.of(m.policy()),
                    s.sender(),
                    s.from(),
                    s.subject(),
                    s.messageIdHeader(),
                    OutcomeText.writeTags(s.tags()),
                    m.content().key().version(),
                    bytes(m.content().key().wrapped()));
        }

        /** Returns whether the recipient is suppressed. */
        private boolean addDelivery(
                NewMessage m, LaneIds.Ids lane, long messageId, NewMessage.NewDelivery d, boolean anySuppression)
                throws SQLException {
            String reason = anySuppression
                    ? SuppressionRows.reason(
                            statements, lane.tenantId(), lane.streamId(), d.lookupHash(), m.acceptedAt())
                    : null;
            boolean later = m.sendAt() != null && m.sendAt().isAfter(m.acceptedAt());
            int state = reason != null ? Codes.SUPPRESSED : later ? Codes.SCHEDULED : Codes.QUEUED;
            long id = ledger.ids.next(statements);
            String outcome = reason == null ? null : EventRows.suppressed(reason);
            delivery.add(
                    id,
                    lane.tenantId(),
                    lane.streamId(),
                    messageId,
                    d.domain(),
                    d.address(),
                    bytes(d.lookupHash()),
                    Codes.of(d.role()),
                    Codes.of(m.policy()),
                    state,
                    m.content().size(),
                    state == Codes.SCHEDULED ? millis(m.sendAt()) : null,
                    millis(m.expiresAt()),
                    Times.millis(m.acceptedAt()),
                    outcome);
            events.add(new EventRows.Row(
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
            ledger.dialect.insert(statements, List.of(message, content, ref, recipient, delivery, events.rows()));
        }
    }

    private static @Nullable Long millis(@Nullable Instant time) {
        return time == null ? null : Times.millis(time);
    }

    private static byte @Nullable [] bytes(@Nullable Bytes bytes) {
        return bytes == null ? null : bytes.unsafeArray();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.EventType;
import dev.mailer.api.IdempotencyConflictException;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.ContentRef;
import dev.mailer.api.spi.NewMessage;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stores messages: rows of all tables in one go, whatever their number. */
final class AppendStatements {
    private final Statements statements;
    private final Ledger ledger;
    private final IdempotencyRows keys;

    AppendStatements(Statements statements, Ledger ledger) {
        this.statements = statements;
        this.ledger = ledger;
        this.keys = new IdempotencyRows(statements, ledger);
    }

    /** What a mail in conflict with another has no part in; the others are stored. */
    List<AppendResult> append(List<NewMessage> messages) throws SQLException {
        List<LaneIds.Ids> lanes = lanes(messages);
        @Nullable AppendResult[] results = new AppendResult[messages.size()];
        boolean anySuppression = admit(messages, lanes, results);
        return insert(messages, lanes, results, anySuppression);
    }

    /**
     * Stores all or, where one of several is in conflict with another mail, none. The keys of the others are taken back one by one: a
     * savepoint would be a round trip more for everybody.
     *
     * @throws IdempotencyConflictException nothing is stored
     */
    List<AppendResult> appendTogether(List<NewMessage> messages) throws SQLException {
        List<LaneIds.Ids> lanes = lanes(messages);
        @Nullable AppendResult[] results = new AppendResult[messages.size()];
        boolean anySuppression = admit(messages, lanes, results);
        for (AppendResult result : results) {
            if (result != null && result.kind() == AppendResult.Kind.CONFLICT) {
                takeBack(messages, lanes, results);
                throw new IdempotencyConflictException(result.id());
            }
        }
        return insert(messages, lanes, results, anySuppression);
    }

    private void takeBack(List<NewMessage> messages, List<LaneIds.Ids> lanes, @Nullable AppendResult[] results)
            throws SQLException {
        for (int i = 0; i < results.length; i++) {
            NewMessage.Idempotency key = messages.get(i).idempotency();
            if (results[i] == null && key != null) {
                statements
                        .sql("delete from mailer_idempotency where tenant_id = ? and key_hash = ?")
                        .with(lanes.get(i).tenantId())
                        .with(keys.row(messages.get(i), key, lanes.get(i).tenantId())
                                .keyHash())
                        .update();
            }
        }
    }

    private List<LaneIds.Ids> lanes(List<NewMessage> messages) throws SQLException {
        List<LaneIds.Ids> lanes = new ArrayList<>(messages.size());
        for (NewMessage m : messages) {
            lanes.add(ledger.lanes.ids(statements, m.lane()));
        }
        return lanes;
    }

    private List<AppendResult> insert(
            List<NewMessage> messages,
            List<LaneIds.Ids> lanes,
            @Nullable AppendResult[] results,
            boolean anySuppression)
            throws SQLException {
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
        keys.answerPlain(messages, lanes, results);
        List<Dialect.IdempotencyRow> rows = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            NewMessage.Idempotency key = messages.get(i).idempotency();
            if (key != null && results[i] == null) {
                rows.add(keys.row(messages.get(i), key, lanes.get(i).tenantId()));
                places.add(i);
            }
        }
        Dialect.Admission admission = ledger.dialect.admit(statements, rows);
        for (int i = 0; i < rows.size(); i++) {
            if (!admission.inserted().get(i)) {
                results[places.get(i)] = keys.repeated(rows.get(i));
            }
        }
        return admission.anySuppression();
    }

    /** The rows of one append. */
    private final class Batches {
        private final MessageRows message = new MessageRows(ledger);
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
            SealedMessage sealed = ledger.cipher.isOn() ? SealedMessage.in(ledger.cipher, m) : null;
            message.add(m, lane, id, sealed);
            content.add(
                    id,
                    lane.tenantId(),
                    Times.millis(m.acceptedAt()),
                    bytes(sealed == null ? m.content().document() : sealed.document()),
                    bytes(sealed == null ? m.content().raw() : sealed.raw()));
            for (ContentRef r : m.content().refs().stream().distinct().toList()) {
                ref.add(
                        id,
                        lane.tenantId(),
                        bytes(ContentDigests.of(ledger.cipher, m.lane().tenant(), r)));
            }
            m.deliveries().stream()
                    .map(NewMessage.NewDelivery::lookupHash)
                    .distinct()
                    .forEach(hash -> recipient.add(lane.tenantId(), bytes(hash), id));
            int suppressed = 0;
            for (int i = 0; i < m.deliveries().size(); i++) {
                NewMessage.NewDelivery d = m.deliveries().get(i);
                String recipient =
                        sealed == null ? d.address() : sealed.recipients().get(i);
                suppressed += addDelivery(m, lane, id, d, recipient, anySuppression) ? 1 : 0;
            }
            return new AppendResult(AppendResult.Kind.ACCEPTED, m.id(), suppressed, id);
        }

        /**
         * Returns whether the recipient is suppressed.
         *
         * @param recipient the address as it is stored
         */
        private boolean addDelivery(
                NewMessage m,
                LaneIds.Ids lane,
                long messageId,
                NewMessage.NewDelivery d,
                String recipient,
                boolean anySuppression)
                throws SQLException {
            String reason = anySuppression ? suppressedBy(m, lane, d) : null;
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
                    recipient,
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

        private @Nullable String suppressedBy(NewMessage m, LaneIds.Ids lane, NewMessage.NewDelivery d)
                throws SQLException {
            List<Bytes> hashes = ledger.cipher.isOn()
                    ? SuppressionRows.hashes(ledger.cipher, m.lane().tenant(), d.address())
                    : List.of(d.lookupHash());
            return SuppressionRows.reason(statements, lane.tenantId(), lane.streamId(), hashes, m.acceptedAt());
        }

        void execute() throws SQLException {
            ledger.dialect.insert(
                    statements, List.of(message.rows(), content, ref, recipient, delivery, events.rows()));
        }
    }

    private static @Nullable Long millis(@Nullable Instant time) {
        return time == null ? null : Times.millis(time);
    }

    private static byte @Nullable [] bytes(@Nullable Bytes bytes) {
        return bytes == null ? null : bytes.unsafeArray();
    }
}

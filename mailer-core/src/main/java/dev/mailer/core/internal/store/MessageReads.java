// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.EventType;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.Page;
import dev.mailer.api.UnreadableException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.ContentRef;
import dev.mailer.api.spi.FieldCipher;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.StoredMessage;
import dev.mailer.api.spi.WebhookStore.Mail;
import dev.mailer.api.spi.WebhookStore.Texts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads messages: with their content for sending, and with their deliveries for people. */
final class MessageReads {
    private static final String MESSAGE =
            "select m.id, m.message_id, m.stream_id, m.accepted_at, m.send_at, m.expires_at,"
                    + " m.policy, m.sender, m.from_header, m.subject, m.message_id_header, m.tags, m.sealed, m.key_version, m.wrapped_key";
    private static final String WITH_CONTENT = MESSAGE
            + ", c.document, c.raw from mailer_message m left join mailer_content c on c.message_id = m.id where ";

    /** Messages read by one statement. */
    private static final int MOST_TOGETHER = 32;

    private final Database database;
    private final Ledger ledger;

    MessageReads(Database database, Ledger ledger) {
        this.database = database;
        this.ledger = ledger;
    }

    List<StoredMessage> load(Collection<Long> keys) {
        return Failures.translate(
                "load messages",
                () -> database.read(s -> {
                    List<StoredMessage> loaded = new ArrayList<>(keys.size());
                    List<Long> rest = List.copyOf(keys);
                    while (!rest.isEmpty()) {
                        int take = Math.min(rest.size(), MOST_TOGETHER);
                        loaded.addAll(load(s, rest.subList(0, take)));
                        rest = rest.subList(take, rest.size());
                    }
                    return loaded;
                }));
    }

    /** The number of places is one or the most, the last key fills what is left: two texts to prepare, not one for each number. */
    private List<StoredMessage> load(Statements s, List<Long> keys) throws SQLException {
        int places = keys.size() == 1 ? 1 : MOST_TOGETHER;
        Bound b = s.sql(WITH_CONTENT + "m.id in (?" + ", ?".repeat(places - 1) + ")");
        for (int i = 0; i < places; i++) {
            b.with(keys.get(Math.min(i, keys.size() - 1)));
        }
        return b.list(r -> stored(s, r));
    }

    @Nullable
    StoredMessage load(MessageId id) {
        return Failures.translateNullable(
                "load a message",
                () -> database.find(s -> s.query(WITH_CONTENT + "m.message_id = :id")
                        .bind("id", ledger.dialect.uuid(id.value()))
                        .map((r, c) -> stored(s, r))
                        .findOne()
                        .orElse(null)));
    }

    @Nullable
    MessageStatus find(MessageId id) {
        return Failures.translateNullable(
                "find a message",
                () -> database.find(s -> {
                    Row row = s.query(MESSAGE + " from mailer_message m where m.message_id = :id")
                            .bind("id", ledger.dialect.uuid(id.value()))
                            .map((r, c) -> row(s, r))
                            .findOne()
                            .orElse(null);
                    return row == null ? null : status(s, row);
                }));
    }

    /** What is told of mails apart from their deliveries. */
    Map<MessageId, Mail> mails(Collection<MessageId> ids) {
        List<MessageId> all = ids.stream().distinct().toList();
        Map<MessageId, Mail> mails = new HashMap<>();
        for (int from = 0; from < all.size(); from += MOST_TOGETHER) {
            List<MessageId> some = all.subList(from, Math.min(all.size(), from + MOST_TOGETHER));
            Failures.translate(
                    "read messages",
                    () -> database.read(s -> {
                        Bound b = s.sql(MESSAGE + " from mailer_message m where m.message_id in (?"
                                + ", ?".repeat(MOST_TOGETHER - 1) + ")");
                        for (int i = 0; i < MOST_TOGETHER; i++) {
                            MessageId id = some.get(Math.min(i, some.size() - 1));
                            b.withObject(ledger.dialect.uuid(id.value()));
                        }
                        b.list(r -> mails.put(new MessageId(ledger.dialect.readUuid(r, "message_id")), mail(s, r)));
                        return true;
                    }));
        }
        return mails;
    }

    private Mail mail(Statements s, ResultSet r) throws SQLException {
        Instant acceptedAt = Objects.requireNonNull(Times.read(r, "accepted_at"));
        String header = r.getString("message_id_header");
        RowKey key = key(s, r);
        if (key.isErased()) {
            return new Mail(acceptedAt, null, null, header, Map.of(), Texts.ERASED);
        }
        try {
            NewMessage.Summary summary = summary(r, key);
            return new Mail(acceptedAt, summary.from(), summary.subject(), header, summary.tags(), Texts.READABLE);
        } catch (UnreadableException e) {
            return new Mail(acceptedAt, null, null, header, Map.of(), Texts.UNREADABLE);
        }
    }

    Page<MessageStatus> list(MessageQuery q) {
        return Failures.translate(
                "list messages",
                () -> database.read(s -> {
                    Long tenant = ledger.lanes.tenantId(s, q.tenant());
                    if (tenant == null) {
                        return new Page<>(List.of(), false);
                    }
                    boolean backwards = q.before() != null;
                    List<Row> rows = new ArrayList<>(select(s, q, tenant, backwards));
                    boolean more = rows.size() > q.limit();
                    if (more) {
                        rows.remove(rows.size() - 1);
                    }
                    if (backwards) {
                        Collections.reverse(rows);
                    }
                    List<MessageStatus> items = new ArrayList<>();
                    for (Row row : rows) {
                        items.add(status(s, row));
                    }
                    return new Page<>(items, more);
                }));
    }

    private List<Row> select(Statements s, MessageQuery q, long tenant, boolean backwards) {
        StringBuilder sql = new StringBuilder(MESSAGE).append(" from mailer_message m where m.tenant_id = :tenant");
        Map<String, Object> values = new HashMap<>();
        values.put("tenant", tenant);
        values.put("limit", q.limit() + 1);
        MessageId bound = backwards ? q.before() : q.after();
        if (bound != null) {
            sql.append(" and m.message_id ").append(backwards ? ">" : "<").append(" :bound");
            values.put("bound", ledger.dialect.uuid(bound.value()));
        }
        if (q.stream() != null) {
            sql.append(
                    " and m.stream_id in (select id from mailer_stream where tenant_id = :tenant and name = :stream)");
            values.put("stream", q.stream());
        }
        if (q.since() != null) {
            sql.append(" and m.accepted_at >= :since");
            values.put("since", q.since());
        }
        if (q.until() != null) {
            sql.append(" and m.accepted_at < :until");
            values.put("until", q.until());
        }
        if (q.state() != null) {
            sql.append(" and exists (select 1 from mailer_delivery d where d.message_id = m.id"
                    + " and d.state in (:state, :alone))");
            values.put("state", Codes.of(q.state()));
            values.put("alone", Codes.of(q.state(), true));
        }
        if (q.recipient() != null) {
            List<Bytes> hashes = SuppressionRows.hashes(ledger.cipher, q.tenant(), q.recipient());
            sql.append(" and m.id in (select message_id from mailer_recipient"
                    + " where tenant_id = :tenant and lookup_hash in (:recipient, :unkeyed))");
            values.put("recipient", hashes.get(0));
            values.put("unkeyed", hashes.get(hashes.size() - 1));
        }
        sql.append(" order by m.message_id ").append(backwards ? "asc" : "desc").append(" limit :limit");
        return s.query(sql.toString()).bindMap(values).map((r, c) -> row(s, r)).list();
    }

    private MessageStatus status(Statements s, Row row) throws SQLException {
        List<DeliveryStatus> deliveries = s.query(
                        "select id, recipient, lookup_hash, role, state, attempt, changed_at, due_at, outcome"
                                + " from mailer_delivery where message_id = :message order by id")
                .bind("message", row.key)
                .map((r, c) -> delivery(r, row.messageKey))
                .list();
        EventType last = s.query("select type from mailer_event where message_id = :message"
                        + " and type <> :verdict order by at desc, id desc limit 1")
                .bind("message", row.key)
                .bind("verdict", Codes.of(EventType.VERDICT))
                .mapTo(Integer.class)
                .findOne()
                .map(Codes::eventType)
                .orElse(null);
        return row.status
                .lane(ledger.lanes.lane(s, row.streamId).tenant(), ledger.lanes.lane(s, row.streamId).stream())
                .deliveries(deliveries)
                .lastEvent(last)
                .build();
    }

    private Row row(Statements s, ResultSet r) throws SQLException {
        RowKey key = key(s, r);
        MessageId id = new MessageId(ledger.dialect.readUuid(r, "message_id"));
        NewMessage.Summary summary = shown(r, key);
        MessageStatus.Builder status = MessageStatus.builder(id, Objects.requireNonNull(Times.read(r, "accepted_at")))
                .from(summary.from())
                .subject(summary.subject())
                .messageIdHeader(summary.messageIdHeader())
                .tags(summary.tags())
                .sendAt(Times.read(r, "send_at"));
        return new Row(r.getLong("id"), r.getLong("stream_id"), key, status);
    }

    private RowKey key(Statements s, ResultSet r) throws SQLException {
        return ledger.keys.read(
                r,
                r.getLong("id"),
                ledger.lanes.lane(s, r.getLong("stream_id")).tenant(),
                ledger.dialect.readUuid(r, "message_id"));
    }

    private static NewMessage.Summary summary(ResultSet r, RowKey key) throws SQLException {
        String header = r.getString("message_id_header");
        byte @Nullable [] sealed = r.getBytes("sealed");
        if (key.isPlain() || key.isErased()) {
            return new NewMessage.Summary(
                    r.getString("sender"),
                    r.getString("from_header"),
                    r.getString("subject"),
                    header,
                    OutcomeText.readTags(r.getString("tags")));
        }
        if (sealed == null) {
            throw UnreadableException.altered(Places.SUMMARY, null);
        }
        return SummaryText.read(Objects.requireNonNull(key.read(Places.SUMMARY, sealed)), header);
    }

    /** For people: one that cannot be read does not hide the others, nor what became of it. */
    private static NewMessage.Summary shown(ResultSet r, RowKey key) throws SQLException {
        try {
            return summary(r, key);
        } catch (UnreadableException e) {
            String text = RowKey.unreadable(e);
            return new NewMessage.Summary(text, text, text, r.getString("message_id_header"), Map.of());
        }
    }

    private static DeliveryStatus delivery(ResultSet r, RowKey key) throws SQLException {
        long id = r.getLong("id");
        Bytes hash = Bytes.wrap(r.getBytes("lookup_hash"));
        OutcomeText outcome = OutcomeText.read(key, Places.outcome(id), r.getString("outcome"));
        return DeliveryStatus.builder(
                        id,
                        key.shown(Places.recipient(hash), r.getString("recipient")),
                        Codes.role(r.getInt("role")),
                        Codes.state(r.getInt("state")))
                .attempts(r.getInt("attempt"))
                .changedAt(Objects.requireNonNull(Times.read(r, "changed_at")))
                .nextAttemptAt(Times.read(r, "due_at"))
                .transport(outcome.transport())
                .failure(outcome.failure())
                .reply(outcome.reply())
                .build();
    }

    private StoredMessage stored(Statements s, ResultSet r) throws SQLException {
        RowKey key = key(s, r);
        byte @Nullable [] document = key.read(Places.DOCUMENT, r.getBytes("document"));
        byte @Nullable [] raw = key.read(Places.RAW, r.getBytes("raw"));
        return new StoredMessage(
                r.getLong("id"),
                new MessageId(ledger.dialect.readUuid(r, "message_id")),
                ledger.lanes.lane(s, r.getLong("stream_id")),
                Objects.requireNonNull(Times.read(r, "accepted_at")),
                Times.read(r, "send_at"),
                Times.read(r, "expires_at"),
                Codes.policy(r.getInt("policy")),
                summary(r, key),
                document == null
                        ? null
                        : new NewMessage.StoredContent(
                                Bytes.wrap(document),
                                raw == null ? null : Bytes.wrap(raw),
                                List.<ContentRef>of(),
                                FieldCipher.WrappedKey.NONE));
    }

    private record Row(long key, long streamId, RowKey messageKey, MessageStatus.Builder status) {}
}

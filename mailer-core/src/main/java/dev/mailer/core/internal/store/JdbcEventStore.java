// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.OutboxStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The stored feed, and the events of one message. */
final class JdbcEventStore implements EventStore {
    private static final String EVENT =
            "select e.id, e.type, e.at, e.attempt, e.detail, t.name as tenant, m.message_id as mid, e.message_id as mkey,"
                    + " m.key_version, m.wrapped_key, e.delivery_id, d.recipient, d.lookup_hash,"
                    + " s.name as stream, c.id as cid, c.address as caddress, c.sealed as csealed";
    private static final String JOINS = " from mailer_event e left join mailer_tenant t on t.id = e.tenant_id"
            + " left join mailer_message m on m.id = e.message_id left join mailer_delivery d on d.id = e.delivery_id"
            + " left join mailer_stream s on s.id = m.stream_id"
            + " left join mailer_suppression_change c on c.id = e.change_id where ";

    /** Most events numbered in one transaction. */
    private static final int NUMBER_AT_ONCE = 2_000;

    /** Ids that are looked up together; fewer are filled up, so that there is one statement. */
    private static final int LOOKED_UP = 64;

    /** In place of a position: another node has the cursor. */
    private static final long TAKEN = -1;
    /** In place of a position: the consumer is new. */
    private static final long ABSENT = -2;

    private final Database database;
    private final Ledger ledger;
    /** The column that orders the feed. */
    private final String position;

    private static final String OF_MESSAGE = "e.message_id = (select id from mailer_message where message_id = :id)";

    JdbcEventStore(Database database, Ledger ledger) {
        this.database = database;
        this.ledger = ledger;
        this.position = ledger.dialect.numbersEvents() ? "e.id" : "e.position";
    }

    List<MailEvent> of(MessageId id) {
        return Failures.translate(
                "read events",
                () -> database.read(s -> {
                    List<MailEvent> first = of(s, id, "e.at, e.id", 2 * OutboxStore.MOST_EVENTS);
                    if (first.size() < 2 * OutboxStore.MOST_EVENTS) {
                        return first;
                    }
                    List<MailEvent> all = new ArrayList<>(first.subList(0, OutboxStore.MOST_EVENTS));
                    Set<Long> shown = all.stream().map(MailEvent::id).collect(Collectors.toSet());
                    List<MailEvent> newest =
                            new ArrayList<>(of(s, id, "e.at desc, e.id desc", OutboxStore.MOST_EVENTS));
                    Collections.reverse(newest);
                    newest.stream().filter(e -> !shown.contains(e.id())).forEach(all::add);
                    return all;
                }));
    }

    private List<MailEvent> of(Statements s, MessageId id, String order, int limit) {
        return s.query(EVENT + JOINS + OF_MESSAGE + " order by " + order + " limit :limit")
                .bind("id", ledger.dialect.uuid(id.value()))
                .bind("limit", limit)
                .map((r, c) -> event(r))
                .list();
    }

    long count(MessageId id) {
        return Failures.translate(
                "count events",
                () -> database.read(s -> s.query("select count(*) from mailer_event e where " + OF_MESSAGE)
                        .bind("id", ledger.dialect.uuid(id.value()))
                        .mapTo(Long.class)
                        .one()));
    }

    @Override
    public int assignPositions(int limit) {
        if (ledger.dialect.numbersEvents()) {
            return 0;
        }
        return Failures.translate("number events", () -> database.write(s -> ledger.dialect.assignPositions(s, limit)));
    }

    /** Positions are given here, when somebody asks, so that a ledger whose feed nobody reads does not pay for them. */
    @Override
    public List<Positioned> read(long after, int limit) {
        List<Positioned> events = numbered(after, limit);
        return events.size() < limit && assignPositions(NUMBER_AT_ONCE) > 0 ? numbered(after, limit) : events;
    }

    private List<Positioned> numbered(long after, int limit) {
        return Failures.translate(
                "read the feed",
                () -> database.read(s -> s.sql(EVENT + ", " + position + " as place" + JOINS + position
                                + " > ? order by " + position + " limit ?")
                        .with(after)
                        .with(limit)
                        .list(r -> new Positioned(r.getLong("place"), event(r)))));
    }

    @Override
    public List<MailEvent> find(Collection<Long> ids) {
        List<MailEvent> found = new ArrayList<>();
        List<Long> all = ids.stream().distinct().toList();
        for (int from = 0; from < all.size(); from += LOOKED_UP) {
            List<Long> some = all.subList(from, Math.min(from + LOOKED_UP, all.size()));
            found.addAll(Failures.translate(
                    "read events",
                    () -> database.read(s -> {
                        Bound b = s.sql(EVENT + JOINS + "e.id in (?" + ", ?".repeat(LOOKED_UP - 1) + ")");
                        for (int i = 0; i < LOOKED_UP; i++) {
                            b.with(some.get(Math.min(i, some.size() - 1)));
                        }
                        return b.list(this::event);
                    })));
        }
        return found;
    }

    @Override
    public List<MailEvent> ofDelivery(long deliveryId, long after, int limit) {
        return Failures.translate(
                "read events",
                () -> database.read(s -> s.query(EVENT + JOINS
                                // the index begins with the message
                                + "e.message_id = (select message_id from mailer_delivery where id = :delivery)"
                                + " and e.delivery_id = :delivery and e.id > :after order by e.id limit :limit")
                        .bind("delivery", deliveryId)
                        .bind("after", after)
                        .bind("limit", limit)
                        .map((r, c) -> event(r))
                        .list()));
    }

    @Override
    public long lastPosition() {
        while (assignPositions(NUMBER_AT_ONCE) >= NUMBER_AT_ONCE) {
            // a ledger whose feed was not read for long has many
        }
        return Failures.translate(
                "read the feed",
                // there is one row, whose null reads as 0
                () -> database.read(s -> s.sql(
                                "select max(" + position + ") from mailer_event e where " + position + " is not null")
                        .number()));
    }

    @Override
    public long cursor(String consumer) {
        return Failures.translate(
                "read a cursor",
                () -> database.read(s -> s.query("select position from mailer_consumer where name = :name")
                        .bind("name", consumer)
                        .mapTo(Long.class)
                        .findOne()
                        .orElse(0L)));
    }

    /** The holder's row in mailer_node is its lease: it is removed when the node is closed or dead. */
    @Override
    public @Nullable Long takeCursor(String consumer, long node) {
        return Failures.translateNullable("take a cursor", () -> {
            long position = database.write(s -> take(s, consumer, node));
            if (position == ABSENT && database.write(s -> insert(s, consumer, 0))) {
                position = database.write(s -> take(s, consumer, node));
            }
            return position < 0 ? null : (Long) position;
        });
    }

    private static long take(Statements s, String consumer, long node) {
        int taken = s.update(
                        "update mailer_consumer set node_id = :node where name = :name and (node_id is null or node_id = :node"
                                + " or not exists (select 1 from mailer_node n where n.id = mailer_consumer.node_id))")
                .bind("node", node)
                .bind("name", consumer)
                .execute();
        Long position = s.query("select position from mailer_consumer where name = :name")
                .bind("name", consumer)
                .mapTo(Long.class)
                .findOne()
                .orElse(null);
        return position == null ? ABSENT : taken > 0 ? position : TAKEN;
    }

    /** In a transaction of its own: who finds the row there already holds a lock on it that an update would have to wait for. */
    private boolean insert(Statements s, String consumer, long position) throws SQLException {
        TableRows row = new TableRows("mailer_consumer", "name text", "position bigint");
        row.add(consumer, position);
        return ledger.dialect.insertNew(s, row);
    }

    @Override
    public boolean begin(String consumer, long at) {
        return Failures.translate("begin a cursor", () -> database.write(s -> insert(s, consumer, at)));
    }

    @Override
    public boolean moveCursor(String consumer, long node, long to) {
        return Failures.translate(
                "move a cursor",
                () -> database.write(s ->
                        s.update("update mailer_consumer set position = :to where name = :name and node_id = :node")
                                        .bind("to", to)
                                        .bind("name", consumer)
                                        .bind("node", node)
                                        .execute()
                                > 0));
    }

    @Override
    public void giveCursorBack(String consumer, long node) {
        Failures.translate(
                "give a cursor back",
                () -> database.write(s -> s.update(
                                "update mailer_consumer set node_id = null where name = :name and node_id = :node")
                        .bind("name", consumer)
                        .bind("node", node)
                        .execute()));
    }

    private MailEvent event(ResultSet r) throws SQLException {
        boolean hasMessage = r.getObject("mid") != null;
        MessageId id = hasMessage ? new MessageId(ledger.dialect.readUuid(r, "mid")) : null;
        RowKey key = id == null
                ? SuppressionChanges.key(ledger, r.getInt("csealed"))
                : ledger.keys.read(r, r.getLong("mkey"), r.getString("tenant"), id.value());
        long delivery = r.getLong("delivery_id");
        int type = r.getInt("type");
        int attempt = r.getInt("attempt");
        Instant at = Objects.requireNonNull(Times.read(r, "at"));
        OutcomeText detail = OutcomeText.read(key, Places.detail(delivery, type, attempt, at), r.getString("detail"));
        return MailEvent.builder(Codes.eventType(type), at, r.getString("tenant")).id(r.getLong("id")).stream(
                        r.getString("stream"))
                .message(id)
                .delivery(delivery, recipient(r, key))
                .attempt(attempt, detail.transport())
                .failure(detail.failure())
                .detail(withReply(detail))
                .build();
    }

    private @Nullable String recipient(ResultSet r, RowKey key) throws SQLException {
        if (r.getObject("cid") != null) {
            return SuppressionChanges.address(ledger, r, "cid", "csealed", "caddress");
        }
        byte @Nullable [] hash = r.getBytes("lookup_hash");
        return hash == null
                ? r.getString("recipient")
                : key.shown(Places.recipient(Bytes.wrap(hash)), r.getString("recipient"));
    }

    private static java.util.Map<String, String> withReply(OutcomeText detail) {
        String reply = detail.reply();
        if (reply == null) {
            return detail.detail();
        }
        java.util.Map<String, String> all = new java.util.LinkedHashMap<>(detail.detail());
        all.put("reply", reply);
        return all;
    }
}

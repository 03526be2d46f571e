// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.EventType;
import dev.mailer.api.spi.FieldCipher.DataKey;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.Subscriptions;
import dev.mailer.api.spi.SuppressionStore.Action;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What recipients decide: list, history and event in one transaction. */
final class JdbcSubscriptions implements Subscriptions {
    private final Database database;
    private final Ledger ledger;
    private final JdbcSuppressionStore list;

    JdbcSubscriptions(Database database, Ledger ledger, JdbcSuppressionStore list) {
        this.database = database;
        this.ledger = ledger;
        this.list = list;
    }

    @Override
    public boolean unsubscribe(Change change) {
        return Failures.translate(
                "unsubscribe",
                () -> database.writeRepeatably(s -> {
                    long tenant = ledger.lanes.requireTenantId(s, change.tenant());
                    List<Suppression> there = list.locked(s, tenant, change.tenant(), change.address());
                    List<Suppression> wanted = new ArrayList<>();
                    for (@Nullable String stream : streams(change)) {
                        if (there.stream()
                                .noneMatch(
                                        e -> (e.stream() == null || e.stream().equals(stream))
                                                && e.reason() == Reason.UNSUBSCRIBE
                                                && e.until() == null)) {
                            wanted.add(entry(change, stream));
                        }
                    }
                    if (wanted.isEmpty()) {
                        return false;
                    }
                    List<Suppression> added =
                            new SuppressionBatch(s, ledger, change.tenant(), wanted).writeLaterSilently();
                    return record(s, tenant, change, EventType.UNSUBSCRIBED, Action.ADDED, added);
                }));
    }

    @Override
    public boolean subscribe(Change change) {
        return Failures.translate(
                "subscribe",
                () -> database.writeRepeatably(s -> {
                    long tenant = ledger.lanes.requireTenantId(s, change.tenant());
                    for (String stream : change.streams()) {
                        ledger.lanes.ids(s, new Lane(change.tenant(), stream));
                    }
                    List<Suppression> removed = new ArrayList<>();
                    for (Suppression e : list.locked(s, tenant, change.tenant(), change.address())) {
                        boolean meant = change.streams().isEmpty()
                                || e.stream() == null
                                || change.streams().contains(e.stream());
                        if (meant && e.reason() == Reason.UNSUBSCRIBE && list.delete(s, tenant, e)) {
                            removed.add(e);
                            if (e.stream() == null && !change.streams().isEmpty()) {
                                spread(s, change, e);
                            }
                        }
                    }
                    List<Suppression> told = removed.stream()
                            .map(e -> new Suppression(
                                    e.tenant(),
                                    e.stream(),
                                    e.address(),
                                    e.reason(),
                                    change.origin(),
                                    change.at(),
                                    e.until()))
                            .toList();
                    return record(s, tenant, change, EventType.SUBSCRIBED, Action.REMOVED, told);
                }));
    }

    /** An entry for all streams becomes one for each of those that the change is not about. */
    private void spread(Statements s, Change change, Suppression all) throws SQLException {
        List<Suppression> others = new ArrayList<>();
        for (String stream : streams(s, change.tenant())) {
            if (!change.streams().contains(stream)) {
                others.add(new Suppression(
                        all.tenant(), stream, all.address(), all.reason(), all.origin(), all.at(), all.until()));
            }
        }
        if (!others.isEmpty()) {
            new SuppressionBatch(s, ledger, change.tenant(), others).writeLater();
        }
    }

    @Override
    public List<Suppression> of(String tenant, String address, Instant now) {
        return list.entries(tenant, address).stream()
                .filter(e -> e.until() == null || e.until().isAfter(now))
                .toList();
    }

    @Override
    public List<String> streams(String tenant) {
        return Failures.translate("read the streams", () -> database.read(s -> streams(s, tenant)));
    }

    private static List<String> streams(Statements s, String tenant) throws SQLException {
        return s
                .sql("select s.name from mailer_stream s join mailer_tenant t on t.id = s.tenant_id where t.name = ?")
                .with(tenant)
                .list(r -> r.getString(1))
                .stream()
                .sorted()
                .toList();
    }

    /** Null stands for all. */
    private static List<@Nullable String> streams(Change change) {
        List<@Nullable String> streams = new ArrayList<>(new TreeSet<>(change.streams()));
        if (streams.isEmpty()) {
            streams.add(null);
        }
        return streams;
    }

    private static Suppression entry(Change change, @Nullable String stream) {
        return new Suppression(
                change.tenant(), stream, change.address(), Reason.UNSUBSCRIBE, change.origin(), change.at(), null);
    }

    /**
     * The delivery by which somebody decided.
     *
     * @param key with which it is told; unusable for an erased mail, with which it would be kept in the clear
     */
    private record Owner(long messageId, int attempt, RowKey key) {}

    /** Null where there is none, or none any more. */
    private @Nullable Owner owner(Statements s, long tenant, Change change) throws SQLException {
        Owner found = s.sql("select message_id, attempt from mailer_delivery where id = ? and tenant_id = ?")
                .with(change.deliveryId())
                .with(tenant)
                .first(r -> new Owner(r.getLong(1), r.getInt(2), RowKey.ERASED));
        if (found == null) {
            return null;
        }
        RowKey key = ledger.keys.locked(s, List.of(found.messageId)).get(found.messageId);
        return key == null ? null : new Owner(found.messageId, found.attempt, key);
    }

    /** Writes the history and the event; false, and nothing is written, without a change. */
    private boolean record(
            Statements s, long tenant, Change change, EventType type, Action action, List<Suppression> entries)
            throws SQLException {
        if (entries.isEmpty()) {
            return false;
        }
        Owner owner = owner(s, tenant, change);
        long event = ledger.eventId(s);
        SuppressionChanges changes = new SuppressionChanges(s, ledger);
        Long first = null;
        for (Suppression e : entries) {
            long id = ledger.ids.next(s);
            boolean alone = owner == null && first == null;
            changes.add(id, tenant, list.streamId(s, e), action, e, alone ? (Long) event : null);
            first = first == null ? (Long) id : first;
        }
        changes.write();
        insert(s, event, tenant, owner, owner == null ? first : null, change, type);
        return true;
    }

    private void insert(
            Statements s,
            long id,
            long tenant,
            @Nullable Owner owner,
            @Nullable Long changeId,
            Change change,
            EventType type)
            throws SQLException {
        Map<String, String> detail = new TreeMap<>(change.detail());
        detail.put("origin", change.origin());
        if (!change.streams().isEmpty()) {
            detail.put("streams", String.join(",", new TreeSet<>(change.streams())));
        }
        int code = Codes.of(type);
        long delivery = owner == null ? 0 : change.deliveryId();
        int attempt = owner == null ? 0 : owner.attempt;
        RowKey key = owner == null ? ofAddress() : owner.key;
        TableRows row = EventRows.table("change_id bigint");
        row.add(
                id,
                tenant,
                owner == null ? null : (Long) owner.messageId,
                owner == null ? null : (Long) delivery,
                code,
                Times.millis(change.at()),
                attempt,
                key.isUsable()
                        ? key.write(
                                Places.detail(delivery, code, attempt, change.at()),
                                OutcomeText.write(null, null, null, detail))
                        : null,
                changeId);
        ledger.dialect.insert(s, List.of(row));
    }

    private RowKey ofAddress() {
        DataKey texts = ledger.texts;
        return texts == null ? RowKey.PLAIN : RowKey.of(texts);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.EventType;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.Settlement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What leads up to a claim and what ends it. */
final class LeaseStatements {
    private final Statements statements;
    private final Ledger ledger;

    LeaseStatements(Statements statements, Ledger ledger) {
        this.statements = statements;
        this.ledger = ledger;
    }

    List<QueueKey> promote(Instant now, int limit) throws SQLException {
        return DeliveryChange.set("state = 1, due_at = null", Map.of())
                .where("state in (0, 3) and due_at <= :now", Map.of("now", now))
                .oldestBy("due_at", limit)
                .returning(
                        statements,
                        ledger.dialect,
                        "id, stream_id, domain",
                        r -> new QueueKey(ledger.lanes.lane(statements, r.getLong("stream_id")), r.getString("domain")))
                .stream()
                .distinct()
                .toList();
    }

    @Nullable
    Claim claimAlone(ClaimRows rows, long node, Instant now) throws SQLException {
        List<Long> ids = DeliveryChange.set(
                        "state = 2, node_id = :node, attempt = attempt + 1, journalled = 1, changed_at = :at",
                        Map.of("node", node, "at", now))
                .where("state = 4 and due_at <= :now", Map.of("now", now))
                .oldestBy("due_at", 1)
                .returning(statements, ledger.dialect, "id", r -> r.getLong("id"));
        if (ids.isEmpty()) {
            return null;
        }
        return rows.claims(statements
                        .query("select " + ClaimRows.COLUMNS + " from mailer_delivery d where d.id = :id")
                        .bind("id", ids.get(0))
                        .map((r, c) -> rows.read(r))
                        .list())
                .get(0);
    }

    /** One statement changes a row once; a second settlement of the same delivery goes into the next. */
    List<Long> settle(List<Settlement> settlements) throws SQLException {
        List<Long> changed = new ArrayList<>(settlements.size());
        EventRows events = new EventRows(statements, ledger);
        Map<Long, Settlement> batch = new LinkedHashMap<>();
        for (Settlement s : settlements) {
            if (batch.containsKey(s.claim().deliveryId())) {
                changed.addAll(settleDistinct(batch.values(), events));
                batch.clear();
            }
            batch.put(s.claim().deliveryId(), s);
        }
        changed.addAll(settleDistinct(batch.values(), events));
        events.insert();
        return changed;
    }

    private List<Long> settleDistinct(Collection<Settlement> settlements, EventRows events) throws SQLException {
        if (settlements.isEmpty()) {
            return List.of();
        }
        List<Settlement> rows = List.copyOf(settlements);
        Map<Long, RowKey> keys = ledger.keys.of(
                statements, rows.stream().map(s -> s.claim().messageKey()).toList());
        List<@Nullable String> outcomes = new ArrayList<>(rows.size());
        for (Settlement s : rows) {
            // a message that is gone has nothing to protect
            outcomes.add(outcome(s, keys.getOrDefault(s.claim().messageKey(), RowKey.PLAIN)));
        }
        List<Long> changed = new ArrayList<>(ledger.dialect.settle(statements, rows, outcomes));
        Set<Long> current = Set.copyOf(changed);
        List<Settlement> late = new ArrayList<>();
        for (Settlement s : rows) {
            if (current.contains(s.claim().deliveryId())) {
                tell(s, keys.getOrDefault(s.claim().messageKey(), RowKey.PLAIN), events);
            } else if (s.isReport()) {
                late.add(s);
            }
        }
        settleLate(late, events, changed);
        return changed;
    }

    /** What the next server has taken holds; of mail that was erased meanwhile nothing that a server said is kept, and of purged mail nothing at all. */
    private void settleLate(List<Settlement> late, EventRows events, List<Long> changed) throws SQLException {
        if (late.isEmpty()) {
            return;
        }
        Map<Long, RowKey> keys = ledger.keys.locked(
                statements, late.stream().map(s -> s.claim().messageKey()).toList());
        for (Settlement s : late) {
            RowKey key = keys.get(s.claim().messageKey());
            if (key != null) {
                if (s.lateWins() && settleLate(s, outcome(s, key))) {
                    changed.add(s.claim().deliveryId());
                }
                tell(s, key, events);
            }
        }
    }

    private boolean settleLate(Settlement s, @Nullable String outcome) throws SQLException {
        return statements
                        .sql(
                                "update mailer_delivery set state = ?, due_at = null, retries = ?, crashes = ?, journalled = 0,"
                                        + " node_id = null, changed_at = ?, outcome = coalesce(?, outcome)"
                                        + " where id = ? and state not in (10, 11, 12)")
                        .with(Codes.of(s.state()))
                        .with(s.retries())
                        .with(s.crashes())
                        .with(s.at())
                        .with(outcome)
                        .with(s.claim().deliveryId())
                        .update()
                > 0;
    }

    private void tell(Settlement s, RowKey key, EventRows events) throws SQLException {
        EventType event = s.event();
        if (event != null) {
            String text = text(s, key, s.facts());
            events.add(new EventRows.Row(
                    ledger.lanes.ids(statements, s.claim().queue().lane()).tenantId(),
                    s.claim().messageKey(),
                    s.claim().deliveryId(),
                    event,
                    s.at(),
                    s.claim().attempt(),
                    key.isUsable() ? key.write(detail(s), text) : text));
        }
    }

    private static @Nullable String outcome(Settlement s, RowKey key) {
        String text = text(s, key, Map.of());
        return key.isUsable() ? key.write(Places.outcome(s.claim().deliveryId()), text) : text;
    }

    /**
     * Without a key that can be used, nothing of a mail has been read: what we say of it ourselves holds nothing of it, and what a server
     * said is left out.
     */
    private static @Nullable String text(Settlement settlement, RowKey key, Map<String, String> facts) {
        boolean isBare = !key.isUsable() && settlement.isReport();
        Settlement s = isBare ? settlement.withoutWords() : settlement;
        return OutcomeText.write(s.transport(), s.failure(), s.reply(), isBare ? Map.of() : facts);
    }

    private static String detail(Settlement s) {
        EventType event = s.event();
        return Places.detail(
                s.claim().deliveryId(),
                event == null ? 0 : Codes.of(event),
                s.claim().attempt(),
                s.at());
    }
}

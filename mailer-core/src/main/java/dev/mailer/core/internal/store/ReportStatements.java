// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.EventType;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.DeliveryReports.Result;
import dev.mailer.core.internal.digest.Sha256;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was reported after acceptance. Reports come late, twice and out of order, so an outcome moves a state by precedence and
 * never by last write: a bounce beats a delivery, a delivery beats the mere acceptance.
 */
final class ReportStatements {
    /** Characters of {@code mailer_event.source}. */
    private static final int MOST_SOURCE = 500;

    private final Statements statements;
    private final Ledger ledger;

    ReportStatements(Statements statements, Ledger ledger) {
        this.statements = statements;
        this.ledger = ledger;
    }

    /** A report about a delivery that is there, with the texts to store. */
    private record Item(
            int index,
            Report report,
            Owner owner,
            RowKey key,
            String source,
            @Nullable String text) {}

    List<Result> report(List<Report> reports) throws SQLException {
        List<Result> results = new ArrayList<>(Collections.nCopies(reports.size(), Result.UNKNOWN_DELIVERY));
        List<Item> items = items(reports);
        if (items.isEmpty()) {
            return results;
        }
        List<Boolean> inserted = ledger.dialect.insertNewRows(statements, rows(items));
        List<Item> applied = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            results.set(item.index, inserted.get(i) ? Result.APPLIED : Result.DUPLICATE);
            if (inserted.get(i)) {
                applied.add(item);
            }
        }
        move(applied);
        return results;
    }

    /** In order of source where several nodes write, so that two with the same reports wait for each other instead of deadlocking. */
    private List<Item> items(List<Report> reports) throws SQLException {
        Map<Long, Owner> owners = owners(reports);
        Map<Long, RowKey> keys = ledger.keys.locked(
                statements, owners.values().stream().map(o -> o.messageId).toList());
        List<Item> items = new ArrayList<>(reports.size());
        for (int i = 0; i < reports.size(); i++) {
            Report r = reports.get(i);
            Owner owner = owners.get(r.deliveryId());
            RowKey key = owner == null ? null : keys.get(owner.messageId);
            if (owner != null && key != null) {
                items.add(
                        new Item(i, r, owner, key, source(r), OutcomeText.write(null, r.failure(), null, r.detail())));
            }
        }
        if (!ledger.dialect.isSingleProcess()) {
            items.sort(Comparator.comparing(Item::source));
        }
        return items;
    }

    /** What the deliveries are of; those of a mail that is purged meanwhile are among them, and its key is not. */
    private Map<Long, Owner> owners(List<Report> reports) throws SQLException {
        Map<Long, Owner> owners = new HashMap<>();
        var unused = ledger.dialect.byIds(
                statements,
                "select id, tenant_id, message_id, attempt from mailer_delivery where id",
                reports.stream().map(Report::deliveryId).distinct().toList(),
                r -> owners.put(r.getLong(1), new Owner(r.getLong(2), r.getLong(3), r.getInt(4))));
        return owners;
    }

    private TableRows rows(List<Item> items) throws SQLException {
        TableRows rows = EventRows.table("source text");
        for (Item item : items) {
            Report r = item.report;
            int type = Codes.of(r.type());
            rows.add(
                    ledger.eventId(statements),
                    item.owner.tenantId,
                    item.owner.messageId,
                    r.deliveryId(),
                    type,
                    Times.millis(r.at()),
                    item.owner.attempt,
                    write(item.key, Places.detail(r.deliveryId(), type, item.owner.attempt, r.at()), item.text),
                    item.source);
        }
        return rows;
    }

    /** What is reported quotes mail, so it is left out where it cannot be protected. */
    private static @Nullable String write(RowKey key, String place, @Nullable String text) {
        return key.isUsable() ? key.write(place, text) : null;
    }

    /** Which event of which source it is; of a long name only so much is kept as an index takes, and the hash of all; and so of one with NUL, which no database takes. */
    private static String source(Report r) {
        String source = r.source().length() + ":" + r.source() + ":" + r.eventId();
        return source.length() <= MOST_SOURCE && source.indexOf('\0') < 0
                ? source
                : source.replace('\0', '?').substring(0, Math.min(source.length(), MOST_SOURCE - 65)) + "#"
                        + HexFormat.of().formatHex(Sha256.of(source).unsafeArray());
    }

    /** Those about one delivery as they came, and the deliveries in order of id, so that two nodes wait for each other instead of deadlocking. */
    private void move(List<Item> applied) throws SQLException {
        List<Item> outcomes = applied.stream()
                .filter(i -> stateAfter(i.report.type()) != 0)
                .sorted(Comparator.comparingLong((Item i) -> i.report.deliveryId())
                        .thenComparingInt(Item::index))
                .toList();
        if (outcomes.isEmpty()) {
            return;
        }
        Bound b = statements.sql("update mailer_delivery set state = ?, due_at = null, node_id = null, changed_at = ?,"
                + " outcome = coalesce(?, outcome) where id = ? and state not in (" + Codes.of(DeliveryState.BOUNCED)
                + ", ?)");
        for (Item item : outcomes) {
            int state = stateAfter(item.report.type());
            b.with(state)
                    .with(item.report.at())
                    .with(write(item.key, Places.outcome(item.report.deliveryId()), item.text))
                    .with(item.report.deliveryId())
                    .with(state)
                    .addBatch();
        }
        b.executeBatch();
    }

    /** 0 for what leaves the state as it is. */
    private static int stateAfter(EventType reported) {
        return switch (reported) {
            case DELIVERED -> Codes.of(DeliveryState.DELIVERED);
            case BOUNCED -> Codes.of(DeliveryState.BOUNCED);
            default -> 0;
        };
    }

    /** What an event takes from the delivery it is about. */
    private record Owner(long tenantId, long messageId, int attempt) {}
}

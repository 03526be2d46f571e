// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.EventType;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.DeliveryReports.Result;
import dev.mailer.core.internal.digest.Sha256;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
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

    List<Result> report(List<Report> reports) throws SQLException {
        List<Result> results = new ArrayList<>(reports.size());
        for (Report report : reports) {
            results.add(report(report));
        }
        return results;
    }

    private Result report(Report r) throws SQLException {
        Owner owner = statements
                .query("select d.tenant_id, d.message_id, d.attempt, m.key_version from mailer_delivery d"
                        + " join mailer_message m on m.id = d.message_id where d.id = :id")
                .bind("id", r.deliveryId())
                .map((row, c) -> new Owner(
                        row.getLong(1), row.getLong(2), row.getInt(3), row.getInt(4) == RowKey.ERASED_VERSION))
                .findOne()
                .orElse(null);
        if (owner == null) {
            return Result.UNKNOWN_DELIVERY;
        }
        String text = OutcomeText.write(null, r.failure(), null, r.detail());
        RowKey key = owner.erased
                ? RowKey.ERASED
                : ledger.keys.of(statements, List.of(owner.messageId)).getOrDefault(owner.messageId, RowKey.ERASED);
        int type = Codes.of(r.type());
        TableRows event = new TableRows(
                "mailer_event",
                "id bigint",
                "tenant_id bigint",
                "message_id bigint",
                "delivery_id bigint",
                "type int2",
                "at bigint",
                "attempt int4",
                "source text",
                "detail text");
        event.add(
                ledger.eventId(statements),
                owner.tenantId,
                owner.messageId,
                r.deliveryId(),
                type,
                Times.millis(r.at()),
                owner.attempt,
                source(r),
                write(key, Places.detail(r.deliveryId(), type, owner.attempt, r.at()), text));
        if (!ledger.dialect.insertNew(statements, event)) {
            return Result.DUPLICATE;
        }
        move(r, write(key, Places.outcome(r.deliveryId()), text));
        return Result.APPLIED;
    }

    /** What is reported quotes mail, so it is left out where it cannot be protected. */
    private static @Nullable String write(RowKey key, String place, @Nullable String text) {
        return key.isUsable() ? key.write(place, text) : null;
    }

    /** Which event of which source it is; of a long name only so much is kept as an index takes, and the hash of all. */
    private static String source(Report r) {
        String source = r.source().length() + ":" + r.source() + ":" + r.eventId();
        return source.length() <= MOST_SOURCE
                ? source
                : source.substring(0, MOST_SOURCE - 65) + "#"
                        + HexFormat.of().formatHex(Sha256.of(source).unsafeArray());
    }

    private void move(Report r, @Nullable String outcome) {
        int state;
        String from;
        if (r.type() == EventType.DELIVERED) {
            state = 11;
            from = "state not in (11, 12)";
        } else if (r.type() == EventType.BOUNCED) {
            state = 12;
            from = "state <> 12";
        } else {
            return;
        }
        statements
                .update("update mailer_delivery set state = :state, due_at = null, node_id = null, changed_at = :at,"
                        + " outcome = coalesce(:outcome, outcome) where id = :id and " + from)
                .bind("state", state)
                .bind("at", r.at())
                .bind("outcome", outcome)
                .bind("id", r.deliveryId())
                .execute();
    }

    /** What an event takes from the delivery it is about. */
    private record Owner(long tenantId, long messageId, int attempt, boolean erased) {}
}

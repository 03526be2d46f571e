// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.EventType;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.DeliveryReports.Result;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;

/**
 * What was reported after acceptance. Reports come late, twice and out of order, so an outcome moves a state by precedence and
 * never by last write: a bounce beats a delivery, a delivery beats the mere acceptance.
 */
final class ReportStatements {
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
        long[] owner = statements
                .sql("select tenant_id, message_id, attempt from mailer_delivery where id = ?")
                .with(r.deliveryId())
                .first(row -> new long[] {row.getLong(1), row.getLong(2), row.getLong(3)});
        if (owner == null) {
            return Result.UNKNOWN_DELIVERY;
        }
        String detail = OutcomeText.write(null, r.failure(), null, r.detail());
        Bound insert = statements.sql(
                "insert into mailer_event (id, tenant_id, message_id, delivery_id, type, at, attempt, source,"
                        + " detail) values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing");
        if (ledger.dialect.numbersEvents()) {
            insert.withNull(Types.BIGINT);
        } else {
            insert.with(ledger.ids.next(statements.connection()));
        }
        int added = insert.with(owner[0])
                .with(owner[1])
                .with(r.deliveryId())
                .with(Codes.of(r.type()))
                .with(r.at())
                .with(owner[2])
                .with(r.source().length() + ":" + r.source() + ":" + r.eventId())
                .with(detail)
                .update();
        if (added == 0) {
            return Result.DUPLICATE;
        }
        move(r, detail);
        return Result.APPLIED;
    }

    private void move(Report r, @org.jspecify.annotations.Nullable String detail) throws SQLException {
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
                .sql("update mailer_delivery set state = ?, due_at = null, node_id = null, changed_at = ?,"
                        + " outcome = coalesce(?, outcome) where id = ? and " + from)
                .with(state)
                .with(r.at())
                .with(detail)
                .with(r.deliveryId())
                .update();
    }
}

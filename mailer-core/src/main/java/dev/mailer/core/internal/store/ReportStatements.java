// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.EventType;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.DeliveryReports.Result;
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

    List<Result> report(List<Report> reports) {
        List<Result> results = new ArrayList<>(reports.size());
        for (Report report : reports) {
            results.add(report(report));
        }
        return results;
    }

    private Result report(Report r) {
        Owner owner = statements
                .query("select tenant_id, message_id, attempt from mailer_delivery where id = :id")
                .bind("id", r.deliveryId())
                .map((row, c) -> new Owner(row.getLong(1), row.getLong(2), row.getInt(3)))
                .findOne()
                .orElse(null);
        if (owner == null) {
            return Result.UNKNOWN_DELIVERY;
        }
        String detail = OutcomeText.write(null, r.failure(), null, r.detail());
        int added = statements
                .update(
                        "insert into mailer_event (id, tenant_id, message_id, delivery_id, type, at, attempt, source, detail)"
                                + " values (:id, :tenant, :message, :delivery, :type, :at, :attempt, :source, :detail)"
                                + " on conflict do nothing")
                .bind("id", ledger.eventId(statements))
                .bind("tenant", owner.tenantId)
                .bind("message", owner.messageId)
                .bind("delivery", r.deliveryId())
                .bind("type", Codes.of(r.type()))
                .bind("at", r.at())
                .bind("attempt", owner.attempt)
                .bind("source", r.source().length() + ":" + r.source() + ":" + r.eventId())
                .bind("detail", detail)
                .execute();
        if (added == 0) {
            return Result.DUPLICATE;
        }
        move(r, detail);
        return Result.APPLIED;
    }

    private void move(Report r, @org.jspecify.annotations.Nullable String detail) {
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
                .bind("outcome", detail)
                .bind("id", r.deliveryId())
                .execute();
    }

    /** What an event takes from the delivery it is about. */
    private record Owner(long tenantId, long messageId, int attempt) {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** New events of a transaction. */
final class EventRows {
    /** The reason of a delivery that was taken back. */
    static final @Nullable String CANCELLED = reason("cancelled", "taken back before it was sent");

    private final Statements statements;
    private final Ledger ledger;
    private final TableRows rows = table();

    EventRows(Statements statements, Ledger ledger) {
        this.statements = statements;
        this.ledger = ledger;
    }

    /** Rows of events to be; {@code more} are columns behind those that each event has. */
    static TableRows table(String... more) {
        List<String> columns = new ArrayList<>(List.of(
                "id bigint",
                "tenant_id bigint",
                "message_id bigint",
                "delivery_id bigint",
                "type int2",
                "at bigint",
                "attempt int4",
                "detail text"));
        columns.addAll(List.of(more));
        return new TableRows("mailer_event", columns.toArray(String[]::new));
    }

    /** An event about a delivery, as it is stored. */
    record Row(
            long tenantId,
            long messageId,
            long deliveryId,
            EventType type,
            Instant at,
            int attempt,
            @Nullable String detail) {}

    void add(Row e) throws SQLException {
        rows.add(
                ledger.eventId(statements),
                e.tenantId,
                e.messageId,
                e.deliveryId,
                Codes.of(e.type),
                Times.millis(e.at),
                e.attempt,
                e.detail);
    }

    TableRows rows() {
        return rows;
    }

    void insert() throws SQLException {
        ledger.dialect.insert(statements, List.of(rows));
    }

    /** The detail of an event that has a reason of ours. */
    static @Nullable String reason(String reason, String text) {
        return OutcomeText.write(
                null, Failure.builder(reason, Phase.PREPARE).text(text).build(), null, Map.of());
    }

    static @Nullable String suppressed(String reason) {
        return reason("suppressed", "the address is on the suppression list: " + reason);
    }
}

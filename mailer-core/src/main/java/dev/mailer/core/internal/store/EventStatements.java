// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Appends events as one batch. */
final class EventStatements {
    private final Statements statements;
    private final Ledger ledger;
    private final Bound insert;
    private int count;

    EventStatements(Statements statements, Ledger ledger) throws SQLException {
        this.statements = statements;
        this.ledger = ledger;
        this.insert = statements.sql(
                "insert into mailer_event (id, tenant_id, message_id, delivery_id, type, at, attempt, detail)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?)");
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
        if (ledger.dialect.numbersEvents()) {
            insert.withNull(Types.BIGINT);
        } else {
            insert.with(ledger.ids.next(statements.connection()));
        }
        insert.with(e.tenantId)
                .with(e.messageId)
                .with(e.deliveryId)
                .with(Codes.of(e.type))
                .with(e.at)
                .with(e.attempt)
                .with(e.detail)
                .addBatch();
        count++;
    }

    void execute() throws SQLException {
        if (count > 0) {
            insert.executeBatch();
            count = 0;
        }
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

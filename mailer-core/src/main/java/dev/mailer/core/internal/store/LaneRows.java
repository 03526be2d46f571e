// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Lane;
import java.sql.SQLException;
import java.time.Instant;

/** Makes tenants and streams known; two processes that do it at once agree on one row. */
final class LaneRows {
    private LaneRows() {}

    static void insert(Statements statements, Ledger ledger, Lane lane, Instant now) throws SQLException {
        statements
                .sql("insert into mailer_tenant (id, name, created_at) values (?, ?, ?) on conflict do nothing")
                .with(ledger.ids.next(statements.connection()))
                .with(lane.tenant())
                .with(now)
                .update();
        statements
                .sql("insert into mailer_stream (id, tenant_id, name) select ?, id, ? from mailer_tenant where name = ?"
                        + " on conflict do nothing")
                .with(ledger.ids.next(statements.connection()))
                .with(lane.stream())
                .with(lane.tenant())
                .update();
    }
}

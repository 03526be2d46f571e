// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Lane;
import java.sql.SQLException;
import java.time.Instant;

/** Makes tenants and streams known; two processes that do it at once agree on one row. */
final class LaneRows {
    private LaneRows() {}

    static boolean insert(Statements statements, Ledger ledger, Lane lane, Instant now) throws SQLException {
        TableRows tenant = new TableRows("mailer_tenant", "id bigint", "name text", "created_at bigint");
        tenant.add(ledger.ids.next(statements), lane.tenant(), Times.millis(now));
        ledger.dialect.insertNew(statements, tenant);
        TableRows stream = new TableRows("mailer_stream", "id bigint", "tenant_id bigint", "name text");
        stream.add(ledger.ids.next(statements), ledger.lanes.requireTenantId(statements, lane.tenant()), lane.stream());
        return ledger.dialect.insertNew(statements, stream);
    }
}

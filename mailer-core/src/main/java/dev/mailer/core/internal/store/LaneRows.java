// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Lane;
import java.time.Instant;

/** Makes tenants and streams known; two processes that do it at once agree on one row. */
final class LaneRows {
    private LaneRows() {}

    static void insert(Statements statements, Ledger ledger, Lane lane, Instant now) {
        statements
                .update(
                        "insert into mailer_tenant (id, name, created_at) values (:id, :name, :now) on conflict do nothing")
                .bind("id", ledger.ids.next(statements))
                .bind("name", lane.tenant())
                .bind("now", now)
                .execute();
        statements
                .update("insert into mailer_stream (id, tenant_id, name)"
                        + " select :id, id, :stream from mailer_tenant where name = :tenant on conflict do nothing")
                .bind("id", ledger.ids.next(statements))
                .bind("stream", lane.stream())
                .bind("tenant", lane.tenant())
                .execute();
    }
}

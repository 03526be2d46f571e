// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Claim;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Processes as holders of leases. */
final class NodeStatements {
    /** The lease of a node whose claims others have begun to take over; no clock shows it. */
    private static final long DEAD = -1;

    private final Statements statements;
    private final Ledger ledger;

    NodeStatements(Statements statements, Ledger ledger) {
        this.statements = statements;
        this.ledger = ledger;
    }

    long register(String name, Instant now, Duration lease) {
        if (ledger.dialect.isSingleProcess()) {
            return statements
                    .query(
                            "insert into mailer_node (name, started_at, lease_until) values (:name, :now, :until) returning id")
                    .bind("name", name)
                    .bind("now", now)
                    .bind("until", now.plus(lease))
                    .mapTo(Long.class)
                    .one();
        }
        long id = ledger.ids.next(statements);
        statements
                .update("insert into mailer_node (id, name, started_at, lease_until) values (:id, :name, :now, :until)")
                .bind("id", id)
                .bind("name", name)
                .bind("now", now)
                .bind("until", now.plus(lease))
                .execute();
        return id;
    }

    boolean heartbeat(long node, Instant now, Duration lease) {
        return statements
                        .update("update mailer_node set lease_until = :until where id = :id and lease_until <> " + DEAD)
                        .bind("until", now.plus(lease))
                        .bind("id", node)
                        .execute()
                > 0;
    }

    List<Long> dead(long self, Instant now) {
        if (ledger.dialect.isSingleProcess()) {
            return statements
                    .query("select id from mailer_node where id <> :self")
                    .bind("self", self)
                    .mapTo(Long.class)
                    .list();
        }
        // Who is taken for dead stays dead, so that its heartbeat cannot come between this and the taking over. What a
        // node
        // holds that is gone was claimed by a transaction whose commit came through after all had been taken over.
        List<Long> dead = new ArrayList<>(statements
                .query("select id from mailer_node where id <> :self and lease_until < :now"
                        + ledger.dialect.skipLocked())
                .bind("self", self)
                .bind("now", now)
                .mapTo(Long.class)
                .list());
        for (long id : dead) {
            statements
                    .update("update mailer_node set lease_until = " + DEAD + " where id = :id")
                    .bind("id", id)
                    .execute();
        }
        List<Long> gone = statements
                .query("select distinct d.node_id from mailer_delivery d where d.state = 2 and d.node_id <> :self"
                        + " and not exists (select 1 from mailer_node n where n.id = d.node_id)")
                .bind("self", self)
                .mapTo(Long.class)
                .list();
        dead.addAll(gone);
        return dead;
    }

    List<Claim> heldBy(ClaimRows rows, long node, int limit) throws SQLException {
        List<ClaimRows.Row> held = statements
                .query("select " + ClaimRows.COLUMNS
                        + " from mailer_delivery d where d.state = 2 and d.node_id = :node limit :limit"
                        + ledger.dialect.lock())
                .bind("node", node)
                .bind("limit", limit)
                .map((r, c) -> rows.read(r))
                .list();
        return rows.claims(held);
    }

    int remove(long node) {
        return statements
                .update("delete from mailer_node where id = :node and not exists"
                        + " (select 1 from mailer_delivery where state = 2 and node_id = :node)")
                .bind("node", node)
                .execute();
    }
}

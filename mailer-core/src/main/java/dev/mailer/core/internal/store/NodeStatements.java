// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Claim;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Processes as holders of leases. */
final class NodeStatements {
    private final Statements statements;
    private final Ledger ledger;

    NodeStatements(Statements statements, Ledger ledger) {
        this.statements = statements;
        this.ledger = ledger;
    }

    long register(String name, Instant now, Duration lease) throws SQLException {
        Bound insert = statements.sql(
                "insert into mailer_node (id, name, started_at, lease_until) values (?, ?, ?, ?) returning id");
        if (ledger.dialect.isSingleProcess()) {
            insert.withNull(Types.BIGINT);
        } else {
            insert.with(ledger.ids.next(statements.connection()));
        }
        Long id = insert.with(name).with(now).with(now.plus(lease)).first(r -> r.getLong(1));
        if (id == null) {
            throw new SQLException("the insert of a node gave no id");
        }
        return id;
    }

    boolean heartbeat(long node, Instant now, Duration lease) throws SQLException {
        return statements
                        .sql("update mailer_node set lease_until = ? where id = ?")
                        .with(now.plus(lease))
                        .with(node)
                        .update()
                > 0;
    }

    List<Long> dead(long self, Instant now) throws SQLException {
        if (ledger.dialect.isSingleProcess()) {
            return statements
                    .sql("select id from mailer_node where id <> ?")
                    .with(self)
                    .list(r -> r.getLong(1));
        }
        return statements
                .sql("select id from mailer_node where id <> ? and lease_until < ?" + ledger.dialect.skipLocked())
                .with(self)
                .with(now)
                .list(r -> r.getLong(1));
    }

    List<Claim> heldBy(ClaimRows rows, long node, int limit) throws SQLException {
        List<ClaimRows.Row> held = statements
                .sql("select " + ClaimRows.COLUMNS
                        + " from mailer_delivery d where d.state = 2 and d.node_id = ? limit ?")
                .with(node)
                .with(limit)
                .list(rows::read);
        List<Claim> claims = new ArrayList<>(held.size());
        for (ClaimRows.Row row : held) {
            claims.add(rows.claim(row));
        }
        return claims;
    }

    int remove(long node) throws SQLException {
        return statements
                .sql("delete from mailer_node where id = ? and not exists"
                        + " (select 1 from mailer_delivery where state = 2 and node_id = ?)")
                .with(node)
                .with(node)
                .update();
    }
}

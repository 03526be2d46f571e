// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Claim;
import dev.mailer.core.internal.crypto.MasterKeys;
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

    /** With encryption, other nodes learn at the same time which master key this one writes with. */
    long register(String name, Instant now, Duration lease) throws SQLException {
        MasterKeys masters = ledger.masters;
        if (masters != null) {
            LedgerKeys.noteNode(statements, ledger.dialect, masters, now);
        }
        return insert(name, masters == null ? 0 : masters.current(), now, lease);
    }

    private long insert(String name, int keyVersion, Instant now, Duration lease) throws SQLException {
        if (ledger.dialect.isSingleProcess()) {
            long number = statements
                    .sql("insert into mailer_node (name, key_version, started_at, lease_until) values (?, ?, ?, ?)"
                            + " returning id")
                    .with(name)
                    .with(keyVersion)
                    .with(now)
                    .with(now.plus(lease))
                    .number();
            ledger.nodesHere.add(number);
            return number;
        }
        long id = ledger.ids.next(statements);
        statements
                .sql("insert into mailer_node (id, name, key_version, started_at, lease_until) values (?, ?, ?, ?, ?)")
                .with(id)
                .with(name)
                .with(keyVersion)
                .with(now)
                .with(now.plus(lease))
                .update();
        return id;
    }

    boolean heartbeat(long node, Instant now, Duration lease) throws SQLException {
        return statements
                        .sql("update mailer_node set lease_until = ? where id = ? and lease_until <> " + DEAD)
                        .with(now.plus(lease))
                        .with(node)
                        .update()
                > 0;
    }

    List<Long> dead(long self, Instant now) throws SQLException {
        if (ledger.dialect.isSingleProcess()) {
            return deadAlone(self, now);
        }
        // Who is taken for dead stays dead, so that its heartbeat cannot come between this and the taking over. What a
        // node holds that is gone was claimed by a transaction whose commit came through after all had been taken over.
        List<Long> dead = statements
                .sql("select id from mailer_node where id <> ? and lease_until < ?" + ledger.dialect.skipLocked())
                .with(self)
                .with(now)
                .list(r -> r.getLong(1));
        for (long id : dead) {
            statements
                    .sql("update mailer_node set lease_until = " + DEAD + " where id = ?")
                    .with(id)
                    .update();
        }
        List<Long> gone = statements
                .sql("select distinct d.node_id from mailer_delivery d where d.state = 2 and d.node_id <> ?"
                        + " and not exists (select 1 from mailer_node n where n.id = d.node_id)")
                .with(self)
                .list(r -> r.getLong(1));
        dead.addAll(gone);
        return dead;
    }

    /** Other processes are gone, as there is one only. What a former number of this one holds may still be on its way. */
    private List<Long> deadAlone(long self, Instant now) throws SQLException {
        List<Long> dead = new ArrayList<>(statements
                .sql("select id from mailer_node where id <> ?")
                .with(self)
                .list(r -> r.getLong(1)));
        dead.removeAll(
                statements
                        .sql("select id from mailer_node where lease_until >= ?")
                        .with(now)
                        .list(r -> r.getLong(1))
                        .stream()
                        .filter(ledger.nodesHere::contains)
                        .toList());
        return dead;
    }

    List<Claim> heldBy(ClaimRows rows, long node, int limit) throws SQLException {
        List<ClaimRows.Row> held = statements
                .sql("select " + ClaimRows.COLUMNS
                        + " from mailer_delivery d where d.state = 2 and d.node_id = ? limit ?" + ledger.dialect.lock())
                .with(node)
                .with(limit)
                .list(rows::read);
        return rows.claims(held);
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

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.CancelResult;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.DeliveryReports;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.Settlement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ledger's writes on one connection; turns what the driver throws into what the contract says. */
class JdbcTransaction implements OutboxTransaction {
    private final Statements statements;
    private final Ledger ledger;

    JdbcTransaction(Statements statements, Ledger ledger) {
        this.statements = statements;
        this.ledger = ledger;
    }

    /** On the host's connection: nothing prepared there outlives a call. */
    static JdbcTransaction ofHost(Statements statements, Ledger ledger) {
        return new JdbcTransaction(statements, ledger) {
            @Override
            public List<AppendResult> append(List<NewMessage> messages) {
                return Failures.translate("append", () -> {
                    try (statements) {
                        return ledger.dialect.goesOnAfterErrors() ? appendWhole(messages) : appendTogether(messages);
                    } catch (SQLException e) {
                        throw Failures.ofHost(e);
                    }
                });
            }
        };
    }

    /**
     * All or nothing, whatever the host does with its transaction behind an error. The savepoint is not released, which would be another
     * round trip: the next one of its name replaces it.
     */
    List<AppendResult> appendWhole(List<NewMessage> messages) throws SQLException {
        Savepoint before = statements.connection().setSavepoint("mailer_append");
        try {
            return appendTogether(messages);
        } catch (SQLException | RuntimeException | Error e) {
            // the savepoint has gone with the transaction where the database has undone that
            if (!Failures.undoneByConflict(e)) {
                try {
                    statements.connection().rollback(before);
                } catch (SQLException alsoFailed) {
                    e.addSuppressed(alsoFailed);
                }
            }
            throw e;
        }
    }

    @Override
    public List<AppendResult> append(List<NewMessage> messages) {
        return Failures.translate("append", () -> new AppendStatements(statements, ledger).append(messages));
    }

    List<AppendResult> appendTogether(List<NewMessage> messages) throws SQLException {
        return new AppendStatements(statements, ledger).appendTogether(messages);
    }

    @Override
    public List<Claim> claim(long node, Instant now, List<Pick> picks) {
        return Failures.translate(
                "claim",
                () -> picks.isEmpty()
                        ? List.<Claim>of()
                        : ledger.dialect.claim(statements, rows(now), node, now, picks));
    }

    @Override
    public @Nullable Claim claimAlone(long node, Instant now) {
        return Failures.translateNullable("claim", () -> leases().claimAlone(rows(now), node, now));
    }

    @Override
    public List<Long> journal(long node, List<Claim> claims) {
        return Failures.translate(
                "journal", () -> claims.isEmpty() ? List.<Long>of() : ledger.dialect.journal(statements, node, claims));
    }

    @Override
    public List<Long> settle(List<Settlement> settlements) {
        return Failures.translate("settle", () -> leases().settle(settlements));
    }

    @Override
    public List<QueueKey> promote(Instant now, int limit) {
        return Failures.translate("promote", () -> leases().promote(now, limit));
    }

    @Override
    public int expire(Instant now, int limit) {
        return Failures.translate("expire", () -> decisions().expire(now, limit));
    }

    @Override
    public @Nullable CancelResult cancel(MessageId id, Instant now) {
        return Failures.translateNullable("cancel", () -> decisions().cancel(id, now));
    }

    @Override
    public boolean resolve(MessageId id, long deliveryId, DeliveryState to, Instant now) {
        return Failures.translate("resolve", () -> decisions().resolve(id, deliveryId, to, now));
    }

    @Override
    public List<DeliveryReports.Result> report(List<DeliveryReports.Report> reports) {
        return Failures.translate("report", () -> new ReportStatements(statements, ledger).report(reports));
    }

    @Override
    public void suppress(List<Unmailable> recipients) {
        Failures.translate("suppress", () -> {
            new UnmailableStatements(statements, ledger).suppress(recipients);
            return recipients;
        });
    }

    @Override
    public void park(ParkedQueue parked, Instant now) {
        Failures.translate("park", () -> {
            decisions().park(parked, now);
            return parked;
        });
    }

    @Override
    public long registerNode(String name, Instant now, Duration lease) {
        return Failures.translate("register", () -> nodes().register(name, now, lease));
    }

    @Override
    public boolean heartbeat(long node, Instant now, Duration lease) {
        return Failures.translate("heartbeat", () -> nodes().heartbeat(node, now, lease));
    }

    @Override
    public List<Long> deadNodes(long self, Instant now) {
        return Failures.translate("find dead nodes", () -> nodes().dead(self, now));
    }

    @Override
    public List<Claim> heldBy(long node, int limit) {
        return Failures.translate("find claims", () -> nodes().heldBy(rows(Instant.EPOCH), node, limit));
    }

    @Override
    public void removeNode(long node) {
        Failures.translate("remove node", () -> nodes().remove(node));
    }

    @Override
    public int purge(Purge what, Instant before, int limit) {
        return Failures.translate(
                "purge", () -> new PurgeStatements(statements, ledger.dialect).purge(what, before, limit));
    }

    @Override
    public Erased erase(String tenant, String address, long after, Instant now, int limit) {
        return Failures.translate(
                "erase", () -> new ErasureStatements(statements, ledger).erase(tenant, address, after, now, limit));
    }

    private ClaimRows rows(Instant now) {
        return new ClaimRows(statements, ledger, now);
    }

    private LeaseStatements leases() {
        return new LeaseStatements(statements, ledger);
    }

    private DecisionStatements decisions() {
        return new DecisionStatements(statements, ledger);
    }

    private NodeStatements nodes() {
        return new NodeStatements(statements, ledger);
    }
}

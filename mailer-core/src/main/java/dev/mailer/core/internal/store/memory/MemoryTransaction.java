// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The writes, each with those it belongs to. Used under the store's lock, until the transaction ends. */
final class MemoryTransaction implements OutboxTransaction {
    private final Appends appends;
    private final Leases leases;
    private final Decisions decisions;
    private final Nodes nodes;
    private final Retention retention;
    private final Erasures erasures;
    private boolean ended;

    MemoryTransaction(MemoryLedger ledger) {
        this.appends = new Appends(ledger);
        this.leases = new Leases(ledger);
        this.decisions = new Decisions(ledger);
        this.nodes = new Nodes(ledger);
        this.retention = new Retention(ledger);
        this.erasures = new Erasures(ledger, decisions);
    }

    void end() {
        ended = true;
    }

    @Override
    public List<AppendResult> append(List<NewMessage> messages) {
        return open(appends).append(messages);
    }

    @Override
    public List<Claim> claim(long node, Instant now, List<Pick> picks) {
        return open(leases).claim(node, now, picks);
    }

    @Override
    public @Nullable Claim claimAlone(long node, Instant now) {
        return open(leases).claimAlone(node, now);
    }

    @Override
    public List<Long> journal(long node, List<Claim> claims) {
        return open(leases).journal(node, claims);
    }

    @Override
    public List<Long> settle(List<Settlement> settlements) {
        return open(leases).settle(settlements);
    }

    @Override
    public List<QueueKey> promote(Instant now, int limit) {
        return open(leases).promote(now, limit);
    }

    @Override
    public int expire(Instant now, int limit) {
        return open(decisions).expire(now, limit);
    }

    @Override
    public @Nullable CancelResult cancel(MessageId id, Instant now) {
        return open(decisions).cancel(id, now);
    }

    @Override
    public boolean resolve(MessageId id, long deliveryId, DeliveryState to, Instant now) {
        return open(decisions).resolve(id, deliveryId, to, now);
    }

    @Override
    public List<DeliveryReports.Result> report(List<DeliveryReports.Report> reports) {
        return open(decisions).report(reports);
    }

    @Override
    public void suppress(List<Unmailable> recipients) {
        open(decisions).suppress(recipients);
    }

    @Override
    public void park(ParkedQueue parked, Instant now) {
        open(decisions).park(parked, now);
    }

    @Override
    public long registerNode(String name, Instant now, Duration lease) {
        return open(nodes).register(now.plus(lease));
    }

    @Override
    public boolean heartbeat(long node, Instant now, Duration lease) {
        return open(nodes).prolong(node, now.plus(lease));
    }

    @Override
    public List<Long> deadNodes(long self, Instant now) {
        return open(nodes).dead(self, now);
    }

    @Override
    public List<Claim> heldBy(long node, int limit) {
        return open(leases).heldBy(node, limit);
    }

    @Override
    public void removeNode(long node) {
        open(nodes).remove(node);
    }

    @Override
    public int purge(Purge what, Instant before, int limit) {
        return open(retention).purge(what, before, limit);
    }

    @Override
    public Erased erase(String tenant, String address, long after, Instant now, int limit) {
        return open(erasures).erase(tenant, address, after, now, limit);
    }

    private <T> T open(T part) {
        if (ended) {
            throw new IllegalStateException("the transaction has ended");
        }
        return part;
    }
}

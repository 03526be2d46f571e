// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Settlement;
import dev.mailer.core.internal.log.Causes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process among the nodes of the ledger: it signs on, shows that it lives, takes over what dead nodes held, and signs off. One
 * thread at a time takes over, and one beats. Leases are told by the database's own time, never by a clock of ours, however well
 * corrected: one that was set, or was not measured yet because the database is slow, would make a node dead that believes it lives.
 */
final class Registration {
    private static final int BATCH = 1_000;
    private static final Logger log = LoggerFactory.getLogger(Registration.class);

    private final OutboxStore store;
    private final LedgerWriter writer;
    private final NodeLease lease;
    private final LedgerClock clock;
    private final EngineMeters meters;
    private final SettlementRules rules;
    private final String nodeName;

    Registration(DispatcherParts parts, SettlementRules rules, String nodeName) {
        this.store = parts.store();
        this.writer = parts.writer();
        this.lease = parts.lease();
        this.clock = parts.clock();
        this.meters = parts.meters();
        this.rules = rules;
        this.nodeName = nodeName;
    }

    /** Registers the node and takes over what a former process left, before anything is claimed. */
    void signOn() {
        register();
        try {
            recover();
        } catch (MailerUnavailableException e) {
            if (!StoreTrouble.isPassing(e)) {
                throw e;
            }
            // a node that vanished in the middle of a transaction keeps its rows locked until the server ends that
            log.warn("what dead nodes held could not be taken over yet, it is tried again: {}", Causes.of(e, log));
        }
    }

    /** Has a transaction of its own: the writer's next may have to wait for a large one. */
    void heartbeat() {
        long sentAt = System.nanoTime();
        Instant now = clock.measure(store);
        if (!clock.isTrusted()) {
            log.error(
                    "this node's clock is {} off the database's, more than {}; nothing is claimed until it is set right",
                    clock.offset(),
                    LedgerClock.MAX_SKEW);
        }
        if (lease.isAbandoned()) {
            register();
            return;
        }
        long node = lease.node();
        if (store.transact(tx -> tx.heartbeat(node, now, lease.length()))) {
            lease.prolonged(node, sentAt);
        } else {
            log.warn("the lease of node {} was taken over, this process was too slow; it goes on as a new node", node);
            lease.lost();
            register();
        }
    }

    /** Takes over what dead nodes held. */
    void recover() {
        Instant now = store.now();
        for (long dead : write(tx -> tx.deadNodes(lease.node(), now))) {
            int count = 0;
            for (int batch = recover(dead); batch > 0; batch = recover(dead)) {
                count += batch;
            }
            write(tx -> {
                tx.removeNode(dead);
                return true;
            });
            log.info("node {} is gone; {} deliveries that it held were taken over", dead, count);
        }
    }

    /** Gives the registration back, once nothing is held any more. */
    void signOff(Duration patience) throws InterruptedException {
        long node = lease.node();
        lease.lost();
        if (node == 0) {
            return;
        }
        CompletableFuture<Boolean> removed = writer.run(tx -> {
            tx.removeNode(node);
            return true;
        });
        try {
            removed.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // a store that hangs must not hold up the end; the lease ends by itself
            log.warn("node {} could not be signed off, its lease ends by itself: {}", node, Causes.of(e, log));
        }
    }

    private void register() {
        long sentAt = System.nanoTime();
        Instant now = clock.measure(store);
        long node = store.transact(tx -> tx.registerNode(nodeName, now, lease.length()));
        lease.prolonged(node, sentAt);
    }

    private int recover(long dead) {
        Recovered recovered = write(tx -> {
            Instant now = clock.instant();
            List<Settlement> settlements = new ArrayList<>();
            Set<Long> ambiguous = new HashSet<>();
            for (Claim claim : tx.heldBy(dead, BATCH)) {
                settlements.add(rules.ofCrash(claim, dead, now));
                if (claim.journalled()) {
                    ambiguous.add(claim.deliveryId());
                }
            }
            ambiguous.retainAll(tx.settle(settlements));
            return new Recovered(settlements.size(), ambiguous.size());
        });
        if (recovered.ambiguous > 0) {
            meters.attempt(EngineMeters.UNKNOWN_TRANSPORT, Outcome.Kind.AMBIGUOUS, recovered.ambiguous);
        }
        return recovered.count;
    }

    private <R extends @Nullable Object> R write(Function<OutboxTransaction, R> step) {
        return Commits.writeWithoutLimit(writer, step);
    }

    /** @param ambiguous those of them that may have been sent */
    private record Recovered(int count, int ambiguous) {}
}

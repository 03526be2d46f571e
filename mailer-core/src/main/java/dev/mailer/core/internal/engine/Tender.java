// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.OutboxTransaction.Purge;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.Settlement;
import dev.mailer.core.internal.log.Causes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be looked after while mail flows: the node's lease, what becomes due or expires, what dead nodes held, slow peers,
 * suspects that are tried alone, meters, retention. One thread; each duty fails on its own.
 */
final class Tender {
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration EACH_SECOND = Duration.ofSeconds(1);
    private static final Duration SAMPLE = Duration.ofSeconds(15);
    private static final Duration RETENTION = Duration.ofMinutes(1);
    private static final int BATCH = 1_000;
    private static final Duration UNREGISTER = Duration.ofSeconds(5);
    /** Suspects tried in one quiet spell. */
    private static final int SUSPECTS = 20;

    private static final Logger log = LoggerFactory.getLogger(Tender.class);

    private final OutboxStore store;
    private final LedgerWriter writer;
    private final NodeLease lease;
    private final LedgerClock clock;
    private final SettlementRules rules;
    private final Unsettled unsettled;
    private final Dispatcher dispatcher;
    private final EngineMeters meters;
    private final Retention retention;
    private final String nodeName;
    private final Thread thread;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final List<Duty> duties = new ArrayList<>();
    private Instant purged;

    /** How long final things are kept. */
    record Retention(Duration content, Duration messages, Duration idempotencyKeys) {}

    Tender(
            DispatcherParts parts,
            SettlementRules rules,
            Unsettled unsettled,
            Dispatcher dispatcher,
            Retention retention,
            String nodeName,
            ThreadFactory threads) {
        this.store = parts.store();
        this.writer = parts.writer();
        this.lease = parts.lease();
        this.clock = parts.clock();
        this.meters = parts.meters();
        this.rules = rules;
        this.unsettled = unsettled;
        this.dispatcher = dispatcher;
        this.retention = retention;
        this.nodeName = nodeName;
        this.thread = threads.newThread(this::run);
        this.purged = clock.instant();
        Duration beat = lease.length().dividedBy(4);
        duties.add(new Duty("heartbeat", beat, this::heartbeat));
        duties.add(new Duty("recover", beat, this::recover));
        duties.add(new Duty("journal slow peers", TICK, this::journalSlow));
        duties.add(new Duty("promote", TICK, this::promote));
        duties.add(new Duty("expire", EACH_SECOND, this::expire));
        duties.add(new Duty("try suspects alone", EACH_SECOND, this::suspects));
        duties.add(new Duty("sample", SAMPLE, () -> meters.depths(store.depths())));
        duties.add(new Duty("retention", TICK, this::purgeIfDue));
    }

    /** Registers the node and takes over what a former process left, before anything is claimed. */
    void start() {
        clock.measure(store);
        register();
        recover();
        thread.start();
    }

    void stop() throws InterruptedException {
        stop.countDown();
        thread.join(5_000);
        thread.interrupt();
        thread.join(1_000);
    }

    /** False when the thread has ended that was to run until {@link #stop}. */
    boolean isAlive() {
        return thread.getState() != Thread.State.TERMINATED;
    }

    /** Gives the registration back, once nothing is held any more. */
    void unregister() throws InterruptedException {
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
            removed.get(UNREGISTER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // a store that hangs must not hold up the end; the lease ends by itself
            log.warn("node {} could not be signed off, its lease ends by itself: {}", node, Causes.of(e, log));
        }
    }

    private void run() {
        while (stop.getCount() > 0) {
            try {
                if (!stop.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                    duties.forEach(Duty::runIfDue);
                }
            } catch (InterruptedException e) {
                // the end, or somebody else's code has left the thread interrupted
            } catch (Throwable e) {
                log.error("a duty failed and could not say so; it is tried again: {}", Causes.of(e, log));
            }
        }
    }

    private void register() {
        long sentAt = System.nanoTime();
        long node = write(tx -> tx.registerNode(nodeName, clock.instant(), lease.length()));
        lease.prolonged(node, sentAt);
    }

    private void heartbeat() {
        clock.measure(store);
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
        long sentAt = System.nanoTime();
        long node = lease.node();
        if (write(tx -> tx.heartbeat(node, clock.instant(), lease.length()))) {
            lease.prolonged(node, sentAt);
        } else {
            log.warn("the lease of node {} was taken over, this process was too slow; it goes on as a new node", node);
            lease.lost();
            register();
        }
    }

    private void recover() {
        for (long dead : write(tx -> tx.deadNodes(lease.node(), clock.instant()))) {
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

    /** @param ambiguous those of them that may have been sent */
    private record Recovered(int count, int ambiguous) {}

    private void journalSlow() {
        List<Claim> slow = unsettled.slow();
        if (!slow.isEmpty()) {
            write(tx -> tx.journal(lease.node(), slow));
            unsettled.journalled(slow);
        }
    }

    private void promote() {
        Instant due = store.nextDue();
        while (due != null && !due.isAfter(clock.instant())) {
            List<QueueKey> queues = write(tx -> tx.promote(clock.instant(), BATCH));
            if (queues.isEmpty()) {
                return;
            }
            dispatcher.signal(queues);
            due = store.nextDue();
        }
    }

    private void expire() {
        for (int n = BATCH; n == BATCH; ) {
            n = write(tx -> tx.expire(clock.instant(), BATCH));
        }
    }

    private void suspects() throws InterruptedException {
        if (!store.hasAlone(clock.instant())) {
            return;
        }
        try {
            if (!dispatcher.quiet().begin(Duration.ofSeconds(30))) {
                return;
            }
            for (int i = 0; i < SUSPECTS; i++) {
                Claim suspect = write(tx -> tx.claimAlone(lease.node(), clock.instant()));
                if (suspect == null) {
                    return;
                }
                log.warn(
                        "delivery {} was held by {} crashes and is tried alone",
                        suspect.deliveryId(),
                        suspect.crashes());
                dispatcher.quiet().run(suspect);
            }
        } finally {
            dispatcher.quiet().end();
        }
    }

    /** By the clock that says what is too old. */
    private void purgeIfDue() {
        Instant now = clock.instant();
        if (Duration.between(purged, now).compareTo(RETENTION) >= 0) {
            purged = now;
            purge(now);
        }
    }

    private void purge(Instant now) {
        purge(Purge.IDEMPOTENCY_KEY, now.minus(retention.idempotencyKeys()));
        purge(Purge.CONTENT, now.minus(retention.content()));
        purge(Purge.MESSAGE, now.minus(retention.messages()));
        store.contents().sweep(now.minus(Duration.ofDays(1)));
    }

    private void purge(Purge what, Instant before) {
        for (int n = BATCH; n == BATCH && stop.getCount() > 0; ) {
            n = write(tx -> tx.purge(what, before, BATCH));
        }
    }

    private <R extends @Nullable Object> R write(java.util.function.Function<OutboxTransaction, R> step) {
        try {
            return writer.run(step).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Something to do at intervals. */
    @FunctionalInterface
    private interface Step {
        void run() throws InterruptedException;
    }

    /** One duty; what it throws is logged once until it succeeds again. */
    private static final class Duty {
        private final String name;
        private final long interval;
        private final Step step;
        private long last = System.nanoTime();
        private boolean failing;

        Duty(String name, Duration interval, Step step) {
            this.name = name;
            this.interval = interval.toNanos();
            this.step = step;
        }

        void runIfDue() {
            if (System.nanoTime() - last < interval) {
                return;
            }
            try {
                step.run();
                failing = false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Throwable e) {
                if (!failing) {
                    log.warn("{}: failed, is tried again: {}", name, Causes.of(e, log));
                }
                failing = true;
            } finally {
                last = System.nanoTime();
            }
        }
    }
}

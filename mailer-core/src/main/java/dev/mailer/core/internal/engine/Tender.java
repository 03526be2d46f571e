// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction.Purge;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.core.internal.log.Causes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be looked after while mail flows: the node's {@link Registration}, what becomes due or expires, slow peers, suspects that
 * are tried alone, meters, retention. One thread; each duty fails on its own.
 */
final class Tender {
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration EACH_SECOND = Duration.ofSeconds(1);
    private static final Duration SAMPLE = Duration.ofSeconds(15);
    private static final Duration RETENTION = Duration.ofMinutes(1);
    private static final int BATCH = 1_000;
    /** Suspects tried in one quiet spell. */
    private static final int SUSPECTS = 20;

    private static final Logger log = LoggerFactory.getLogger(Tender.class);

    private final OutboxStore store;
    private final LedgerWriter writer;
    private final NodeLease lease;
    private final LedgerClock clock;
    private final Registration registration;
    private final Unsettled unsettled;
    private final Dispatcher dispatcher;
    private final EngineMeters meters;
    private final Retention retention;
    private final Thread thread;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final List<Duty> duties = new ArrayList<>();
    private Instant purged;

    /** How long final things are kept. */
    record Retention(Duration content, Duration messages, Duration idempotencyKeys) {}

    Tender(
            DispatcherParts parts,
            Registration registration,
            Unsettled unsettled,
            Dispatcher dispatcher,
            Retention retention,
            ThreadFactory threads) {
        this.store = parts.store();
        this.writer = parts.writer();
        this.lease = parts.lease();
        this.clock = parts.clock();
        this.meters = parts.meters();
        this.registration = registration;
        this.unsettled = unsettled;
        this.dispatcher = dispatcher;
        this.retention = retention;
        this.thread = threads.newThread(this::run);
        this.purged = clock.instant();
        Duration beat = lease.length().dividedBy(4);
        duties.add(new Duty("heartbeat", beat, registration::heartbeat));
        duties.add(new Duty("recover", beat, registration::recover));
        duties.add(new Duty("journal slow peers", TICK, this::journalSlow));
        duties.add(new Duty("promote", TICK, this::promote));
        duties.add(new Duty("expire", EACH_SECOND, this::expire));
        duties.add(new Duty("try suspects alone", EACH_SECOND, this::suspects));
        duties.add(new Duty("sample", SAMPLE, () -> meters.depths(store.depths())));
        duties.add(new Duty("retention", TICK, this::purgeIfDue));
    }

    /** Signs the node on before anything is claimed. */
    void start() {
        registration.signOn();
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

    private void journalSlow() {
        unsettled.slow().forEach((node, claims) -> {
            Commits.writeWithoutLimit(writer, tx -> tx.journal(node, claims));
            unsettled.journalled(claims);
        });
    }

    private void promote() {
        Instant due = store.nextDue();
        while (due != null && !due.isAfter(clock.instant())) {
            List<QueueKey> queues = Commits.writeWithoutLimit(writer, tx -> tx.promote(clock.instant(), BATCH));
            if (queues.isEmpty()) {
                return;
            }
            dispatcher.signal(queues);
            due = store.nextDue();
        }
    }

    private void expire() {
        for (int n = BATCH; n == BATCH; ) {
            n = Commits.writeWithoutLimit(writer, tx -> tx.expire(clock.instant(), BATCH));
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
                long node = lease.node();
                Claim suspect = Commits.writeWithoutLimit(writer, tx -> tx.claimAlone(node, clock.instant()));
                if (suspect == null) {
                    return;
                }
                log.warn(
                        "delivery {} was held by {} crashes and is tried alone",
                        suspect.deliveryId(),
                        suspect.crashes());
                dispatcher.quiet().run(suspect, node);
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
            n = Commits.writeWithoutLimit(writer, tx -> tx.purge(what, before, BATCH));
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

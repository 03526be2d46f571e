// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.OutboxTransaction.Purge;
import dev.mailer.api.spi.QueueKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be looked after while mail flows. The node's heartbeat has a thread of its own, so that nothing else can make it late,
 * and so have setting slow jobs aside, which must not wait for the store, and suspects that are tried alone, which wait for peers; another one looks after what dead nodes held,
 * what becomes due or expires, slow peers, meters, retention.
 * Nothing that time alone decides is done by a clock that is not trusted.
 */
final class Tender {
    private static final Duration EACH_SECOND = Duration.ofSeconds(1);
    private static final Duration SAMPLE = Duration.ofSeconds(15);
    private static final Duration RETENTION = Duration.ofMinutes(1);
    /** How often is looked whether keys are to be wrapped again. */
    private static final Duration ROTATION = Duration.ofMinutes(1);

    private static final int BATCH = 1_000;
    /**
     * How long a process has run before it tries suspects: a process that keeps ending sooner ends for another reason, which must not
     * be blamed on the mail that is tried alone at that moment.
     */
    static final Duration SETTLING = Duration.ofSeconds(5);
    /** Suspects tried in one quiet spell. */
    private static final int SUSPECTS = 20;
    /** How long nothing is begun so that what is under way can end; twice as long each time that this was in vain. */
    private static final Duration QUIETING = Duration.ofSeconds(10);
    /** After that, or after a suspect took too long: mail has to flow meanwhile. Twice as long each time as well. */
    private static final Duration BETWEEN_SPELLS = Duration.ofMinutes(1);

    private static final int MOST_DOUBLINGS = 4;

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
    private final Duties heart;
    private final Duties aside;
    private final Duties trials;
    private final Duties others;
    /** How often in a row suspects could not be tried, or one took too long. */
    private int failedSpells;
    /** Reading of the monotonic clock before which no suspect is tried. */
    private volatile long nextSpell;

    private Instant purged = Instant.MAX;
    private Instant rotated = Instant.EPOCH;
    private boolean rotating;

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
        Duration beat = lease.length().dividedBy(4);
        this.heart = new Duties(threads).add("heartbeat", beat, registration::heartbeat);
        this.aside = new Duties(threads).add("set slow jobs aside", Duties.TICK, dispatcher::setAside);
        this.trials = new Duties(threads).add("try suspects alone", EACH_SECOND, this::suspects);
        this.others = new Duties(threads)
                .add("recover", beat, registration::recover)
                .add("journal slow peers", Duties.TICK, this::journalSlow)
                .add("promote", Duties.TICK, this::promote)
                .add("expire", EACH_SECOND, this::expire)
                .add("sample", SAMPLE, () -> meters.depths(store.depths()))
                .add("retention", Duties.TICK, this::purgeIfDue)
                .add("wrap keys again", Duties.TICK, this::rotateKeys);
    }

    /** Has something done along with the others. Before the start. */
    Tender also(String name, Duration interval, Duties.Step step) {
        others.add(name, interval, step);
        return this;
    }

    /** Signs the node on before anything is claimed. */
    void start() {
        registration.signOn();
        nextSpell = System.nanoTime() + SETTLING.toNanos();
        purged = clock.instant();
        heart.start();
        aside.start();
        trials.start();
        others.start();
    }

    void stop(Duration patience) throws InterruptedException {
        heart.stop();
        aside.stop();
        trials.stop();
        others.stop();
        Ending.await(List.of(heart.thread(), aside.thread(), trials.thread(), others.thread()), patience);
    }

    /** False when a thread has ended that was to run until {@link #stop}. */
    boolean isAlive() {
        return heart.isAlive() && aside.isAlive() && trials.isAlive() && others.isAlive();
    }

    private void journalSlow() {
        unsettled.slow().forEach((node, claims) -> {
            Commits.writeWithoutLimit(writer, tx -> tx.journal(node, claims));
            unsettled.journalled(claims);
        });
    }

    /** A step at a time, so that nothing else here waits for long. */
    private void rotateKeys() {
        if (rotating || clock.instant().isAfter(rotated.plus(ROTATION))) {
            rotated = clock.instant();
            rotating = store.rotateKeys();
        }
    }

    void promote() {
        if (!clock.isTrusted()) {
            return;
        }
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

    void expire() {
        for (int n = BATCH; n == BATCH && clock.isTrusted(); ) {
            n = Commits.writeWithoutLimit(writer, tx -> tx.expire(clock.instant(), BATCH));
        }
    }

    void suspects() throws InterruptedException {
        if (System.nanoTime() - nextSpell < 0 || !store.hasAlone(clock.instant())) {
            return;
        }
        boolean ended = false;
        try {
            ended = dispatcher.quiet().begin(doubled(QUIETING)) && tryEach();
        } finally {
            dispatcher.quiet().end();
            nextSpell = ended
                    ? nextSpell
                    : System.nanoTime() + doubled(BETWEEN_SPELLS).toNanos();
            failedSpells = ended ? 0 : Math.min(failedSpells + 1, MOST_DOUBLINGS);
        }
    }

    private Duration doubled(Duration first) {
        return first.multipliedBy(1L << failedSpells);
    }

    /** False when one of them would have kept the others waiting. */
    private boolean tryEach() throws InterruptedException {
        for (int i = 0; i < SUSPECTS; i++) {
            long node = lease.node();
            Claim suspect = Commits.writeWithoutLimit(writer, tx -> claimAlone(tx, node));
            if (suspect == null) {
                return true;
            }
            log.warn("delivery {} was held by {} crashes and is tried alone", suspect.deliveryId(), suspect.crashes());
            if (!dispatcher.quiet().run(suspect, node)) {
                return false;
            }
        }
        return true;
    }

    /** Never without the lease: who takes over what this node holds counts one more crash, which ends a suspect. */
    private @Nullable Claim claimAlone(OutboxTransaction tx, long node) {
        return lease.holds(node) ? tx.claimAlone(node, clock.instant()) : null;
    }

    /** By the clock that says what is too old. */
    void purgeIfDue() {
        Instant now = clock.instant();
        if (clock.isTrusted() && Duration.between(purged, now).compareTo(RETENTION) >= 0) {
            purged = now;
            purge(now);
        }
    }

    private void purge(Instant now) {
        purge(Purge.IDEMPOTENCY_KEY, now.minus(retention.idempotencyKeys()));
        purge(Purge.CONTENT, now.minus(retention.content()));
        purge(Purge.MESSAGE, now.minus(retention.messages()));
        purge(Purge.SUPPRESSION_CHANGE, now.minus(retention.messages()));
        purge(Purge.PARKING, now.minus(ParkedQueues.FORGOTTEN));
        store.contents().sweep(now.minus(Duration.ofDays(1)));
    }

    private void purge(Purge what, Instant before) {
        for (int n = BATCH; n == BATCH && !others.isStopping(); ) {
            n = Commits.writeWithoutLimit(writer, tx -> tx.purge(what, before, BATCH));
        }
    }
}

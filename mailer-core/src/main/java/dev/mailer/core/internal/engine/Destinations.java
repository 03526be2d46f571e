// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.Failure;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.core.internal.log.Causes;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parks the queue of a destination that fails as a whole, and lifts the parking when it works again, so that a dead domain costs
 * one attempt per parking and not one per mail. Thread-safe.
 */
final class Destinations {
    private static final Logger log = LoggerFactory.getLogger(Destinations.class);

    private final ParkedQueues parked;
    private final LedgerWriter writer;
    private final LedgerClock clock;
    private final SettlementRules rules;
    /** Takes back from the dispatcher what is claimed from a queue and not started. */
    private volatile Function<QueueKey, List<RoutedClaim>> withdraw = q -> List.of();

    Destinations(ParkedQueues parked, LedgerWriter writer, LedgerClock clock, SettlementRules rules) {
        this.parked = parked;
        this.writer = writer;
        this.clock = clock;
        this.rules = rules;
    }

    void withdrawFrom(Dispatcher dispatcher) {
        this.withdraw = dispatcher::withdraw;
    }

    void observe(Route route, Claim claim, Outcome outcome) {
        if (outcome.isUntried()) {
            // nobody was asked
            if (outcome.isBusy()) {
                rest(claim.queue(), outcome);
            }
            return;
        }
        boolean domainFails = outcome.kind() == Outcome.Kind.DEFERRED
                && outcome.scope() == Outcome.Scope.DESTINATION
                && !route.isWholeTransport();
        int strikes = parked.strikes(claim.queue());
        if (domainFails && !parked.isParked(claim.queue())) {
            park(claim, strikes + 1, outcome.failure());
        } else if (!domainFails && strikes > 0 && outcome.kind() != Outcome.Kind.MISCONFIGURED) {
            store(new ParkedQueue(claim.queue(), clock.instant(), "", 0));
        }
    }

    /** Sets or lifts a parking, here and in the store. */
    void store(ParkedQueue p) {
        parked.put(p);
        writer.run(tx -> {
                    tx.park(p, clock.instant());
                    return true;
                })
                .exceptionally(e -> {
                    log.warn(
                            "the parking of {} could not be stored; other nodes do not know of it: {}",
                            p.queue(),
                            Causes.of(e, log));
                    return false;
                });
    }

    private void park(Claim claim, int strikes, @Nullable Failure failure) {
        Instant until = clock.instant().plus(rules.parkingAfter(strikes));
        String reason = failure == null ? "deferred" : failure.toString();
        store(new ParkedQueue(claim.queue(), until, reason, strikes));
        String code = failure == null ? reason : failure.reason();
        log.info("queue {} is parked until {}, strike {}: {}", claim.queue(), until, strikes, code);
        log.debug("parked because of {}", reason);
        withdraw(claim.queue());
    }

    private void rest(QueueKey queue, Outcome outcome) {
        Instant until = clock.instant().plus(SettlementRules.wait(outcome));
        log.debug("queue {} rests until {}: {}", queue, until, outcome.failure());
        parked.rest(queue, until, String.valueOf(outcome.failure()));
        withdraw(queue);
    }

    private void withdraw(QueueKey queue) {
        for (RoutedClaim r : withdraw.apply(queue)) {
            writer.settle(rules.release(r.claim(), r.node(), clock.instant()), () -> {});
        }
    }
}

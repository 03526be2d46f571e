// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Router;
import java.time.Instant;

/** What all attempts of a node share. */
record AttemptContext(
        LedgerWriter writer,
        NodeLease lease,
        LedgerClock clock,
        SettlementRules rules,
        Unsettled unsettled,
        Destinations destinations,
        SettledSignal settled,
        Router router,
        EngineMeters meters) {
    Instant now() {
        return clock.instant();
    }

    /** A settlement of ours is stored. */
    void stored(Claim claim) {
        KillPoint.AFTER_SETTLE.pass();
        unsettled.leave(claim);
        settled.settled();
    }

    /** Which way an attempt of a claim went, and why. */
    String way(Route route, Claim claim) {
        return route.outlet().name() + ", by " + router.why(Routes.delivery(claim));
    }

    /** Tells the parking and the meters. */
    void observe(Job job, Claim claim, Outcome outcome) {
        Route route = job.route();
        if (!outcome.isBusy()) {
            meters.attempt(route.outlet().transport().name(), outcome.kind(), 1);
        }
        destinations.observe(route, claim, outcome);
    }
}

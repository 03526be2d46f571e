// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.OutboxTransaction.Pick;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.core.internal.log.Causes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The planning thread: claims from ready queues in fair turns, finds the route of what it claimed, and searches for more queues. */
final class Planner {
    private static final Logger log = LoggerFactory.getLogger(Planner.class);

    private final DispatchState state;
    private final QueueSearch search;
    private final LedgerWriter writer;
    private final NodeLease lease;
    private final LedgerClock clock;
    private final Routes routes;
    private final JobRunner runner;
    private final EngineMeters meters;

    @GuardedBy("state.lock")
    private long pollAt = System.nanoTime();

    @GuardedBy("state.lock")
    private long restUntil = System.nanoTime();

    Planner(DispatcherParts parts, DispatchState state) {
        this.state = state;
        this.search = new QueueSearch(parts.store(), parts.parked(), parts.clock());
        this.writer = parts.writer();
        this.lease = parts.lease();
        this.clock = parts.clock();
        this.routes = parts.routes();
        this.runner = parts.runner();
        this.meters = parts.meters();
    }

    /** Runs until the dispatcher stops, whatever is thrown on the way. */
    void run(Dispatcher dispatcher) {
        while (true) {
            try {
                List<Pick> picks = nextPicks();
                if (picks == null) {
                    return;
                }
                if (picks.isEmpty()) {
                    search.step(dispatcher);
                } else {
                    claim(picks);
                }
            } catch (InterruptedException e) {
                // the end, or a router has left the thread interrupted; the next picks tell which
            } catch (RuntimeException e) {
                meters.storeTrouble(e);
                rest();
            } catch (Throwable e) {
                log.error(
                        "planning failed; this node gives up what it holds and goes on as a new one: {}",
                        Causes.of(e, log));
                lease.abandon();
                rest();
            }
        }
    }

    /** What to claim next; empty when it is time to search, null at the end. */
    private @Nullable List<Pick> nextPicks() throws InterruptedException {
        state.lock.lock();
        try {
            while (state.stage != DispatchState.Stage.STOPPED) {
                List<Pick> picks = mayClaim() ? state.lanes.choose() : List.of();
                if (!picks.isEmpty()) {
                    state.claiming = true;
                    return picks;
                }
                long wait = pollAt - System.nanoTime();
                if (wait <= 0) {
                    pollAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Dispatcher.POLL_MILLIS);
                    return List.of();
                }
                state.plan.awaitNanos(wait);
            }
            return null;
        } finally {
            state.lock.unlock();
        }
    }

    @GuardedBy("state.lock")
    private boolean mayClaim() {
        return state.stage == DispatchState.Stage.RUNNING
                && System.nanoTime() - restUntil >= 0
                && !state.quiet
                && clock.isTrusted()
                && isAble();
    }

    /** False while the store or all ways out are away. */
    boolean isAble() {
        return lease.holds(lease.node()) && meters.trouble() == null && routes.anyUsable();
    }

    private void claim(List<Pick> picks) {
        Claimed claimed = new Claimed(picks.stream().map(Pick::queue).toList(), Set.of(), Map.of());
        List<Claim> unplaced = List.of();
        long node = lease.node();
        try {
            List<Claim> claims = writer.run(tx -> claim(tx, node, picks)).join();
            unplaced = claims;
            runner.readAhead(claims);
            claimed = route(picks, claims, node);
            unplaced = List.of();
        } catch (CompletionException e) {
            if (StoreTrouble.isInDoubt(e) || !(e.getCause() instanceof MailerUnavailableException)) {
                lease.abandon();
            }
            throw e;
        } finally {
            place(claimed, node);
            runner.release(unplaced, node);
        }
    }

    /** The writer may come to it late, when others have taken over what the node holds. */
    private List<Claim> claim(OutboxTransaction tx, long node, List<Pick> picks) {
        return lease.holds(node) ? meters.claim(() -> tx.claim(node, clock.instant(), picks)) : List.of();
    }

    /** Finds the way of each claim; what has none is settled here. */
    private Claimed route(List<Pick> picks, List<Claim> claims, long node) {
        Map<QueueKey, Integer> counts = new HashMap<>();
        Map<QueueKey, List<RoutedClaim>> routed = new HashMap<>();
        List<Claim> unroutable = new ArrayList<>();
        for (Claim claim : claims) {
            counts.merge(claim.queue(), 1, Integer::sum);
            RoutedClaim r = routes.route(claim, node);
            if (r == null) {
                unroutable.add(claim);
            } else {
                routed.computeIfAbsent(claim.queue(), q -> new ArrayList<>()).add(r);
            }
        }
        Set<QueueKey> exhausted = new HashSet<>();
        for (Pick pick : picks) {
            if (counts.getOrDefault(pick.queue(), 0) < pick.max()) {
                exhausted.add(pick.queue());
            }
        }
        runner.unroutable(unroutable, node);
        return new Claimed(picks.stream().map(Pick::queue).toList(), exhausted, routed);
    }

    private void place(Claimed claimed, long node) {
        List<RoutedClaim> tooLate;
        state.lock.lock();
        try {
            state.claiming = false;
            tooLate = state.stage == DispatchState.Stage.RUNNING ? state.lanes.place(claimed) : claimed.all();
            for (int i = 0; i < claimed.size(); i++) {
                state.jobs.signal();
            }
            state.idle.signalAll();
        } finally {
            state.lock.unlock();
        }
        runner.release(tooLate.stream().map(RoutedClaim::claim).toList(), node);
    }

    /** After trouble with the store: nothing before the next search. */
    private void rest() {
        state.lock.lock();
        try {
            restUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Dispatcher.POLL_MILLIS);
            pollAt = restUntil;
        } finally {
            state.lock.unlock();
        }
    }
}

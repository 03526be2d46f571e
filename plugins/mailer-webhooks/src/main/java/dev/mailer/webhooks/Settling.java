// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.spi.WebhookStore;
import dev.mailer.api.spi.WebhookStore.Attempt;
import dev.mailer.api.spi.WebhookStore.Claimed;
import dev.mailer.api.spi.WebhookStore.Health;
import dev.mailer.api.spi.WebhookStore.Settled;
import dev.mailer.api.spi.WebhookStore.State;
import dev.mailer.api.spi.WebhookStore.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects how claims ended until they are stored, all in one commit where that is possible. What could not be stored is kept for the next
 * try. For one thread.
 */
final class Settling {
    private static final Logger log = LoggerFactory.getLogger(Settling.class);

    /** When so many in a row cannot be stored, and none was, no other is tried. */
    private static final int TROUBLE = 3;

    /** How exactly the last success is known. */
    private static final Duration EXACT = Duration.ofMinutes(1);

    private final WebhookStore store;
    private final RetryWaits waits;
    private final WebhookMeters meters;
    private final StuckSettlements stuck;
    private final Queue<Settled> settled = new ArrayDeque<>();
    private final Map<String, Health> health = new LinkedHashMap<>();
    private final Map<String, Known> gone = new LinkedHashMap<>();
    /** Those whose failures were noted here since their last success; what is known of them may be older. */
    private final Set<String> failed = new HashSet<>();

    Settling(WebhookStore store, RetryWaits waits, WebhookMeters meters) {
        this.store = store;
        this.stuck = new StuckSettlements(store);
        this.waits = waits;
        this.meters = meters;
    }

    void add(Job.Done done, Lane lane) {
        Answer answer = done.answer();
        Claimed claim = done.job().claim();
        Instant at = done.at().truncatedTo(ChronoUnit.MILLIS);
        Attempt attempt = new Attempt(
                claim.attempts() + 1, at, answer.status(), answer.took(), answer.result(), answer.excerpt());
        meters.attempt(answer);
        Instant rests = lane.note(answer, at, waits);
        if (answer.succeeded()) {
            settled.add(new Settled(claim, attempt, Status.DELIVERED, null));
            succeeded(lane.known(), at);
            return;
        }
        Duration wait = answer.isGone() ? null : waits.after(claim.tries() + 1, answer.retryAfter());
        if (wait == null) {
            meters.dead();
        }
        settled.add(new Settled(
                claim, attempt, wait == null ? Status.DEAD : Status.WAITING, wait == null ? null : at.plus(wait)));
        failed.add(claim.endpoint());
        health.merge(
                claim.endpoint(),
                new Health(claim.endpoint(), at, 1, false, rests),
                (a, b) -> new Health(
                        a.endpoint(),
                        a.failures() == 0 ? b.at() : a.at(),
                        a.failures() + 1,
                        a.succeeded(),
                        b.restsUntil() == null ? a.restsUntil() : b.restsUntil()));
        if (answer.isGone()) {
            gone.put(claim.endpoint(), lane.known());
        }
    }

    private void succeeded(Known known, Instant at) {
        State state = known.endpoint().state();
        Instant before = state.succeededAt();
        if (failed.remove(known.id())
                || state.failures() > 0
                || before == null
                || before.plus(EXACT).isBefore(at)) {
            health.put(known.id(), new Health(known.id(), at, 0, true, null));
        }
    }

    /** What was claimed and not begun is due as before. */
    void giveBack(Claimed claim, Instant now) {
        settled.add(new Settled(claim, null, Status.WAITING, now));
    }

    /** The event was removed before it could be told. */
    void forget(Claimed claim, Instant now) {
        meters.dead();
        Attempt attempt =
                new Attempt(claim.attempts() + 1, now, 0, Duration.ZERO, "gone", "the event was removed by retention");
        settled.add(new Settled(claim, attempt, Status.DEAD, null));
    }

    /** What the claim is about cannot be read; it is tried again, and given up in the end. */
    void unreadable(Claimed claim, Instant now) {
        Duration wait = waits.after(claim.tries() + 1, null);
        if (wait == null) {
            meters.dead();
        }
        Attempt attempt = new Attempt(
                claim.attempts() + 1, now, 0, Duration.ZERO, "unreadable", "what it is about cannot be read");
        settled.add(new Settled(
                claim, attempt, wait == null ? Status.DEAD : Status.WAITING, wait == null ? null : now.plus(wait)));
    }

    /** @throws RuntimeException nothing could be stored, and all of it is kept for the next time */
    void store(Instant now) {
        if (!settled.isEmpty() || !health.isEmpty()) {
            try {
                store.settle(List.copyOf(settled), List.copyOf(health.values()));
                settled.clear();
                health.clear();
            } catch (RuntimeException e) {
                storeOneByOne(e, now);
            }
        }
        stuck.retry(now);
    }

    /** One that cannot be stored does not keep the others; where none can be, the store is in trouble. */
    private void storeOneByOne(RuntimeException cause, Instant now) {
        List<Settled> failed = new ArrayList<>();
        boolean any = false;
        for (int left = settled.size(); left > 0; left--) {
            Settled one = settled.remove();
            if (stuck.store(one)) {
                any = true;
            } else {
                failed.add(one);
                if (!any && failed.size() == TROUBLE) {
                    settled.addAll(failed);
                    throw cause;
                }
            }
        }
        for (Health one : List.copyOf(health.values())) {
            health.remove(one.endpoint());
            try {
                store.settle(List.of(), List.of(one));
                any = true;
            } catch (RuntimeException e) {
                log.debug("how it goes with webhook {} was not stored", one.endpoint(), e);
            }
        }
        failed.forEach(one -> stuck.add(one, now));
        if (!any) {
            throw cause;
        }
    }

    /** Has those disabled that want no more; one for which that fails is kept for the next time. */
    void eachGone(Consumer<Known> disable) {
        for (Known known : List.copyOf(gone.values())) {
            disable.accept(known);
            gone.remove(known.id());
        }
    }
}

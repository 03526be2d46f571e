// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.spi.RunningMailer;
import dev.mailer.api.spi.WebhookStore;
import dev.mailer.api.spi.WebhookStore.Claimed;
import dev.mailer.api.spi.WebhookStore.State;
import dev.mailer.api.spi.WebhookStore.Want;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what waits. One thread speaks with the store: it settles what has ended, claims what is due, and starts workers, which send.
 * Each endpoint has a {@link Lane}, and one request at a time at least whatever others have, as far as there are {@link Places}.
 */
final class DeliveryLoop implements AutoCloseable {
    /** Within it what other nodes have made due is found. */
    private static final Duration LOOK = Duration.ofMillis(250);
    /** An endpoint whose rest ended before that was not tried since. */
    private static final Duration LATELY = Duration.ofHours(1);

    private static final Duration PURGE = Duration.ofMinutes(10);
    private static final int PURGED = 500;

    private static final Logger log = LoggerFactory.getLogger(DeliveryLoop.class);

    private final WebhookStore store;
    private final KnownEndpoints endpoints;
    private final DeliverySettings settings;
    private final InstantSource clock;
    private final WebhookMeters meters;
    private final Settling settling;
    private final JobMaker jobs;
    private final Condition condition;
    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
    private final Semaphore signal = new Semaphore(0);
    private final Senders senders;
    private final Thread thread;
    private volatile boolean closing;
    /** Rounds in a row that failed. */
    private int failures;

    private long nextPurge = System.nanoTime();

    /** What the loop works with. */
    record Parts(
            RunningMailer mailer,
            KnownEndpoints endpoints,
            RequestMaker requests,
            HttpSender sender,
            RetryWaits waits,
            WebhookMeters meters) {}

    DeliveryLoop(Parts parts, DeliverySettings settings, InstantSource clock) {
        this.store = parts.mailer.webhooks();
        this.endpoints = parts.endpoints;
        this.settings = settings;
        this.clock = clock;
        this.meters = parts.meters;
        this.settling = new Settling(store, parts.waits, parts.meters);
        this.jobs = new JobMaker(parts.mailer, settling);
        this.condition = new Condition(store, parts.meters);
        this.senders = new Senders(parts, settings, clock, this::wake);
        this.thread = new Thread(this::run, "mailer-webhooks");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Something may be due. */
    void wake() {
        signal.release();
    }

    /** By name, for health; from memory. */
    Map<String, Long> condition() {
        return condition.numbers();
    }

    /** Whatever fails, it goes on until it is closed. */
    private void run() {
        while (!closing) {
            try {
                boolean more = round();
                failures = 0;
                await(more ? Duration.ZERO : LOOK);
            } catch (RuntimeException | Error e) {
                if (failures == 0) {
                    log.warn("webhooks wait, because the ledger cannot be reached or read: {}", e.toString());
                    log.debug("webhooks wait", e);
                }
                failures++;
                rest(Backoff.after(failures));
            }
        }
        end();
    }

    private void await(Duration pause) {
        try {
            if (signal.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                signal.drainPermits();
            }
        } catch (InterruptedException e) {
            log.debug("an interrupt does not end the loop, closing it does");
        }
    }

    /** Also while answers come in. */
    private void rest(Duration pause) {
        long deadline = System.nanoTime() + pause.toNanos();
        for (long left = pause.toNanos(); left > 0 && !closing; left = deadline - System.nanoTime()) {
            await(Duration.ofNanos(left));
        }
    }

    /** Returns whether there is more to do at once. */
    private boolean round() {
        collect();
        settling.store(now());
        settling.eachGone(known -> disable(known, "it answered 410 Gone"));
        refresh();
        boolean claimed = claim();
        senders.work(lanes.values());
        return purge() || claimed && senders.haveDone();
    }

    private void collect() {
        for (Job.Done d = senders.done(); d != null; d = senders.done()) {
            Lane lane = lanes.get(d.job().claim().endpoint());
            settling.add(d, lane == null ? new Lane(d.job().known(), settings) : lane);
        }
        Instant now = now();
        for (Lane lane : lanes.values()) {
            if (lane.restsUntil() != null
                            && Objects.requireNonNull(lane.restsUntil()).isAfter(now)
                    || !lane.known().isEnabled()) {
                lane.withdraw().forEach(job -> settling.giveBack(job.claim(), now));
            }
        }
    }

    private void refresh() {
        Instant now = now();
        KnownEndpoints.View view = endpoints.view();
        condition.note(view, now);
        Set<String> ids = new HashSet<>();
        for (Known known : view.readable()) {
            ids.add(known.id());
            State state = known.endpoint().state();
            Lane lane = lanes.get(known.id());
            if (lane == null || lane.hasEnded()) {
                lanes.put(known.id(), new Lane(known, settings));
            } else if (!lane.known().equals(known)) {
                lane.refresh(known);
            }
            Instant since = state.failingSince();
            if (state.enabled()
                    && since != null
                    && state.failures() >= RetryWaits.SUSPICIOUS
                    && wasTriedLately(state, now)
                    && since.plus(settings.disableAfter()).isBefore(now)) {
                disable(known, "nothing it was sent since " + since + " has succeeded");
            }
        }
        for (Lane lane : List.copyOf(lanes.values())) {
            if (!ids.contains(lane.known().id())) {
                lane.close();
                lane.withdraw().forEach(job -> settling.giveBack(job.claim(), now));
                if (lane.hasEnded()) {
                    lanes.remove(lane.known().id());
                }
            }
        }
    }

    /** What failed days ago says nothing of today: an endpoint that there was nothing for since may work again. */
    private static boolean wasTriedLately(State state, Instant now) {
        Instant rests = state.restsUntil();
        return rests != null && rests.isAfter(now.minus(LATELY));
    }

    /** Of several nodes one does it, and says so. */
    private void disable(Known known, String reason) {
        if (store.enable(known.endpoint().tenant(), known.id(), false, reason, now())) {
            meters.disabled();
            log.warn(
                    "webhook {} of tenant {} is disabled: {}; it is told nothing until it is enabled again",
                    known.id(),
                    known.endpoint().tenant(),
                    reason);
        }
        endpoints.changed();
    }

    private boolean claim() {
        Instant now = now();
        Map<String, Integer> wanted = new LinkedHashMap<>();
        lanes.forEach((id, lane) -> {
            int more = lane.wants(now);
            if (more > 0) {
                wanted.put(id, more);
            }
        });
        List<Want> wants = new ArrayList<>();
        for (String id : wanted.isEmpty() ? List.<String>of() : store.due(now)) {
            Lane lane = lanes.get(id);
            if (lane == null || !wanted.containsKey(id)) {
                continue;
            }
            Instant rest = lane.restsUntil();
            if (rest == null
                    || store.probe(id, rest, now.plus(settings.timeout()).plusSeconds(5))) {
                wants.add(new Want(id, Objects.requireNonNull(wanted.get(id))));
            }
            if (rest != null) {
                endpoints.changed();
            }
        }
        List<Claimed> claims = store.claim(wants, now, now.plus(settings.lease()));
        for (Job job : jobs(claims, now)) {
            Objects.requireNonNull(lanes.get(job.claim().endpoint())).add(job);
        }
        return !claims.isEmpty();
    }

    /** What cannot be made into jobs does not have to wait for the end of its claim. */
    private List<Job> jobs(List<Claimed> claims, Instant now) {
        if (claims.isEmpty()) {
            return List.of();
        }
        try {
            return jobs.jobs(claims, id -> Objects.requireNonNull(lanes.get(id)).known(), now);
        } catch (RuntimeException e) {
            claims.forEach(claim -> settling.giveBack(claim, now));
            throw e;
        }
    }

    private boolean purge() {
        if (System.nanoTime() - nextPurge < 0) {
            return false;
        }
        // before it is tried: where it fails, deliveries go on meanwhile
        nextPurge = System.nanoTime() + PURGE.toNanos();
        boolean more = store.purge(now().minus(settings.keep()), PURGED) >= PURGED;
        if (more) {
            nextPurge = System.nanoTime();
        }
        return more;
    }

    private void end() {
        lanes.values().forEach(Lane::close);
        senders.close();
        try {
            Instant now = now();
            collect();
            lanes.values().forEach(lane -> lane.withdraw().forEach(job -> settling.giveBack(job.claim(), now)));
            settling.store(now);
        } catch (RuntimeException e) {
            log.info("what was sent last is sent again when its claim has ended: {}", e.toString());
        }
    }

    /** As exact as stores are. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** Lets requests under way end, for a short time; what is not settled comes back when its claim ends. */
    @Override
    public void close() {
        closing = true;
        signal.release();
        try {
            thread.join(Senders.LAST_ANSWERS.multipliedBy(3).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

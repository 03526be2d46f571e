// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.RunningMailer;
import dev.mailer.api.spi.WebhookStore;
import dev.mailer.api.spi.WebhookStore.Claimed;
import dev.mailer.api.spi.WebhookStore.Mail;
import dev.mailer.api.spi.WebhookStore.State;
import dev.mailer.api.spi.WebhookStore.Want;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what waits. One thread speaks with the store: it settles what has ended, claims what is due, and starts workers, which send.
 * Nothing of an endpoint waits for another: each has a {@link Lane}, and at least one request at a time whatever others have.
 */
final class DeliveryLoop implements AutoCloseable {
    /** Within it what other nodes have made due is found. */
    private static final Duration LOOK = Duration.ofMillis(250);
    /** An endpoint whose rest ended before that was not tried since. */
    private static final Duration LATELY = Duration.ofHours(1);

    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);
    private static final Duration PURGE = Duration.ofMinutes(10);
    private static final int PURGED = 500;
    /** How long requests under way may go on when the loop is closed; then they are cut off. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(DeliveryLoop.class);

    private final RunningMailer mailer;
    private final WebhookStore store;
    private final KnownEndpoints endpoints;
    private final RequestMaker requests;
    private final HttpSender sender;
    private final DeliverySettings settings;
    private final InstantSource clock;
    private final WebhookMeters meters;
    private final Settling settling;
    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
    private final Queue<Job.Done> done = new ConcurrentLinkedQueue<>();
    private final Semaphore signal = new Semaphore(0);
    private final ExecutorService workers;
    private final Thread thread;
    private volatile boolean closing;
    private boolean inTrouble;
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
        this.mailer = parts.mailer;
        this.store = parts.mailer.webhooks();
        this.endpoints = parts.endpoints;
        this.requests = parts.requests;
        this.sender = parts.sender;
        this.settings = settings;
        this.clock = clock;
        this.meters = parts.meters;
        this.settling = new Settling(store, parts.waits, parts.meters);
        this.workers = Executors.newCachedThreadPool(work -> daemon(work, "mailer-webhooks-sender"));
        this.thread = daemon(this::run, "mailer-webhooks");
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    void start() {
        thread.start();
    }

    /** Something may be due. */
    void wake() {
        signal.release();
    }

    private void run() {
        while (!closing) {
            Duration pause = LOOK;
            try {
                if (round()) {
                    pause = Duration.ZERO;
                }
                inTrouble = false;
            } catch (RuntimeException e) {
                pause = AFTER_TROUBLE;
                if (!inTrouble) {
                    log.warn("webhooks wait, because the ledger cannot be reached or read: {}", e.toString());
                    log.debug("webhooks wait", e);
                }
                inTrouble = true;
            }
            await(pause);
        }
        end();
    }

    private void await(Duration pause) {
        try {
            if (signal.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                signal.drainPermits();
            }
        } catch (InterruptedException e) {
            closing = true;
        }
    }

    /** Returns whether there is more to do at once. */
    private boolean round() {
        collect();
        List<Known> gone = settling.store();
        if (gone != null) {
            gone.forEach(known -> disable(known, "it answered 410 Gone"));
        }
        refresh();
        boolean claimed = claim();
        for (Lane lane : lanes.values()) {
            while (lane.startsWorker(meters.requests.get() < settings.together())) {
                meters.requests.incrementAndGet();
                workers.execute(() -> work(lane));
            }
        }
        return purge() || claimed && !done.isEmpty();
    }

    private void collect() {
        for (Job.Done d = done.poll(); d != null; d = done.poll()) {
            Lane lane = lanes.get(d.job().claim().endpoint());
            settling.add(d, lane == null ? new Lane(d.job().known(), 1) : lane);
        }
        Instant now = now();
        for (Lane lane : lanes.values()) {
            if (lane.restsUntil() != null
                            && Objects.requireNonNull(lane.restsUntil()).isAfter(now)
                    || !lane.known().isEnabled()) {
                lane.withdraw().forEach(job -> settling.giveBack(job, now));
            }
        }
    }

    private void refresh() {
        Instant now = now();
        int disabled = 0;
        int resting = 0;
        List<Known> all = endpoints.all();
        for (Known known : all) {
            State state = known.endpoint().state();
            disabled += state.enabled() ? 0 : 1;
            resting += state.restsUntil() == null ? 0 : 1;
            Lane lane = lanes.get(known.id());
            if (lane == null) {
                lanes.put(known.id(), new Lane(known, settings.perEndpoint()));
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
        meters.endpoints(disabled, resting);
        List<String> ids = all.stream().map(Known::id).toList();
        for (Lane lane : List.copyOf(lanes.values())) {
            if (!ids.contains(lane.known().id()) && lane.isIdle()) {
                lane.withdraw().forEach(job -> settling.giveBack(job, now));
                lanes.remove(lane.known().id());
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
        for (String id : store.due(wanted.keySet(), now)) {
            Lane lane = Objects.requireNonNull(lanes.get(id));
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
        if (!claims.isEmpty()) {
            prepare(claims, now);
        }
        return !claims.isEmpty();
    }

    private void prepare(List<Claimed> claims, Instant now) {
        Map<Long, MailEvent> events = mailer
                .events()
                .find(claims.stream().map(Claimed::event).toList())
                .stream()
                .collect(Collectors.toMap(MailEvent::id, Function.identity(), (a, b) -> a));
        List<MessageId> ids = events.values().stream()
                .map(MailEvent::messageId)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        Map<MessageId, Mail> mails = ids.isEmpty() ? Map.of() : store.mails(ids);
        for (Claimed claim : claims) {
            MailEvent event = events.get(claim.event());
            Lane lane = Objects.requireNonNull(lanes.get(claim.endpoint()));
            if (event == null) {
                settling.forget(claim, now);
            } else {
                MessageId id = event.messageId();
                lane.add(new Job(claim, lane.known(), event, id == null ? null : mails.get(id)));
            }
        }
    }

    private void work(Lane lane) {
        try {
            for (Job job = lane.take(); job != null; job = lane.take()) {
                if (now().plus(settings.timeout()).isAfter(job.claim().until())) {
                    // its claim would end before the answer; it comes back by itself
                    continue;
                }
                done.add(new Job.Done(job, now(), send(job)));
                signal.release();
            }
        } finally {
            meters.requests.decrementAndGet();
            signal.release();
        }
    }

    private Answer send(Job job) {
        try {
            return requests.send(job);
        } catch (RuntimeException | Error e) {
            log.warn("webhook {} could not be sent: {}", job.known().id(), e.toString());
            return new Answer(0, Duration.ZERO, "broken", "it could not be made", null);
        }
    }

    private boolean purge() {
        if (System.nanoTime() - nextPurge < 0) {
            return false;
        }
        boolean more = store.purge(now().minus(settings.keep()), PURGED) >= PURGED;
        if (!more) {
            nextPurge = System.nanoTime() + PURGE.toNanos();
        }
        return more;
    }

    private void end() {
        lanes.values().forEach(Lane::close);
        awaitWorkers(LAST_ANSWERS);
        sender.close();
        awaitWorkers(LAST_ANSWERS);
        workers.shutdownNow();
        try {
            Instant now = now();
            collect();
            lanes.values().forEach(lane -> lane.withdraw().forEach(job -> settling.giveBack(job, now)));
            settling.store();
        } catch (RuntimeException e) {
            log.info("what was sent last is sent again when its claim has ended: {}", e.toString());
        }
    }

    private void awaitWorkers(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean interrupted = false;
        while (meters.requests.get() > 0 && System.nanoTime() - deadline < 0 && !interrupted) {
            try {
                boolean unused = signal.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
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
            thread.join(LAST_ANSWERS.multipliedBy(3).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.EventType;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.FieldCipher;
import dev.mailer.api.spi.MailListener;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.NewMessage.StoredContent;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.RateLimiter;
import dev.mailer.api.spi.StoredMessage;
import dev.mailer.core.Stores;
import dev.mailer.testkit.Sabotage;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever is thrown while a mail is sent: its claim ends, its neighbours flow, and the threads go on. */
@Timeout(120)
class SlotFaultsTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    private final StubTransport transport = new StubTransport();
    private final Rig rig = new Rig().with(m -> m.transport(transport)).closeWithin(Duration.ofSeconds(1));
    private final OutboxStore good = Stores.memory(rig.clock);
    private final AtomicReference<MessageId> victim = new AtomicReference<>();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void a_row_that_cannot_be_read_is_tried_some_times_and_ends_as_corrupt() {
        rig.store(loading(m -> {
            throw new IllegalArgumentException("no such policy: 99");
        }));
        MessageId id = scheduledVictim();
        MessageId neighbour = rig.send(Rig.mail("ann@example.org").sendAt(MovableClock.START.plus(SOON)));
        rig.clock.advance(SOON);

        DeliveryStatus first = rig.await(id, DeliveryState.DEFERRED);
        assertThat(first.failure().reason()).isEqualTo("content-corrupt");
        assertThat(first.nextAttemptAt()).isAfterOrEqualTo(rig.clock.instant().plusSeconds(30));
        rig.await(neighbour, DeliveryState.SENT);

        for (int attempt = 2; attempt <= 3; attempt++) {
            int expected = attempt;
            rig.clock.advance(Duration.ofMinutes(5));
            Rig.until(
                    "attempt " + attempt,
                    () -> rig.delivery(id).attempts() == expected
                            && rig.delivery(id).state() != DeliveryState.SENDING);
        }
        assertThat(rig.await(id, DeliveryState.FAILED).failure().text()).contains("no such policy");
        assertThat(rig.events(id))
                .containsExactly(EventType.QUEUED, EventType.DEFERRED, EventType.DEFERRED, EventType.FAILED);
    }

    @Test
    void a_row_that_takes_all_memory_ends_as_poison() {
        rig.store(loading(m -> {
            throw new OutOfMemoryError("on purpose");
        }));
        MessageId id = scheduledVictim();
        rig.clock.advance(SOON);

        assertThat(rig.await(id, DeliveryState.FAILED).failure().reason()).isEqualTo("poison");

        rig.await(rig.send("ann@example.org"), DeliveryState.SENT);
    }

    @Test
    void a_rate_limiter_that_throws_delays_the_mail() {
        AtomicReference<RateLimiter> limiter = new AtomicReference<>((key, permits) -> {
            throw new AssertionError("on purpose");
        });
        rig.with(m -> m.install(MailerPlugin.of(
                "limiter", p -> p.rateLimiter((key, permits) -> limiter.get().tryAcquire(key, permits)))));

        MessageId id = rig.send("jo@example.org");

        DeliveryStatus waiting = rig.await(id, DeliveryState.DEFERRED);
        assertThat(waiting.failure().reason()).isEqualTo("rate-limiter");
        assertThat(transport.tried()).isEmpty();
        limiter.set(RateLimiter.UNLIMITED);
        rig.clock.advance(SOON);
        rig.await(id, DeliveryState.SENT);
    }

    @Test
    void a_mail_without_leave_ends_with_its_lifetime() {
        rig.with(m ->
                m.install(MailerPlugin.of("limiter", p -> p.rateLimiter((key, permits) -> Duration.ofHours(30)))));

        MessageId id = rig.send("jo@example.org");

        assertThat(rig.await(id, DeliveryState.EXPIRED).failure().text()).contains("rate-limit");
    }

    @Test
    void a_failing_observation_delays_nothing() {
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
            @Override
            public void onStart(Observation.Context context) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
        rig.with(m -> m.observations(observations));

        rig.await(rig.send("jo@example.org"), DeliveryState.SENT);
    }

    @Test
    void threads_that_are_left_interrupted_go_on() {
        transport.answering(t -> {
            Thread.currentThread().interrupt();
            return Outcome.accepted("250 ok", null);
        });
        rig.with(m -> m.limits(l -> l.slots(2)));

        for (int i = 0; i < 6; i++) {
            rig.await(rig.send("r" + i + "@example.org"), DeliveryState.SENT);
        }
    }

    @Test
    void an_error_while_planning_stops_no_planning() {
        AtomicInteger errors = new AtomicInteger();
        rig.store(new Sabotage("OutboxStore.readyLanes", call -> {
                    if (errors.incrementAndGet() <= 2) {
                        throw new OutOfMemoryError("on purpose");
                    }
                    return call.proceed();
                })
                .of(good));
        rig.with(m -> m.limits(l -> l.lease(Duration.ofSeconds(2))));
        rig.mailer();
        Rig.until("both errors have struck", () -> errors.get() > 2);

        rig.await(rig.send("jo@example.org"), DeliveryState.SENT);
    }

    @Test
    void an_error_in_a_router_is_one_of_the_router() {
        rig.with(m -> m.install(MailerPlugin.of(
                "router",
                p -> p.router(d -> {
                    if (d.recipientDomain().equals("bad.example")) {
                        throw new AssertionError("on purpose");
                    }
                    return "default";
                }))));

        MessageId bad = rig.send("jo@bad.example");

        assertThat(rig.await(bad, DeliveryState.DEFERRED).failure().reason()).isEqualTo("no-route");
        rig.await(rig.send("jo@good.example"), DeliveryState.SENT);
    }

    @Test
    void nobody_is_suspected_before_the_process_has_run_for_a_while() {
        AtomicReference<Long> looked = new AtomicReference<>();
        rig.store(new Sabotage("OutboxStore.hasAlone", call -> {
                    looked.compareAndSet(null, System.nanoTime());
                    return call.proceed();
                })
                .of(good));
        long start = System.nanoTime();
        rig.await(rig.send("jo@example.org"), DeliveryState.SENT);

        Rig.until("suspects are looked for", () -> looked.get() != null);

        // the duty is due each second
        assertThat(Duration.ofNanos(looked.get() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void an_error_in_a_duty_stops_no_other() {
        rig.store(new Sabotage("OutboxTransaction.expire", call -> {
                    throw new StackOverflowError("on purpose");
                })
                .of(good));
        MessageId id = rig.send(Rig.mail("jo@example.org").sendAt(MovableClock.START.plus(SOON)));
        for (int i = 1; i <= 2; i++) {
            rig.await(rig.send("r" + i + "@example.org"), DeliveryState.SENT);
        }

        rig.clock.advance(SOON);

        rig.await(id, DeliveryState.SENT);
    }

    @Test
    void an_error_in_a_listener_stops_no_events() {
        AtomicInteger seen = new AtomicInteger();
        rig.with(m -> m.onEvent((MailListener) event -> {
            seen.incrementAndGet();
            Thread.currentThread().interrupt();
            throw new AssertionError("on purpose");
        }));
        rig.await(rig.send("jo@example.org"), DeliveryState.SENT);
        Rig.until("two events", () -> seen.get() == 2);

        rig.await(rig.send("ann@example.org"), DeliveryState.SENT);

        Rig.until("two more", () -> seen.get() == 4);
    }

    @Test
    void mail_of_a_newer_version_waits_for_a_node_that_can_read_it() {
        AtomicReference<UnaryOperator<StoredContent>> change = new AtomicReference<>(c ->
                new StoredContent(Bytes.wrap("{\"v\":99}".getBytes(StandardCharsets.UTF_8)), null, List.of(), c.key()));
        waitsUntilReadable(change, "format 99");
    }

    @Test
    void mail_under_a_missing_key_waits_for_the_key() {
        AtomicReference<UnaryOperator<StoredContent>> change = new AtomicReference<>(c -> new StoredContent(
                c.document(),
                c.raw(),
                c.refs(),
                new FieldCipher.WrappedKey(7, c.key().wrapped())));
        waitsUntilReadable(change, "master key 7");
    }

    @Test
    void mail_that_nobody_here_can_read_ends_with_its_lifetime() {
        rig.store(loading(m -> with(
                m,
                new StoredContent(
                        Bytes.wrap("{\"v\":99}".getBytes(StandardCharsets.UTF_8)),
                        null,
                        List.of(),
                        m.content().key()))));
        MessageId id = scheduledVictim();
        rig.clock.advance(SOON);
        rig.await(id, DeliveryState.DEFERRED);

        rig.clock.advance(Duration.ofDays(1));

        DeliveryStatus ended = rig.await(id, DeliveryState.EXPIRED);
        assertThat(ended.failure().text()).contains("unreadable-here");
        assertThat(rig.events(id)).containsExactly(EventType.QUEUED, EventType.DEFERRED, EventType.EXPIRED);
    }

    @Test
    void a_document_that_does_not_parse_ends_as_corrupt() {
        rig.store(loading(m -> with(
                m,
                new StoredContent(
                        Bytes.wrap("{\"v\":1,\"from\":".getBytes(StandardCharsets.UTF_8)),
                        null,
                        List.of(),
                        m.content().key()))));
        MessageId id = scheduledVictim();
        rig.clock.advance(SOON);

        assertThat(rig.await(id, DeliveryState.FAILED).failure().reason()).isEqualTo("content-corrupt");
    }

    private void waitsUntilReadable(AtomicReference<UnaryOperator<StoredContent>> change, String text) {
        rig.store(loading(m -> with(m, change.get().apply(m.content()))));
        MessageId id = scheduledVictim();
        rig.clock.advance(SOON);
        DeliveryStatus waiting = rig.await(id, DeliveryState.DEFERRED);
        assertThat(waiting.failure().reason()).isEqualTo("unreadable-here");
        assertThat(waiting.failure().text()).contains(text);

        change.set(UnaryOperator.identity());
        rig.clock.advance(SOON);

        rig.await(id, DeliveryState.SENT);
    }

    /** One that is not loaded before the test knows its id. */
    private MessageId scheduledVictim() {
        MessageId id = rig.send(Rig.mail("jo@example.org").sendAt(MovableClock.START.plus(SOON)));
        victim.set(id);
        return id;
    }

    /** The good store; what it loads of the victim is changed, and nothing else. */
    private OutboxStore loading(UnaryOperator<StoredMessage> change) {
        return new Sabotage("OutboxStore.load", call -> {
                    Object loaded = call.proceed();
                    return loaded instanceof Collection<?> all
                            ? all.stream()
                                    .map(StoredMessage.class::cast)
                                    .map(m -> m.id().equals(victim.get()) ? change.apply(m) : m)
                                    .toList()
                            : loaded;
                })
                .of(good);
    }

    private static StoredMessage with(StoredMessage m, StoredContent content) {
        return new StoredMessage(
                m.key(), m.id(), m.lane(), m.acceptedAt(), m.sendAt(), m.expiresAt(), m.policy(), m.summary(), content);
    }
}

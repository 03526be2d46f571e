// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.MessageId;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.WebhookStore.Delivery;
import dev.mailer.api.spi.WebhookStore.Endpoint;
import dev.mailer.api.spi.WebhookStore.Query;
import dev.mailer.api.spi.WebhookStore.Settled;
import dev.mailer.api.spi.WebhookStore.Status;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What cannot be read or stored holds up nothing else, and nothing of it is lost. */
@Timeout(180)
class TroubleTest {
    private Receiver receiver;

    @BeforeEach
    void open() throws Exception {
        receiver = new Receiver();
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    void what_happens_while_an_endpoint_cannot_be_read_waits_and_is_told_when_it_can_be() {
        try (Rig rig = new Rig(b -> {})) {
            String id = only(rig, EventType.SENT);
            Secret readable = config(rig, id);
            String of = readable.reveal();
            Secret newer = Secret.of(of.replace("\"version\":\"1\"", "\"version\":\"2\""));
            assertThat(newer).isNotEqualTo(readable);
            assertThat(rig.store.webhooks().configure(Rig.TENANT, id, readable, newer))
                    .isTrue();

            MessageId mail = rig.send("jo@example.org");
            Rig.until("both events wait", () -> held(rig, id).size() == 2);
            Rig.until("health says so", () -> numbers(rig).getOrDefault("unreadable", 0L) == 1);
            assertThat(rig.mailer.health().sending()).isTrue();
            assertThat(rig.webhooks().list(Rig.TENANT)).isEmpty();
            assertThat(receiver.got).isEmpty();

            rig.store.webhooks().configure(Rig.TENANT, id, newer, readable);
            Rig.until("the one that is wanted is told", () -> receiver.got.size() == 1);
            Rig.until(
                    "the other is dropped",
                    () -> rig.store
                                    .webhooks()
                                    .list(new Query(id, null, null, null, 10))
                                    .size()
                            == 1);
            assertThat(receiver.got.get(0).text()).contains("email.sent", mail.toString());
            Rig.until("health says so", () -> numbers(rig).get("unreadable") == 0);
        }
    }

    @Test
    void a_rotation_and_a_change_at_the_same_time_are_both_kept() {
        try (Rig rig = new Rig(b -> {})) {
            String id = rig.create(receiver.url());
            AtomicReference<Secret> made = new AtomicReference<>();

            rig.webhooks().update(Rig.TENANT, id, before -> {
                if (made.get() == null) {
                    // between the look and the change
                    made.set(rig.webhooks().rotate(Rig.TENANT, id, null).secret());
                }
                return before.toBuilder().description("mine").build();
            });

            EndpointConfig config = EndpointConfig.read(config(rig, id));
            assertThat(config.options().description()).isEqualTo("mine");
            assertThat(config.keys()).hasSize(2);
            assertThat(config.keys().get(0).secret()).isEqualTo(made.get());
        }
    }

    @Test
    void one_delivery_that_cannot_be_stored_stops_no_other() {
        Set<Long> bad = ConcurrentHashMap.newKeySet();
        FaultyStore.Fault fault = (method, arguments, call) -> {
            if (method.getName().equals("settle")) {
                for (Object one : (Collection<?>) arguments.get(0)) {
                    if (bad.isEmpty()) {
                        bad.add(((Settled) one).claim().event());
                    }
                    if (bad.contains(((Settled) one).claim().event())) {
                        throw new IllegalArgumentException("a row that cannot be written");
                    }
                }
            }
            return call.proceed();
        };
        try (Rig rig = new Rig(null, b -> {}, good -> FaultyStore.of(good, fault))) {
            String id = only(rig, EventType.SENT);
            for (int i = 0; i < 50; i++) {
                rig.send("jo" + i + "@example.org");
            }

            Rig.until(
                    "the others are known to be told", () -> delivered(rig, id).size() == 49);
            assertThat(bad).hasSize(1);
            rig.send("last@example.org");
            Rig.until("it goes on", () -> delivered(rig, id).size() == 50);
        }
    }

    @Test
    void an_answer_that_cannot_be_stored_is_left_out() {
        receiver.reply = Receiver.status(200, "unstorable");
        FaultyStore.Fault fault = (method, arguments, call) -> {
            if (method.getName().equals("settle")) {
                for (Object one : (Collection<?>) arguments.get(0)) {
                    if (((Settled) one).attempt().excerpt().equals("unstorable")) {
                        throw new IllegalArgumentException("a text that cannot be written");
                    }
                }
            }
            return call.proceed();
        };
        try (Rig rig = new Rig(null, b -> {}, good -> FaultyStore.of(good, fault))) {
            String id = only(rig, EventType.SENT);
            rig.send("jo@example.org");

            Rig.until("it is known to be told", () -> delivered(rig, id).size() == 1);
            long event = delivered(rig, id).get(0).event();
            assertThat(rig.webhooks()
                            .log()
                            .attempts(Rig.TENANT, id, event)
                            .get(0)
                            .excerpt())
                    .isEmpty();
        }
    }

    @Test
    void one_event_that_cannot_be_read_stops_no_other() {
        AtomicReference<Long> bad = new AtomicReference<>();
        FaultyStore.Fault fault = (method, arguments, call) -> {
            if (method.getName().equals("find")) {
                Collection<?> ids = (Collection<?>) arguments.get(0);
                bad.compareAndSet(null, (Long) ids.iterator().next());
                if (ids.contains(bad.get())) {
                    throw new IllegalArgumentException("a row that cannot be read");
                }
            }
            return call.proceed();
        };
        try (Rig rig = new Rig(null, b -> {}, good -> FaultyStore.of(good, fault))) {
            String id = only(rig, EventType.SENT);
            for (int i = 0; i < 20; i++) {
                rig.send("jo" + i + "@example.org");
            }

            Rig.until("the others are told", () -> delivered(rig, id).size() == 19);
            assertThat(rig.webhooks().log().attempts(Rig.TENANT, id, bad.get()))
                    .extracting(a -> a.result())
                    .contains("unreadable");
        }
    }

    @Test
    void a_store_that_fails_is_tried_until_it_works_and_no_error_ends_the_loop() {
        AtomicBoolean down = new AtomicBoolean();
        AtomicInteger failed = new AtomicInteger();
        FaultyStore.Fault fault = (method, arguments, call) -> {
            if (down.get() && Set.of("settle", "due", "claim", "backlog").contains(method.getName())) {
                if (failed.incrementAndGet() % 2 == 0) {
                    throw new StackOverflowError("of a driver");
                }
                throw new MailerUnavailableException("down", Duration.ofSeconds(1), null);
            }
            return call.proceed();
        };
        try (Rig rig = new Rig(null, b -> {}, good -> FaultyStore.of(good, fault))) {
            String id = only(rig, EventType.SENT);
            rig.send("jo@example.org");
            Rig.until("it is told", () -> delivered(rig, id).size() == 1);
            down.set(true);
            rig.send("al@example.org");
            Rig.until("both kinds of failure were met", () -> failed.get() >= 3);
            down.set(false);

            Rig.until("it goes on", () -> delivered(rig, id).size() == 2);
            assertThat(new HashSet<>(receiver.got.stream().map(Receiver.Got::id).toList()))
                    .hasSize(2);
        }
    }

    @Test
    void what_is_in_hand_for_an_endpoint_that_is_removed_is_not_sent() throws Exception {
        AtomicInteger givenBack = new AtomicInteger();
        try (Rig rig = new Rig(null, b -> {}, good -> FaultyStore.of(good, counting(givenBack)))) {
            String id = only(rig, EventType.SENT);
            quicken(rig);
            int before = receiver.got.size();
            CountDownLatch release = new CountDownLatch(1);
            receiver.reply = Receiver.after(release);
            send(rig, 100);
            Rig.until("some are under way", () -> receiver.got.size() > before);

            assertThat(rig.webhooks().remove(Rig.TENANT, id)).isTrue();
            Rig.until("what was not begun is given back", () -> givenBack.get() > 0);
            release.countDown();

            rig.mailer.close();
            assertThat(receiver.got).hasSizeLessThanOrEqualTo(before + WebhooksBuilder.DEFAULT_PER_ENDPOINT);
        }
    }

    @Test
    void claims_whose_events_cannot_be_found_are_given_back() {
        AtomicInteger givenBack = new AtomicInteger();
        AtomicBoolean broken = new AtomicBoolean();
        FaultyStore.Fault counting = counting(givenBack);
        FaultyStore.Fault fault = (method, arguments, call) -> {
            if (method.getName().equals("find") && broken.get()) {
                throw new MailerUnavailableException("no events", Duration.ofSeconds(1), null);
            }
            return counting.at(method, arguments, call);
        };
        try (Rig rig = new Rig(null, b -> {}, good -> FaultyStore.of(good, fault))) {
            String id = only(rig, EventType.SENT);
            quicken(rig);
            // what is not yet written down of them comes, too
            int before = receiver.got.size();

            broken.set(true);
            List<MessageId> sent = send(rig, 40);
            Rig.until("they are given back", () -> givenBack.get() >= 3);
            broken.set(false);
            // the time that passes is not to be that of an attempt
            sent.forEach(mail -> rig.mailer.await(mail, Duration.ofMinutes(1)));

            rig.move(Duration.ofHours(1));
            Rig.until("all are told", () -> delivered(rig, id).size() == before + 40);
        }
    }

    /** How many claims were given back. */
    private static FaultyStore.Fault counting(AtomicInteger givenBack) {
        return (method, arguments, call) -> {
            if (method.getName().equals("settle")) {
                for (Object one : (Collection<?>) arguments.get(0)) {
                    givenBack.addAndGet(((Settled) one).attempt() == null ? 1 : 0);
                }
            }
            return call.proceed();
        };
    }

    /** Until several requests are made at a time, and much is claimed ahead. */
    private void quicken(Rig rig) {
        send(rig, 200);
        Rig.until("they are told", () -> receiver.got.size() == 200);
    }

    private static List<MessageId> send(Rig rig, int mails) {
        return IntStream.range(0, mails)
                .mapToObj(i -> rig.send("jo" + i + "@example.org"))
                .toList();
    }

    private static Map<String, Long> numbers(Rig rig) {
        return rig.mailer.health().plugins().getOrDefault(WebhooksPlugin.NAME, Map.of());
    }

    private static Secret config(Rig rig, String id) {
        return rig.store.webhooks().endpoints().stream()
                .filter(e -> e.id().equals(id))
                .map(Endpoint::config)
                .findFirst()
                .orElseThrow();
    }

    private String only(Rig rig, EventType type) {
        return rig.webhooks()
                .create(
                        Rig.TENANT,
                        WebhookOptions.to(receiver.url()).types(type).build(),
                        null)
                .endpoint()
                .id();
    }

    private static List<Delivery> held(Rig rig, String id) {
        return rig.store.webhooks().list(new Query(id, Status.HELD, null, null, 1_000));
    }

    private static List<Delivery> delivered(Rig rig, String id) {
        return rig.store.webhooks().list(new Query(id, Status.DELIVERED, null, null, 1_000));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.spi.NetworkRules;
import dev.mailer.api.spi.WebhookStore.Query;
import dev.mailer.api.spi.WebhookStore.Status;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More endpoints than there may be requests at a time. */
@Timeout(240)
class CeilingTest {
    private static final int CEILING = WebhooksBuilder.MOST_TO_TOGETHER;
    private static final int HANGING = 3 * CEILING;

    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final Set<Thread> before = allSenders();
    private Receiver live;
    private Receiver hanging;

    @BeforeEach
    void start() throws Exception {
        live = new Receiver();
        hanging = new Receiver();
        hanging.reply = exchange -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            try {
                Receiver.after(end).to(exchange);
            } finally {
                now.decrementAndGet();
            }
        };
    }

    @AfterEach
    void stop() {
        end.countDown();
        live.close();
        hanging.close();
    }

    @Test
    void one_that_answers_is_told_soon_beside_more_that_hang_than_may_be_told_at_a_time() {
        try (Rig rig = rig()) {
            String id = create(rig, live);
            rig.send("first@example.org");
            Rig.until("it is known to answer", () -> delivered(rig, id) == 1);
            List<String> others = hanging(rig);
            send(rig, 1);
            Rig.until("those that are new have all that is for them", () -> now.get() == CEILING * 3 / 4);

            send(rig, 20);

            Rig.until("it has all", () -> live.got.size() == 22);
            assertThat(now).as("they hang still").hasValue(CEILING * 3 / 4);
            assertThat(senders()).isLessThanOrEqualTo(CEILING);
            end.countDown();
            Rig.until(
                    "all arrives in the end",
                    () -> others.stream().allMatch(other -> delivered(rig, other) == 21) && delivered(rig, id) == 22);
            assertThat(most.get()).isLessThanOrEqualTo(CEILING);
        }
    }

    @Test
    void one_that_is_new_is_told_soon_beside_those_that_failed_and_hang() {
        try (Rig rig = rig()) {
            Receiver.Reply hang = hanging.reply;
            hanging.reply = Receiver.status(500, "");
            List<String> others = hanging(rig);
            send(rig, 1);
            Rig.until("all have failed", () -> others.stream().allMatch(id -> failures(rig, id) == 1));
            hanging.reply = hang;
            rig.move(Duration.ofSeconds(10));
            Rig.until("those that failed have all that is for them", () -> now.get() == CEILING / 2);

            String id = create(rig, live);
            send(rig, 20);

            Rig.until("it has all", () -> live.got.size() == 20);
            assertThat(now).as("they hang still").hasValue(CEILING / 2);
            end.countDown();
            Rig.until(
                    "all arrives in the end",
                    () -> others.stream().allMatch(other -> delivered(rig, other) == 21) && delivered(rig, id) == 20);
            assertThat(most.get()).isLessThanOrEqualTo(CEILING);
        }
    }

    @Test
    void those_that_want_more_than_there_is_take_turns() {
        try (Rig rig = rig()) {
            hanging.reply = exchange -> exchange.sendResponseHeaders(204, -1);
            List<String> all = hanging(rig);

            send(rig, 40);

            Rig.until("all is told", () -> all.stream().allMatch(id -> delivered(rig, id) == 40));
            assertThat(hanging.got).as("none twice").hasSize(40 * all.size());
            assertThat(senders()).isLessThanOrEqualTo(CEILING);
        }
    }

    @Test
    void who_hangs_leaves_places_to_who_does_not() {
        Places places = new Places(8);

        assertThat(taken(places, Standing.SLOW)).isEqualTo(4);
        assertThat(places.take(Standing.SLOW)).isEqualTo(Standing.SLOW);
        assertThat(taken(places, Standing.NEW)).isEqualTo(2);
        assertThat(places.take(Standing.SLOW))
                .as("a new one would have to go, too")
                .isEqualTo(Standing.NEW);
        assertThat(taken(places, Standing.PROVEN)).isEqualTo(2);
        assertThat(places.take(Standing.NEW)).isEqualTo(Standing.PROVEN);

        places.free(Standing.PROVEN);
        assertThat(places.take(Standing.NEW)).isEqualTo(Standing.NEW);
        places.free(Standing.SLOW);
        assertThat(places.take(Standing.NEW)).isNull();
        assertThat(places.take(Standing.PROVEN)).isNull();
        assertThat(places.take(Standing.PROVEN)).isEqualTo(Standing.PROVEN);
    }

    private static int taken(Places places, Standing standing) {
        int taken = 0;
        while (places.take(standing) == null) {
            taken++;
        }
        return taken;
    }

    @Test
    void look_ups_that_hang_are_so_many_at_most() throws Exception {
        AtomicInteger begun = new AtomicInteger();
        CheckedAddresses slow = new CheckedAddresses(
                host -> {
                    begun.incrementAndGet();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return InetAddress.getAllByName("127.0.0.1");
                },
                NetworkRules.allowing(List.of("127.0.0.1")));
        try (BoundedLookups lookups = new BoundedLookups(slow, Duration.ofMillis(100), 3)) {
            List<String> problems = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                try {
                    lookups.resolve("h" + i + ".example.com");
                } catch (UnknownHostException e) {
                    problems.add(e.getMessage());
                }
            }
            Rig.until("the others have begun", () -> begun.get() == 3);
            assertThat(new HashSet<>(problems))
                    .containsExactlyInAnyOrder(
                            "the look-up of a name took longer than PT0.1S", "too many look-ups of names hang");
            end.countDown();
            Rig.until("there is room again", () -> {
                try {
                    return lookups.resolve("h3.example.com").length == 1;
                } catch (UnknownHostException e) {
                    return false;
                }
            });
        }
    }

    /** With so few places that a test can fill them; no request ends by its time. */
    private static Rig rig() {
        return new Rig(b -> b.together(1).timeout(Duration.ofMinutes(1)));
    }

    private List<String> hanging(Rig rig) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < HANGING; i++) {
            all.add(create(rig, hanging));
        }
        return all;
    }

    private static String create(Rig rig, Receiver receiver) {
        return rig.webhooks()
                .create(
                        Rig.TENANT,
                        WebhookOptions.to(receiver.url()).types(EventType.SENT).build(),
                        null)
                .endpoint()
                .id();
    }

    private static void send(Rig rig, int mails) {
        for (int i = 0; i < mails; i++) {
            rig.send("jo" + i + "@example.org");
        }
    }

    private static int delivered(Rig rig, String id) {
        return rig.webhooks()
                .log()
                .deliveries(Rig.TENANT, new Query(id, Status.DELIVERED, null, null, 100))
                .size();
    }

    private static int failures(Rig rig, String id) {
        return rig.webhooks().find(Rig.TENANT, id).state().failures();
    }

    private long senders() {
        return allSenders().stream().filter(thread -> !before.contains(thread)).count();
    }

    private static Set<Thread> allSenders() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("mailer-webhooks-sender"))
                .collect(Collectors.toSet());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Email;
import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.EventStore.Positioned;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.WebhookStore.Delivery;
import dev.mailer.api.spi.WebhookStore.Endpoint;
import dev.mailer.api.spi.WebhookStore.Query;
import dev.mailer.api.spi.WebhookStore.Selection;
import dev.mailer.api.spi.WebhookStore.State;
import dev.mailer.api.spi.WebhookStore.Status;
import dev.mailer.core.Stores;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happened before an endpoint was there, or while it was disabled. */
@Timeout(180)
class EarlierEventsTest {
    private static final Selection ALL = new Selection(null, null, Instant.EPOCH, null);

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final int LENGTH = 200_000;

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
    void what_is_reported_from_now_on_is_told_whenever_it_happened() {
        try (Rig rig = new Rig(b -> {})) {
            MessageId id = sent(rig, "jo@example.org");
            create(rig, EventType.BOUNCED);

            long delivery = rig.mailer.find(id).deliveries().get(0).id();
            Instant yesterday = rig.clock.instant().minus(Duration.ofDays(1));
            rig.mailer
                    .deliveryReports()
                    .report(new Report("remote", "1", EventType.BOUNCED, delivery, yesterday, null, Map.of()));

            Rig.until("it is told", () -> receiver.got.size() == 1);
        }
    }

    @Test
    void an_endpoint_is_told_the_past_once_and_again_with_the_same_ids(@TempDir Path folder) {
        try (Rig rig = new Rig("sqlite:" + folder.resolve("ledger.db"), b -> {})) {
            sent(rig, "jo@example.org");
            sent(rig, "al@example.org");
            rig.mailer.send(Email.builder()
                    .tenant("other")
                    .from("x@example.com")
                    .to("theirs@example.org")
                    .subject("x")
                    .text("y")
                    .build());
            String id = create(rig, EventType.SENT);
            sent(rig, "new@example.org");
            Rig.until(
                    "the new one is told", () -> list(rig, id, Status.DELIVERED).size() == 1);

            assertThat(rig.replay("other", id, ALL)).isZero();
            assertThat(rig.replay(Rig.TENANT, id, ALL))
                    .as("two of the past, and the new one again")
                    .isEqualTo(3);

            Rig.until("all are told", () -> list(rig, id, Status.DELIVERED).size() == 3);
            assertThat(receiver.got).hasSize(4).noneMatch(g -> g.text().contains("theirs@"));
            assertThat(receiver.got.stream().map(Receiver.Got::id).distinct()).hasSize(3);
            assertThat(rig.replay(Rig.TENANT, id, ALL)).isEqualTo(3);
            Rig.until("all are told again", () -> receiver.got.size() == 7);
            assertThat(receiver.got.stream().map(Receiver.Got::id).distinct()).hasSize(3);
        }
    }

    @Test
    void what_happened_while_it_was_disabled_is_told_by_its_time_or_by_its_number() throws Exception {
        try (Receiver witness = new Receiver();
                Rig rig = new Rig(b -> {})) {
            rig.create(witness.url());
            String id = create(rig, EventType.SENT);
            rig.webhooks().enable(Rig.TENANT, id, false);
            sent(rig, "first@example.org");
            rig.move(Duration.ofDays(1));
            Instant since = rig.clock.instant();
            MessageId second = sent(rig, "second@example.org");
            rig.move(Duration.ofDays(1));
            Instant until = rig.clock.instant();
            MessageId third = sent(rig, "third@example.org");
            Rig.until("the feed is behind these", () -> witness.got.size() == 6);
            rig.webhooks().enable(Rig.TENANT, id, true);
            sent(rig, "last@example.org");
            Rig.until("it is told again", () -> receiver.got.size() == 1);

            assertThat(rig.replay(Rig.TENANT, id, new Selection(null, Status.DEAD, since, until)))
                    .as("of a status, of which there is none")
                    .isZero();
            assertThat(rig.replay(Rig.TENANT, id, new Selection(null, null, since, until)))
                    .isEqualTo(1);
            assertThat(rig.replay(Rig.TENANT, id, new Selection(event(rig, third, EventType.SENT), null, null, null)))
                    .isEqualTo(1);
            assertThat(rig.replay(Rig.TENANT, id, new Selection(event(rig, third, EventType.QUEUED), null, null, null)))
                    .as("which it did not ask for")
                    .isZero();

            Rig.until("both are told", () -> receiver.got.size() == 3);
            assertThat(receiver.got)
                    .anyMatch(g -> g.text().contains(second.toString()))
                    .anyMatch(g -> g.text().contains(third.toString()));
        }
    }

    @Test
    void of_a_long_feed_only_what_lies_about_the_time_is_read() {
        AtomicInteger read = new AtomicInteger();
        Instant since = BEGIN.plus(Duration.ofHours(2_500));
        try (OutboxStore store = Stores.memory()) {
            Replay replay = replay(store, feed(read, new AtomicInteger(LENGTH)));

            // two hours, in which there are two that were reported in time; and behind them none that was not
            Selection what = new Selection(null, null, since, since.plus(Duration.ofHours(2)));
            assertThat(replay.part(shop(), what, null, since)).isEqualTo(new WebhookLog.Replayed(120 - 2, null));
        }
        assertThat(read.get()).isLessThan(20_000);
    }

    /** While it goes on, the feed grows faster than it is read. */
    @Test
    void a_long_time_is_told_in_parts_that_cost_alike_and_come_to_an_end() {
        AtomicInteger read = new AtomicInteger();
        AtomicInteger length = new AtomicInteger(LENGTH);
        Instant since = BEGIN.plus(Duration.ofHours(2_500));
        Selection what = new Selection(null, null, since, null);
        try (OutboxStore store = Stores.memory()) {
            Replay replay = replay(store, feed(read, length));
            Set<String> marks = new HashSet<>();
            int all = 0;
            String after = null;
            do {
                int before = read.get();
                WebhookLog.Replayed part = replay.part(shop(), what, after, since);
                assertThat(read.get() - before)
                        .as("with the search for the beginning")
                        .isLessThanOrEqualTo((Replay.STEPS + 20) * EarlierEvents.AT_ONCE);
                all += part.replayed();
                after = part.next();
                assertThat(marks.add(String.valueOf(after))).as("%s", after).isTrue();
                length.addAndGet(20_000);
            } while (after != null);

            // but those of the first day that had happened before it
            int asked = LENGTH - 2_500 * 60 + 1 - 24;
            assertThat(all).isBetween(asked, asked + EarlierEvents.AT_ONCE);
            assertThat(marks).hasSizeGreaterThan(4);
        }
    }

    @Test
    void what_is_no_mark_of_a_part_is_refused() {
        try (OutboxStore store = Stores.memory()) {
            Replay replay = replay(store, feed(new AtomicInteger(), new AtomicInteger(LENGTH)));
            for (String text : List.of("", "1", "log-1", "log-1-x", "feed-1-99999999999999999999", "other-1-1")) {
                assertThatThrownBy(() -> replay.part(shop(), ALL, text, BEGIN))
                        .as(text)
                        .isInstanceOf(InvalidWebhookException.class)
                        .hasMessage("after: must be the next of an earlier answer");
            }
        }
    }

    private static Known shop() {
        return new Known(
                new Endpoint("shop", Rig.TENANT, Secret.of("{}"), BEGIN, 0, State.fresh(true, BEGIN)),
                new EndpointConfig(WebhookOptions.to("https://example.com/").build(), List.of(), false));
    }

    private static Replay replay(OutboxStore store, EventStore feed) {
        return new Replay(store.webhooks(), new EarlierEvents(feed, store.webhooks()));
    }

    /** A minute between events, and now and then one that others report, a day after it happened. */
    private static EventStore feed(AtomicInteger read, AtomicInteger length) {
        return (EventStore) Proxy.newProxyInstance(
                EventStore.class.getClassLoader(), new Class<?>[] {EventStore.class}, (proxy, method, args) -> {
                    if (method.isDefault()) {
                        return InvocationHandler.invokeDefault(proxy, method, args);
                    }
                    int all = length.get();
                    if (method.getName().equals("lastPosition")) {
                        return (long) all;
                    }
                    assertThat(method.getName()).isEqualTo("read");
                    long after = (Long) args[0];
                    read.addAndGet((Integer) args[1]);
                    return LongStream.rangeClosed(after + 1, Math.min(all, after + (Integer) args[1]))
                            .mapToObj(n -> new Positioned(n, numbered(BEGIN, n)))
                            .toList();
                });
    }

    private static MailEvent numbered(Instant begin, long n) {
        Instant at = begin.plus(Duration.ofMinutes(n));
        return n % 60 == 7
                ? MailEvent.builder(EventType.BOUNCED, at.minus(Duration.ofDays(1)), Rig.TENANT)
                        .id(n)
                        .build()
                : MailEvent.builder(EventType.SENT, at, Rig.TENANT).id(n).build();
    }

    private static MessageId sent(Rig rig, String to) {
        MessageId id = rig.send(to);
        Rig.until("it is sent", () -> rig.mailer.find(id).lastEvent() == EventType.SENT);
        return id;
    }

    private static long event(Rig rig, MessageId id, EventType type) {
        return rig.mailer.trace(id).events().stream()
                .filter(e -> e.type() == type)
                .findFirst()
                .orElseThrow()
                .id();
    }

    private String create(Rig rig, EventType type) {
        return rig.webhooks()
                .create(
                        Rig.TENANT,
                        WebhookOptions.to(receiver.url()).types(type).build(),
                        null)
                .endpoint()
                .id();
    }

    private static List<Delivery> list(Rig rig, String id, Status status) {
        return rig.webhooks().log().deliveries(Rig.TENANT, new Query(id, status, null, null, 1_000));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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

            assertThat(rig.webhooks().replay("other", id, ALL)).isZero();
            assertThat(rig.webhooks().replay(Rig.TENANT, id, ALL))
                    .as("two of the past, and the new one again")
                    .isEqualTo(3);

            Rig.until("all are told", () -> list(rig, id, Status.DELIVERED).size() == 3);
            assertThat(receiver.got).hasSize(4).noneMatch(g -> g.text().contains("theirs@"));
            assertThat(receiver.got.stream().map(Receiver.Got::id).distinct()).hasSize(3);
            assertThat(rig.webhooks().replay(Rig.TENANT, id, ALL)).isEqualTo(3);
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

            assertThat(rig.webhooks().replay(Rig.TENANT, id, new Selection(null, Status.DEAD, since, until)))
                    .as("of a status, of which there is none")
                    .isZero();
            assertThat(rig.webhooks().replay(Rig.TENANT, id, new Selection(null, null, since, until)))
                    .isEqualTo(1);
            assertThat(rig.webhooks()
                            .replay(Rig.TENANT, id, new Selection(event(rig, third, EventType.SENT), null, null, null)))
                    .isEqualTo(1);
            assertThat(rig.webhooks()
                            .replay(
                                    Rig.TENANT,
                                    id,
                                    new Selection(event(rig, third, EventType.QUEUED), null, null, null)))
                    .as("which it did not ask for")
                    .isZero();

            Rig.until("both are told", () -> receiver.got.size() == 3);
            assertThat(receiver.got)
                    .anyMatch(g -> g.text().contains(second.toString()))
                    .anyMatch(g -> g.text().contains(third.toString()));
        }
    }

    /** A minute between events, and now and then one that others report, a day after it happened. */
    @Test
    void of_a_long_feed_only_what_lies_about_the_time_is_read() {
        Instant begin = Instant.parse("2026-01-01T00:00:00Z");
        int all = 200_000;
        AtomicInteger read = new AtomicInteger();
        EventStore feed = (EventStore) Proxy.newProxyInstance(
                EventStore.class.getClassLoader(), new Class<?>[] {EventStore.class}, (proxy, method, args) -> {
                    if (method.getName().equals("lastPosition")) {
                        return (long) all;
                    }
                    assertThat(method.getName()).isEqualTo("read");
                    long after = (Long) args[0];
                    read.addAndGet((Integer) args[1]);
                    return LongStream.rangeClosed(after + 1, Math.min(all, after + (Integer) args[1]))
                            .mapToObj(n -> new Positioned(n, numbered(begin, n)))
                            .toList();
                });
        Instant since = begin.plus(Duration.ofHours(2_500));
        try (OutboxStore store = Stores.memory()) {
            Known known = new Known(
                    new Endpoint("shop", Rig.TENANT, Secret.of("{}"), begin, 0, State.fresh(true, begin)),
                    new EndpointConfig(WebhookOptions.to("https://example.com/").build(), List.of(), false));
            EarlierEvents earlier = new EarlierEvents(feed, store.webhooks());

            // two hours, in which there are two that were reported in time; and behind them none that was not
            assertThat(earlier.enqueue(known, new Selection(null, null, since, since.plus(Duration.ofHours(2))), since))
                    .isEqualTo(120 - 2);
        }
        assertThat(read.get()).isLessThan(20_000);
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
        return rig.webhooks().deliveries(Rig.TENANT, new Query(id, status, null, null, 1_000));
    }
}

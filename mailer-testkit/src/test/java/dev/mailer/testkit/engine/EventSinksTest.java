// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.PluginException;
import dev.mailer.api.spi.EventSink;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.EventStore.Positioned;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.Stores;
import dev.mailer.testkit.PostgresqlStores;
import dev.mailer.testkit.Sabotage;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One sink, installed in several mailers on one PostgreSQL database. */
@Timeout(90)
class EventSinksTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** A machine that stands still for some seconds makes no node a dead one. */
    private static final Duration LEASE = Duration.ofSeconds(10);

    private final String url = PostgresqlStores.nextUrl();

    @Test
    void each_event_reaches_it_once_and_in_order_from_one_node_and_then_from_the_next() {
        Recorder first = new Recorder();

        List<MessageId> ids = new ArrayList<>();
        try (MailerEngine two = node("two", first)) {
            try (MailerEngine one = node("one", first)) {
                for (int i = 0; i < 40; i++) {
                    ids.add(send(i % 2 == 0 ? one : two, i));
                }
                Rig.until("all is told", () -> first.events.size() == 80);
            }
            for (int i = 40; i < 50; i++) {
                ids.add(send(two, i));
            }
            Rig.until("the rest is told", () -> first.events.size() >= 100);
        }

        List<MailEvent> told = first.events.stream().map(Positioned::event).toList();
        assertThat(told).hasSize(100).extracting(MailEvent::id).doesNotHaveDuplicates();
        assertThat(first.events).extracting(Positioned::position).isSorted();
        for (MessageId id : ids) {
            assertThat(told)
                    .filteredOn(e -> id.equals(e.messageId()))
                    .extracting(MailEvent::type)
                    .containsExactlyInAnyOrder(EventType.QUEUED, EventType.SENT);
        }
        assertThat(first.together.get()).as("calls at a time").isEqualTo(1);
    }

    @Test
    void a_node_that_is_cut_off_is_replaced_and_does_not_touch_the_cursor_again() throws Exception {
        AtomicBoolean hold = new AtomicBoolean();
        AtomicBoolean cut = new AtomicBoolean();
        Sabotage sabotage = new Sabotage("OutboxTransaction.heartbeat", call -> {
            if (cut.get()) {
                throw new IllegalStateException("cut off");
            }
            return call.proceed();
        });
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        Recorder slow = new Recorder();
        slow.before = () -> {
            if (hold.get()) {
                held.countDown();
                assertThat(letGo.await(60, TimeUnit.SECONDS)).isTrue();
            }
        };
        Recorder next = new Recorder();
        try (MailerEngine one = builder("one", slow)
                .store(sabotage.of(Stores.open(url, InstantSource.system())))
                .limits(l -> l.lease(Duration.ofSeconds(2)))
                .closeTimeout(Duration.ofSeconds(1))
                .build()) {
            send(one, 1);
            Rig.until("it feeds", () -> slow.events.size() == 2);
            hold.set(true);
            MessageId id = send(one, 2);
            assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
            cut.set(true);
            // not before: it would feed at once where a machine that stands still ends the lease of the first
            try (MailerEngine two = builder("two", next).store(url).build()) {

                Rig.until("the other feeds", () -> next.events.size() == 2);
                assertThat(next.events).extracting(p -> p.event().messageId()).containsOnly(id);
                letGo.countDown();
                Rig.until("the batch is through", () -> slow.events.size() > 2);
                int repeated = slow.events.size();
                send(two, 3);
                Rig.until("the other feeds still", () -> next.events.size() == 4);

                assertThat(slow.events).as("only the batch that was under way").hasSize(repeated);
                EventStore feed = two.events();
                Rig.until(
                        "the cursor is at the end",
                        () -> feed.cursor("recorder")
                                == next.events.get(next.events.size() - 1).position());
                assertThat(next.events).extracting(Positioned::position).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void a_batch_that_fails_comes_again_and_nothing_is_left_out() {
        AtomicInteger calls = new AtomicInteger();
        Recorder recorder = new Recorder();
        recorder.before = () -> {
            if (calls.incrementAndGet() == 1) {
                throw new IOException("on purpose");
            }
        };
        try (MailerEngine mailer = builder("one", recorder).store("memory").build()) {
            send(mailer, 1);

            Rig.until("both events are told", () -> recorder.events.size() >= 2);
        }
        assertThat(recorder.events).extracting(p -> p.event().type()).containsExactly(EventType.QUEUED, EventType.SENT);
        assertThat(calls.get()).isGreaterThan(1);
    }

    @Test
    void two_sinks_of_one_name_are_refused() {
        OutboxStore store = Stores.memory();
        MailerBuilder builder = Mailers.builder()
                .transport(new StubTransport())
                .store(store)
                .install(sink("a", new Recorder()))
                .install(sink("b", new Recorder()));

        assertThatThrownBy(builder::build)
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("the name recorder is taken already");
    }

    private static MessageId send(MailerEngine mailer, int i) {
        MessageId id = mailer.send(Rig.mail("r" + i + "@d" + i % 5 + ".example").build())
                .id();
        assertThat(mailer.await(id, PATIENCE).isSent()).isTrue();
        return id;
    }

    /** Both nodes bring to one recorder; which of them does is not said. */
    private MailerEngine node(String name, Recorder shared) {
        return builder(name, shared).store(url).build();
    }

    private static MailerBuilder builder(String name, Recorder recorder) {
        return Mailers.builder()
                .transport(new StubTransport())
                .nodeName(name)
                .install(sink("recorder", recorder))
                .limits(l -> l.lease(LEASE));
    }

    private static MailerPlugin sink(String plugin, Recorder recorder) {
        return MailerPlugin.of(plugin, c -> c.eventSink(recorder));
    }

    /** What comes before an event is written down. */
    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    /** Writes events down. */
    private static final class Recorder implements EventSink {
        final List<Positioned> events = new CopyOnWriteArrayList<>();
        /** Most calls under way at a time. */
        final AtomicInteger together = new AtomicInteger();

        private final AtomicInteger inside = new AtomicInteger();
        private volatile Step before = () -> {};

        @Override
        public String name() {
            return "recorder";
        }

        @Override
        public void accept(List<Positioned> batch) throws Exception {
            together.accumulateAndGet(inside.incrementAndGet(), Math::max);
            try {
                before.run();
                events.addAll(batch);
            } finally {
                inside.decrementAndGet();
            }
        }
    }
}

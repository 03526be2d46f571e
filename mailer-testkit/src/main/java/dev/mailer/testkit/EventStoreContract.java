// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.EventStore.Positioned;
import dev.mailer.api.spi.OutboxTransaction.Purge;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link EventStore} must do. Extend it and say how to make the store that it belongs to. */
public abstract class EventStoreContract extends StoreContract {
    protected EventStoreContract() {}

    @Test
    void every_event_gets_a_position_and_positions_grow() {
        long node = ledger().node();
        Claim claim = ledger().claimNew(node, NOON);
        ledger().settle(Settlements.ended(claim, node, DeliveryState.REJECTED, LATER));
        ledger().accept(SampleMessage.to("a@example.org", "b@example.org"));

        List<Positioned> feed = ledger().feed(0);

        assertThat(feed)
                .extracting(Positioned::position)
                .doesNotHaveDuplicates()
                .isSorted();
        assertThat(feed.get(0).position()).isPositive();
        assertThat(feed)
                .extracting(p -> p.event().type())
                .containsExactlyInAnyOrder(EventType.QUEUED, EventType.REJECTED, EventType.QUEUED, EventType.QUEUED);
    }

    @Test
    void the_feed_tells_the_same_as_the_message_s_own_events() {
        long node = ledger().node();
        Claim claim = ledger().claimNew(node, NOON);
        ledger().settle(Settlements.deferred(claim, node, LATER, TOMORROW));
        MessageId id = ledger().messageOf(claim);

        List<MailEvent> fed = ledger().feed(0).stream().map(Positioned::event).toList();

        assertThat(fed)
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactlyElementsOf(ledger().store().events(id));
    }

    @Test
    void what_one_process_queued_and_another_sent_is_fed_in_that_order() throws Exception {
        LedgerDriver other = another();

        MessageId one = ledger().accept(SampleMessage.to("ann@example.org"));
        send(other);
        MessageId two = other.accept(SampleMessage.to("bob@example.org"));
        send(ledger());

        for (MessageId id : List.of(one, two)) {
            assertThat(ledger().feed(0))
                    .filteredOn(p -> id.equals(p.event().messageId()))
                    .extracting(p -> p.event().type())
                    .containsExactly(EventType.QUEUED, EventType.SENT);
        }
    }

    private static void send(LedgerDriver process) {
        long node = process.node();
        process.settle(Settlements.sent(process.claimOne(node, NOON), node, LATER));
    }

    @Test
    void a_reader_goes_on_behind_its_last_position() {
        ledger().accept(SampleMessage.to("a@example.org"));
        long cursor = ledger().feed(0).get(0).position();
        assertThat(ledger().feed(cursor)).isEmpty();

        MessageId next = ledger().accept(SampleMessage.to("b@example.org"));

        assertThat(ledger().feed(cursor)).extracting(p -> p.event().messageId()).containsExactly(next);
        assertThat(ledger().feed(0)).hasSize(2);
    }

    @Test
    void batches_are_no_larger_than_asked_for() {
        ledger().accept(SampleMessage.to("a@example.org", "b@example.org", "c@example.org", "d@example.org"));

        int assigned = feed().assignPositions(3);
        assertThat(assigned).isBetween(0, 3);
        assertThat(feed().assignPositions(3)).isBetween(0, 3);
        List<Positioned> all = ledger().feed(0);
        List<Positioned> paged = new ArrayList<>();
        long cursor = 0;
        for (int pages = 0; pages < 2; pages++) {
            List<Positioned> page = feed().read(cursor, 3);
            assertThat(page).hasSizeBetween(1, 3);
            paged.addAll(page);
            cursor = page.get(page.size() - 1).position();
        }

        assertThat(paged)
                .extracting(Positioned::position)
                .containsExactlyElementsOf(
                        all.stream().map(Positioned::position).toList());
        assertThat(all).hasSize(4);
    }

    @Test
    void events_of_one_delivery_are_read_page_by_page() {
        MessageId id = ledger().accept(SampleMessage.to("jo@example.org", "li@example.org"));
        long hers = ledger().status(id).deliveries().get(0).id();
        long his = ledger().status(id).deliveries().get(1).id();
        for (int i = 0; i < 5; i++) {
            opened(hers, i);
            opened(his, i);
        }

        List<MailEvent> all = feed().ofDelivery(hers, 0, 100);
        assertThat(all).hasSize(6).extracting(MailEvent::deliveryId).containsOnly(hers);
        assertThat(all).extracting(MailEvent::id).isSorted();
        assertThat(all).extracting(MailEvent::type).startsWith(EventType.QUEUED, EventType.OPENED);
        List<MailEvent> paged = new ArrayList<>(feed().ofDelivery(hers, 0, 3));
        paged.addAll(feed().ofDelivery(hers, all.get(2).id(), 3));
        assertThat(ids(paged)).isEqualTo(ids(all));
        assertThat(feed().ofDelivery(hers, all.get(5).id(), 3)).isEmpty();
        assertThat(feed().ofDelivery(4_711_000, 0, 3)).isEmpty();
    }

    @Test
    void all_events_of_a_delivery_are_read_one_page_after_the_other() {
        MessageId id = ledger().accept(SampleMessage.to("jo@example.org"));
        long delivery = ledger().status(id).deliveries().get(0).id();
        for (int full : List.of(EventStore.PAGE, 2 * EventStore.PAGE, 2 * EventStore.PAGE + 1)) {
            int from = feed().ofDelivery(delivery, 0, 10_000).size();
            ledger().all(tx -> tx.report(IntStream.range(from, full)
                    .mapToObj(i -> opening(delivery, i))
                    .toList()));

            List<MailEvent> all = new ArrayList<>();
            feed().ofDelivery(delivery).forEach(all::add);

            assertThat(ids(all)).hasSize(full).isEqualTo(ids(feed().ofDelivery(delivery, 0, 10_000)));
        }
        assertThat(feed().ofDelivery(4_711_000)).isEmpty();
    }

    private void opened(long delivery, int n) {
        ledger().report(opening(delivery, n));
    }

    private static Report opening(long delivery, int n) {
        return new Report("ses", delivery + "/" + n, EventType.OPENED, delivery, LATER.minusSeconds(n), null, Map.of());
    }

    private static List<Long> ids(List<MailEvent> events) {
        return events.stream().map(MailEvent::id).toList();
    }

    @Test
    void a_position_once_given_does_not_change() {
        ledger().accept(SampleMessage.to("a@example.org"));
        Positioned first = ledger().feed(0).get(0);
        ledger().accept(SampleMessage.to("b@example.org"));

        Positioned again = ledger().feed(0).get(0);

        assertThat(again.position()).isEqualTo(first.position());
        assertThat(again.event().id()).isEqualTo(first.event().id());
    }

    @Test
    void a_consumer_can_begin_behind_a_position_once() {
        long node = ledger().node();
        ledger().accept(SampleMessage.to("a@example.org"));
        long last = ledger().store().eventFeed().lastPosition();

        assertThat(ledger().store().eventFeed().begin("new", last)).isTrue();
        assertThat(ledger().store().eventFeed().begin("new", 0)).isFalse();

        assertThat(ledger().store().eventFeed().takeCursor("new", node)).isEqualTo(last);
        assertThat(ledger().store().eventFeed().begin("new", 0)).isFalse();
        assertThat(ledger().store().eventFeed().cursor("new")).isEqualTo(last);
    }

    @Test
    void a_purge_leaves_no_position_to_be_given_again() {
        MessageId id = ledger().accept(SampleMessage.to("a@example.org"));
        long last = ledger().feed(0).get(0).position();
        ledger().cancel(id, NOON);
        last = Math.max(last, ledger().feed(last).get(0).position());
        assertThat(ledger().purge(Purge.MESSAGE, LATER, 10)).isEqualTo(1);
        assertThat(ledger().feed(0)).isEmpty();

        ledger().accept(SampleMessage.to("b@example.org"));

        assertThat(ledger().feed(last)).hasSize(1);
    }

    @Test
    void nothing_of_a_rolled_back_transaction_is_fed() {
        try {
            ledger().in(tx -> {
                tx.append(List.of(ledger().build(SampleMessage.to("gone@example.org"))));
                throw new IllegalStateException("on purpose");
            });
        } catch (IllegalStateException e) {
            // the transaction is gone, which is what this test is about
        }
        MessageId id = ledger().accept(SampleMessage.to("a@example.org"));

        assertThat(ledger().feed(0)).extracting(p -> p.event().messageId()).containsExactly(id);
    }

    @Test
    void each_consumer_has_a_cursor_of_its_own_that_begins_at_zero() {
        long node = ledger().node();
        assertThat(feed().cursor("metrics")).isZero();

        assertThat(feed().takeCursor("metrics", node)).isZero();
        assertThat(feed().takeCursor("webhooks", node)).isZero();
        assertThat(feed().moveCursor("metrics", node, 17)).isTrue();
        assertThat(feed().moveCursor("webhooks", node, 4)).isTrue();
        assertThat(feed().moveCursor("metrics", node, 18)).isTrue();

        assertThat(feed().cursor("metrics")).isEqualTo(18);
        assertThat(feed().cursor("webhooks")).isEqualTo(4);
        assertThat(feed().cursor("others")).isZero();
    }

    @Test
    void a_cursor_is_one_node_s_at_a_time() {
        long node = ledger().node();
        long other = ledger().node();
        assertThat(feed().takeCursor("metrics", node)).isZero();
        feed().moveCursor("metrics", node, 17);

        assertThat(feed().takeCursor("metrics", other)).isNull();
        feed().giveCursorBack("metrics", other);
        assertThat(feed().takeCursor("metrics", other))
                .as("given back by another")
                .isNull();
        assertThat(feed().takeCursor("metrics", node)).as("its own").isEqualTo(17);
        assertThat(feed().takeCursor("webhooks", other)).as("another cursor").isZero();
    }

    @Test
    void only_the_node_that_has_a_cursor_moves_it() {
        long node = ledger().node();
        long other = ledger().node();
        assertThat(feed().moveCursor("metrics", node, 17)).as("never taken").isFalse();
        feed().takeCursor("metrics", node);
        feed().moveCursor("metrics", node, 17);

        assertThat(feed().moveCursor("metrics", other, 3)).as("backwards").isFalse();
        assertThat(feed().moveCursor("metrics", other, 99)).as("forwards").isFalse();

        assertThat(feed().cursor("metrics")).isEqualTo(17);
    }

    @Test
    void a_cursor_that_was_given_back_goes_on_from_where_it_is() {
        long node = ledger().node();
        long other = ledger().node();
        feed().takeCursor("metrics", node);
        feed().moveCursor("metrics", node, 17);

        feed().giveCursorBack("metrics", node);

        assertThat(feed().moveCursor("metrics", node, 18)).isFalse();
        assertThat(feed().cursor("metrics")).isEqualTo(17);
        assertThat(feed().takeCursor("metrics", other)).isEqualTo(17);
        assertThat(feed().moveCursor("metrics", other, 19)).isTrue();
    }

    @Test
    void the_cursor_of_a_node_that_is_gone_is_taken_over_and_no_longer_its_own() {
        long gone = ledger().node();
        long other = ledger().node();
        feed().takeCursor("metrics", gone);
        feed().moveCursor("metrics", gone, 17);

        ledger().in(tx -> {
            tx.removeNode(gone);
            return true;
        });

        assertThat(feed().takeCursor("metrics", other)).isEqualTo(17);
        assertThat(feed().moveCursor("metrics", gone, 20)).isFalse();
        feed().giveCursorBack("metrics", gone);
        assertThat(feed().moveCursor("metrics", other, 18)).isTrue();
        assertThat(feed().cursor("metrics")).isEqualTo(18);
    }

    @Test
    void of_many_nodes_that_want_a_cursor_one_gets_it() throws Exception {
        List<Long> nodes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            nodes.add(ledger().node());
        }
        ExecutorService threads = Executors.newFixedThreadPool(nodes.size());
        try {
            for (String consumer : List.of("metrics", "webhooks", "broker")) {
                List<Callable<Boolean>> takers = nodes.stream()
                        .map(n -> (Callable<Boolean>) () -> feed().takeCursor(consumer, n) != null)
                        .toList();

                int taken = 0;
                for (Future<Boolean> each : threads.invokeAll(takers)) {
                    taken += each.get() ? 1 : 0;
                }

                assertThat(taken).as(consumer).isEqualTo(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void cursors_and_positions_are_still_there_after_a_restart() throws Exception {
        ledger().accept(SampleMessage.to("a@example.org"));
        long position = ledger().feed(0).get(0).position();
        long node = ledger().node();
        feed().takeCursor("metrics", node);
        feed().moveCursor("metrics", node, position);

        LedgerDriver again = restarted();

        assertThat(again.store().eventFeed().cursor("metrics")).isEqualTo(position);
        assertThat(again.store().eventFeed().takeCursor("metrics", again.node()))
                .as("the node is registered still")
                .isNull();
        again.accept(SampleMessage.to("b@example.org"));
        assertThat(again.feed(position)).hasSize(1);
    }

    @Test
    void a_purge_leaves_no_position_to_be_given_again_after_a_restart() throws Exception {
        MessageId id = ledger().accept(SampleMessage.to("a@example.org"));
        ledger().cancel(id, NOON);
        long last = ledger().store().eventFeed().lastPosition();
        assertThat(ledger().purge(Purge.MESSAGE, LATER, 10)).isEqualTo(1);

        LedgerDriver again = restarted();
        again.accept(SampleMessage.to("b@example.org"));

        assertThat(again.feed(last)).hasSize(1);
    }

    private EventStore feed() {
        return ledger().store().eventFeed();
    }
}

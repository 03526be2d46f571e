// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.EventStore.Positioned;
import dev.mailer.api.spi.OutboxTransaction.Purge;
import java.util.ArrayList;
import java.util.List;
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
    void a_position_once_given_does_not_change() {
        ledger().accept(SampleMessage.to("a@example.org"));
        Positioned first = ledger().feed(0).get(0);
        ledger().accept(SampleMessage.to("b@example.org"));

        Positioned again = ledger().feed(0).get(0);

        assertThat(again.position()).isEqualTo(first.position());
        assertThat(again.event().id()).isEqualTo(first.event().id());
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
        assertThat(feed().cursor("metrics")).isZero();

        feed().moveCursor("metrics", 17);
        feed().moveCursor("webhooks", 4);
        feed().moveCursor("metrics", 18);

        assertThat(feed().cursor("metrics")).isEqualTo(18);
        assertThat(feed().cursor("webhooks")).isEqualTo(4);
        assertThat(feed().cursor("others")).isZero();
    }

    @Test
    void cursors_and_positions_are_still_there_after_a_restart() throws Exception {
        ledger().accept(SampleMessage.to("a@example.org"));
        long position = ledger().feed(0).get(0).position();
        feed().moveCursor("metrics", position);

        LedgerDriver again = restarted();

        assertThat(again.store().eventFeed().cursor("metrics")).isEqualTo(position);
        again.accept(SampleMessage.to("b@example.org"));
        assertThat(again.feed(position)).hasSize(1);
    }

    private EventStore feed() {
        return ledger().store().eventFeed();
    }
}

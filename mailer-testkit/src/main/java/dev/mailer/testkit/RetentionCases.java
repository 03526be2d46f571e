// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static dev.mailer.api.spi.OutboxTransaction.Purge.CONTENT;
import static dev.mailer.api.spi.OutboxTransaction.Purge.IDEMPOTENCY_KEY;
import static dev.mailer.api.spi.OutboxTransaction.Purge.MESSAGE;
import static dev.mailer.api.spi.OutboxTransaction.Purge.PARKING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.OutboxTransaction.Purge;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.StoredMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is forgotten, and what is not yet. */
interface RetentionCases extends StoreCases {
    @Test
    default void content_goes_and_the_facts_stay() {
        MessageId id = sent(NOON);

        assertThat(purge(CONTENT, NOON)).isZero();
        assertThat(purge(CONTENT, NOON.plusMillis(1))).isEqualTo(1);
        assertThat(purge(CONTENT, TOMORROW)).isZero();

        StoredMessage loaded = Objects.requireNonNull(ledger().store().load(id));
        assertThat(loaded.content()).isNull();
        assertThat(loaded.id()).isEqualTo(id);
        assertThat(ledger().store().load(List.of(loaded.key()))).containsExactly(loaded);
        assertThat(ledger().state(id)).isEqualTo(DeliveryState.SENT);
        assertThat(ledger().store().events(id)).hasSize(2);
    }

    @Test
    default void a_parking_goes_when_it_has_been_over_for_long() {
        ledger().accept(SampleMessage.to("jo@example.org"));
        ParkedQueue over = new ParkedQueue(EXAMPLE_ORG, NOON, "no answer", 3);
        ledger().park(over, NOON);

        assertThat(purge(PARKING, NOON)).isZero();
        ledger().park(new ParkedQueue(EXAMPLE_ORG, TOMORROW, "no answer", 4), NOON);
        assertThat(purge(PARKING, NOON.plusMillis(1))).as("it still holds").isZero();
        ledger().park(over, TOMORROW);
        assertThat(purge(PARKING, NOON.plusMillis(1))).as("it has just changed").isZero();
        assertThat(ledger().store().parkedSince(Instant.EPOCH)).containsExactly(over);

        assertThat(purge(PARKING, TOMORROW.plusMillis(1))).isEqualTo(1);
        assertThat(purge(PARKING, LATER)).isZero();
        assertThat(ledger().store().parkedSince(Instant.EPOCH)).isEmpty();
    }

    @Test
    default void a_message_goes_with_its_deliveries_and_events() {
        MessageId id = sent(NOON);
        long delivery = ledger().delivery(id).id();
        long key = Objects.requireNonNull(ledger().store().load(id)).key();
        MessageId other = sent(TOMORROW);

        assertThat(purge(MESSAGE, NOON)).isZero();
        assertThat(purge(MESSAGE, NOON.plusMillis(1))).isEqualTo(1);

        assertThat(ledger().store().find(id)).isNull();
        assertThat(ledger().store().load(id)).isNull();
        assertThat(ledger().store().load(List.of(key))).isEmpty();
        assertThat(ledger().store().events(id)).isEmpty();
        assertThat(ledger().cancel(id, NOON)).isNull();
        assertThat(ledger().resolve(id, delivery, DeliveryState.QUEUED, NOON)).isFalse();
        assertThat(ledger().feed(0)).extracting(p -> p.event().messageId()).containsOnly(other);
        assertThat(ledger().state(other)).isEqualTo(DeliveryState.SENT);
    }

    @Test
    default void a_message_stays_until_every_consumer_has_read_its_events_but_not_for_ever() {
        long node = ledger().node();
        EventStore feed = ledger().store().eventFeed();
        feed.takeCursor("quick", node);
        feed.takeCursor("slow", node);
        sent(NOON);
        List<EventStore.Positioned> events = ledger().feed(0);
        long last = events.get(events.size() - 1).position();
        feed.moveCursor("quick", node, last);

        assertThat(purge(MESSAGE, LATER)).as("unread").isZero();
        feed.moveCursor("slow", node, events.get(0).position());
        assertThat(purge(MESSAGE, LATER)).as("read in part").isZero();
        feed.moveCursor("slow", node, last);
        assertThat(purge(MESSAGE, LATER)).as("read").isEqualTo(1);

        sent(NOON);
        assertThat(purge(MESSAGE, TOMORROW)).as("not numbered yet").isZero();
        assertThat(purge(MESSAGE, NOON.plus(Duration.ofDays(30)).plusMillis(1)))
                .as("a consumer that never comes")
                .isEqualTo(1);
    }

    @Test
    default void a_message_whose_content_is_gone_goes_too() {
        MessageId id = sent(NOON);
        purge(CONTENT, LATER);

        assertThat(purge(MESSAGE, LATER)).isEqualTo(1);
        assertThat(ledger().store().find(id)).isNull();
    }

    @Test
    default void nothing_goes_while_a_delivery_is_open_or_ambiguous() {
        long node = ledger().node();
        List<MessageId> open = new ArrayList<>();
        open.add(ledger().accept(SampleMessage.to("jo@example.org").sendAt(LATER)));
        Claim deferred = ledger().claimNew(node, NOON);
        Claim ambiguous = ledger().claimNew(node, NOON);
        Claim sending = ledger().claimNew(node, NOON);
        ledger().settle(
                        Settlements.deferred(deferred, node, NOON, TOMORROW),
                        Settlements.ended(ambiguous, node, DeliveryState.AMBIGUOUS, NOON));
        for (Claim claim : List.of(deferred, ambiguous, sending)) {
            open.add(ledger().messageOf(claim));
        }
        MessageId half = ledger().accept(SampleMessage.to("a@example.org", "b@example.org"));
        Claim first = ledger().claim(node, NOON, 1, EXAMPLE_ORG).get(0);
        ledger().settle(Settlements.sent(first, node, NOON));
        open.add(half);

        assertThat(purge(CONTENT, TOMORROW)).isZero();
        assertThat(purge(MESSAGE, TOMORROW)).isZero();

        for (MessageId id : open) {
            assertThat(Objects.requireNonNull(ledger().store().load(id)).content())
                    .isNotNull();
        }
    }

    @Test
    default void the_last_change_of_its_deliveries_counts() {
        long node = ledger().node();
        MessageId id = ledger().accept(SampleMessage.to("a@example.org", "b@example.org"));
        List<Claim> claims = ledger().claimAll(node, NOON);
        ledger().settle(Settlements.sent(claims.get(0), node, NOON), Settlements.sent(claims.get(1), node, TOMORROW));

        assertThat(purge(MESSAGE, TOMORROW)).isZero();
        assertThat(purge(MESSAGE, TOMORROW.plusMillis(1))).isEqualTo(1);
        assertThat(ledger().store().find(id)).isNull();
    }

    @Test
    default void a_message_that_was_never_sent_goes_too() {
        ledger().suppress(LANE, null, "jo@example.org", null);
        ledger().accept(SampleMessage.to("jo@example.org"));
        MessageId cancelled = ledger().accept(SampleMessage.to("al@example.org"));
        ledger().cancel(cancelled, NOON);

        assertThat(purge(MESSAGE, LATER)).isEqualTo(2);
    }

    @Test
    default void no_more_goes_than_the_limit_and_the_oldest_first() {
        MessageId oldest = sent(NOON);
        MessageId next = sent(NOON);

        assertThat(ledger().purge(CONTENT, LATER, 1)).isEqualTo(1);
        assertThat(Objects.requireNonNull(ledger().store().load(oldest)).content())
                .isNull();
        assertThat(ledger().purge(MESSAGE, LATER, 1)).isEqualTo(1);
        assertThat(ledger().store().find(oldest)).isNull();
        assertThat(ledger().store().find(next)).isNotNull();
    }

    @Test
    default void a_key_is_remembered_for_longer_where_its_mail_says_so() {
        MessageId first = ledger().accept(SampleMessage.to("jo@example.org").key("k", "content", TOMORROW));

        assertThat(purge(IDEMPOTENCY_KEY, TOMORROW)).isZero();
        assertThat(ledger().append(SampleMessage.to("jo@example.org").key("k", "content")))
                .extracting(AppendResult::id)
                .containsExactly(first);
        assertThat(purge(IDEMPOTENCY_KEY, TOMORROW.plusMillis(1))).isEqualTo(1);
    }

    @Test
    default void a_key_that_is_forgotten_can_be_used_again() {
        MessageId first = ledger().accept(SampleMessage.to("jo@example.org").key("k", "content"));
        ledger().accept(SampleMessage.to("jo@example.org")
                .lane(STRANGER)
                .acceptedAt(TOMORROW)
                .key("k", "content"));

        assertThat(purge(IDEMPOTENCY_KEY, NOON)).isZero();
        assertThat(purge(IDEMPOTENCY_KEY, NOON.plusMillis(1))).isEqualTo(1);

        AppendResult again = ledger().append(SampleMessage.to("jo@example.org").key("k", "another"))
                .get(0);
        assertThat(again.kind()).isEqualTo(AppendResult.Kind.ACCEPTED);
        assertThat(again.id()).isNotEqualTo(first);
        AppendResult stranger = ledger().append(
                        SampleMessage.to("jo@example.org").lane(STRANGER).key("k", "content"))
                .get(0);
        assertThat(stranger.kind()).isEqualTo(AppendResult.Kind.DUPLICATE);
    }

    private int purge(Purge what, Instant before) {
        return ledger().purge(what, before, 100);
    }

    private MessageId sent(Instant at) {
        long node = ledger().node();
        Claim claim = ledger().claimNew(node, NOON);
        ledger().settle(Settlements.sent(claim, node, at));
        return ledger().messageOf(claim);
    }
}

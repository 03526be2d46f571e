// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.QueueKey;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What time does: due, expired, and the pool of those that are tried alone. */
interface TimeCases extends StoreCases {
    @Test
    default void what_is_due_becomes_ready_and_its_queues_are_told() {
        MessageId early = ledger().accept(SampleMessage.to("a@example.org", "b@example.org", "a@example.net")
                .sendAt(LATER));
        MessageId late = ledger().accept(SampleMessage.to("a@example.com").sendAt(TOMORROW));

        assertThat(ledger().promote(LATER.minusMillis(1))).isEmpty();
        assertThat(ledger().promote(LATER)).containsExactlyInAnyOrder(EXAMPLE_ORG, EXAMPLE_NET);
        assertThat(ledger().promote(LATER)).isEmpty();

        assertThat(ledger().deliveries(early)).extracting(DeliveryStatus::state).containsOnly(DeliveryState.QUEUED);
        assertThat(ledger().deliveries(early))
                .extracting(DeliveryStatus::nextAttemptAt)
                .containsOnlyNulls();
        assertThat(ledger().state(late)).isEqualTo(DeliveryState.SCHEDULED);
        assertThat(ledger().readyQueues()).containsExactly(EXAMPLE_NET, EXAMPLE_ORG);
        assertThat(ledger().eventTypes(late)).containsExactly(EventType.QUEUED);
    }

    @Test
    default void promotion_takes_the_longest_due_first_and_no_more_than_its_limit() {
        MessageId second = ledger().accept(SampleMessage.to("jo@example.org").sendAt(LATER.plusSeconds(1)));
        MessageId first = ledger().accept(SampleMessage.to("jo@example.net").sendAt(LATER));

        assertThat(ledger().all(tx -> tx.promote(TOMORROW, 1))).containsExactly(EXAMPLE_NET);

        assertThat(ledger().state(first)).isEqualTo(DeliveryState.QUEUED);
        assertThat(ledger().state(second)).isEqualTo(DeliveryState.SCHEDULED);
    }

    @Test
    default void the_next_due_instant_is_the_earliest_of_those_that_wait() {
        long node = ledger().node();
        assertThat(ledger().store().nextDue()).isNull();

        ledger().accept(SampleMessage.to("jo@example.net").sendAt(TOMORROW));
        assertThat(ledger().store().nextDue()).isEqualTo(TOMORROW);
        Claim claim = ledger().claimNew(node, NOON);
        assertThat(ledger().store().nextDue()).isEqualTo(TOMORROW);
        ledger().settle(Settlements.deferred(claim, node, NOON, LATER));
        assertThat(ledger().store().nextDue()).isEqualTo(LATER);
        ledger().promote(LATER);
        assertThat(ledger().store().nextDue()).isEqualTo(TOMORROW);
    }

    @Test
    default void whatever_waits_expires_with_a_reason() {
        long node = ledger().node();
        Instant end = NOON.plusSeconds(10);
        MessageId deferred =
                ledger().accept(SampleMessage.to("deferred@example.org").expiresAt(end));
        ledger().settle(Settlements.deferred(ledger().claimOne(node, NOON), node, NOON, TOMORROW));
        MessageId alone = ledger().accept(SampleMessage.to("alone@example.org").expiresAt(end));
        ledger().settle(Settlements.alone(ledger().claimOne(node, NOON), node, NOON, TOMORROW));
        MessageId queued =
                ledger().accept(SampleMessage.to("queued@example.org").expiresAt(end));
        MessageId scheduled = ledger().accept(
                        SampleMessage.to("scheduled@example.org").sendAt(LATER).expiresAt(end));

        assertThat(ledger().expire(end.minusMillis(1), 100)).isZero();
        assertThat(ledger().expire(end, 100)).isEqualTo(4);
        assertThat(ledger().expire(end, 100)).isZero();

        for (MessageId id : List.of(deferred, alone, queued, scheduled)) {
            assertThat(ledger().state(id)).isEqualTo(DeliveryState.EXPIRED);
            assertThat(ledger().delivery(id).failure())
                    .extracting(Failure::reason)
                    .isEqualTo("expired");
            assertThat(ledger().delivery(id).changedAt()).isEqualTo(end);
            assertThat(ledger().delivery(id).nextAttemptAt()).isNull();
            assertThat(ledger().lastEvent(id).type()).isEqualTo(EventType.EXPIRED);
            assertThat(ledger().lastEvent(id).at()).isEqualTo(end);
            assertThat(ledger().lastEvent(id).failure())
                    .extracting(Failure::reason)
                    .isEqualTo("expired");
        }
        assertThat(ledger().readyQueues()).isEmpty();
        assertThat(ledger().store().nextDue()).isNull();
        assertThat(ledger().claimAlone(node, TOMORROW)).isNull();
    }

    @Test
    default void what_is_being_sent_or_final_or_without_end_does_not_expire() {
        long node = ledger().node();
        ledger().accept(SampleMessage.to("a@example.org").expiresAt(LATER));
        Claim sent = ledger().claimOne(node, NOON);
        ledger().settle(Settlements.sent(sent, node, NOON));
        ledger().accept(SampleMessage.to("b@example.org").expiresAt(LATER));
        Claim sending = ledger().claimOne(node, NOON);
        ledger().accept(SampleMessage.to("c@example.org"));

        assertThat(ledger().expire(TOMORROW, 100)).isZero();

        assertThat(ledger().state(sending)).isEqualTo(DeliveryState.SENDING);
        ledger().settle(Settlements.givenBack(sending, node, NOON));
        assertThat(ledger().expire(TOMORROW, 100)).isEqualTo(1);
    }

    @Test
    default void expiry_takes_no_more_than_its_limit() {
        ledger().accept(SampleMessage.to("a@example.org", "b@example.org", "c@example.org")
                .expiresAt(LATER));

        assertThat(ledger().expire(LATER, 2)).isEqualTo(2);
        assertThat(ledger().expire(LATER, 2)).isEqualTo(1);
    }

    @Test
    default void a_suspect_is_claimed_only_alone_when_it_is_due_and_journalled_at_once() {
        long node = ledger().node();
        Claim suspect = ledger().claimNew(node, NOON);
        Claim other = ledger().claimNew(node, NOON);
        assertThat(ledger().store().hasAlone(TOMORROW)).isFalse();

        ledger().settle(
                        Settlements.alone(suspect, node, NOON, LATER),
                        Settlements.alone(other, node, NOON, LATER.plusSeconds(1)));

        assertThat(ledger().state(suspect)).isEqualTo(DeliveryState.QUEUED);
        assertThat(ledger().readyQueues()).isEmpty();
        assertThat(ledger().store().readyLanes()).isEmpty();
        assertThat(ledger().claim(node, TOMORROW, 10, EXAMPLE_ORG)).isEmpty();
        ledger().promote(TOMORROW);
        assertThat(ledger().readyQueues()).isEmpty();
        assertThat(ledger().store().hasAlone(LATER.minusMillis(1))).isFalse();
        assertThat(ledger().claimAlone(node, LATER.minusMillis(1))).isNull();

        assertThat(ledger().store().hasAlone(LATER)).isTrue();
        Claim alone = Objects.requireNonNull(ledger().claimAlone(node, LATER));
        assertThat(alone.deliveryId()).isEqualTo(suspect.deliveryId());
        assertThat(alone.attempt()).isEqualTo(2);
        assertThat(alone.crashes()).isEqualTo(1);
        assertThat(ledger().store().hasAlone(LATER)).isFalse();
        assertThat(ledger().claimAlone(node, LATER)).isNull();
        assertThat(ledger().heldBy(node, 10))
                .singleElement()
                .satisfies(c -> assertThat(c.journalled()).isTrue());
        assertThat(ledger().settle(Settlements.sent(alone, node, LATER))).containsExactly(alone.deliveryId());
        assertThat(ledger().claimAlone(node, TOMORROW)).isNotNull();
    }

    @Test
    default void a_suspect_that_is_given_back_goes_among_the_others_again() {
        long node = ledger().node();
        ledger().settle(Settlements.alone(ledger().claimNew(node, NOON), node, NOON, NOON));
        Claim alone = Objects.requireNonNull(ledger().claimAlone(node, NOON));

        ledger().settle(Settlements.givenBack(alone, node, NOON));

        assertThat(ledger().readyQueues()).containsExactly(new QueueKey(LANE, "example.org"));
        assertThat(ledger().claimAlone(node, NOON)).isNull();
        assertThat(ledger().claimOne(node, NOON).journalled()).isFalse();
    }
}

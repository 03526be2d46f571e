// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mailer.api.CancelResult;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.ParkedQueue;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What people decide: take back, send now, give up, stop a queue. */
interface DecisionCases extends StoreCases {
    @Test
    default void cancelling_takes_back_what_waits_and_counts_what_it_came_too_late_for() {
        long node = ledger().node();
        ledger().suppress(LANE, null, "suppressed@example.org", null);
        MessageId id = ledger().accept(SampleMessage.to(
                "suppressed@example.org",
                "sending@example.org",
                "deferred@example.org",
                "alone@example.org",
                "queued@example.net"));
        List<Claim> claims = ledger().claim(node, NOON, 3, EXAMPLE_ORG);
        ledger().settle(
                        Settlements.deferred(claims.get(1), node, NOON, TOMORROW),
                        Settlements.alone(claims.get(2), node, NOON, NOON));

        CancelResult result = ledger().cancel(id, LATER);

        assertThat(result).isEqualTo(new CancelResult(id, 3, 2));
        assertThat(ledger().deliveries(id))
                .extracting(DeliveryStatus::state)
                .containsExactly(
                        DeliveryState.SUPPRESSED,
                        DeliveryState.SENDING,
                        DeliveryState.CANCELLED,
                        DeliveryState.CANCELLED,
                        DeliveryState.CANCELLED);
        assertThat(ledger().deliveries(id).get(4).failure())
                .extracting(Failure::reason)
                .isEqualTo("cancelled");
        assertThat(ledger().deliveries(id).get(4).changedAt()).isEqualTo(LATER);
        assertThat(ledger().store().events(id))
                .filteredOn(e -> e.type() == EventType.CANCELLED)
                .extracting(MailEvent::at)
                .containsExactly(LATER, LATER, LATER);
        assertThat(ledger().readyQueues()).isEmpty();
        assertThat(ledger().promote(TOMORROW)).isEmpty();
        assertThat(ledger().claimAlone(node, TOMORROW)).isNull();
        assertThat(ledger().cancel(id, LATER)).isEqualTo(new CancelResult(id, 0, 5));
    }

    @Test
    default void a_scheduled_message_can_be_taken_back() {
        MessageId id = ledger().accept(SampleMessage.to("jo@example.org").sendAt(TOMORROW));

        assertThat(ledger().cancel(id, NOON)).isEqualTo(new CancelResult(id, 1, 0));
        assertThat(ledger().store().nextDue()).isNull();
    }

    @Test
    default void an_unknown_message_is_not_there_to_be_taken_back_or_resolved() {
        MessageId unknown = new MessageId(new UUID(0x0123_4567_89ab_7000L, 0x8000_0000_0000_0000L));
        MessageId known = ledger().accept(SampleMessage.to("jo@example.org").sendAt(TOMORROW));
        long delivery = ledger().delivery(known).id();

        assertThat(ledger().cancel(unknown, NOON)).isNull();
        assertThat(resolve(unknown, delivery, DeliveryState.QUEUED)).isFalse();
        assertThat(resolve(known, delivery + 1_000_000, DeliveryState.QUEUED)).isFalse();
        assertThat(ledger().state(known)).isEqualTo(DeliveryState.SCHEDULED);
    }

    @Test
    default void what_is_held_deferred_or_ended_by_us_can_be_sent_now() {
        long node = ledger().node();
        for (DeliveryState from :
                List.of(DeliveryState.AMBIGUOUS, DeliveryState.DEFERRED, DeliveryState.FAILED, DeliveryState.EXPIRED)) {
            Claim claim = endedAs(node, from);
            MessageId id = ledger().messageOf(claim);

            assertThat(resolve(id, claim.deliveryId(), DeliveryState.QUEUED))
                    .as("from %s", from)
                    .isTrue();

            assertThat(ledger().state(id)).as("from %s", from).isEqualTo(DeliveryState.QUEUED);
            assertThat(ledger().delivery(id).nextAttemptAt())
                    .as("from %s", from)
                    .isNull();
            assertThat(ledger().lastEvent(id).type()).as("from %s", from).isEqualTo(EventType.QUEUED);
            assertThat(ledger().claimOne(node, LATER).attempt())
                    .as("from %s", from)
                    .isEqualTo(2);
        }
        assertThat(ledger().store().nextDue()).isNull();
    }

    @Test
    default void what_is_scheduled_or_suspected_can_be_sent_now() {
        long node = ledger().node();
        MessageId scheduled = ledger().accept(SampleMessage.to("jo@example.org").sendAt(TOMORROW));
        Claim suspect = ledger().claimNew(node, NOON);
        ledger().settle(Settlements.alone(suspect, node, NOON, TOMORROW));

        assertThat(resolve(scheduled, ledger().delivery(scheduled).id(), DeliveryState.QUEUED))
                .isTrue();
        assertThat(resolve(ledger().messageOf(suspect), suspect.deliveryId(), DeliveryState.QUEUED))
                .isTrue();

        List<Claim> claims = ledger().claimAll(node, LATER);
        assertThat(claims).hasSize(2);
        assertThat(claims).extracting(Claim::crashes).containsOnly(0);
    }

    @Test
    default void what_is_held_or_deferred_can_be_given_up() {
        long node = ledger().node();
        for (DeliveryState from : List.of(DeliveryState.AMBIGUOUS, DeliveryState.DEFERRED)) {
            Claim claim = endedAs(node, from);
            MessageId id = ledger().messageOf(claim);

            assertThat(resolve(id, claim.deliveryId(), DeliveryState.FAILED)).isTrue();

            assertThat(ledger().state(id)).isEqualTo(DeliveryState.FAILED);
            assertThat(ledger().delivery(id).failure())
                    .extracting(Failure::reason)
                    .isEqualTo("given-up");
            assertThat(ledger().delivery(id).changedAt()).isEqualTo(LATER);
            assertThat(ledger().lastEvent(id).type()).isEqualTo(EventType.FAILED);
            assertThat(ledger().lastEvent(id).failure())
                    .extracting(Failure::reason)
                    .isEqualTo("given-up");
        }
        assertThat(ledger().store().nextDue()).isNull();
    }

    @Test
    default void other_states_allow_no_decision() {
        long node = ledger().node();
        Claim sent = ledger().claimNew(node, NOON);
        ledger().settle(Settlements.sent(sent, node, NOON));
        Claim rejected = endedAs(node, DeliveryState.REJECTED);
        Claim failed = endedAs(node, DeliveryState.FAILED);
        Claim sending = ledger().claimNew(node, NOON);
        MessageId queued = ledger().accept(SampleMessage.to("jo@example.org"));

        for (Claim claim : List.of(sent, rejected, sending)) {
            assertThat(resolve(ledger().messageOf(claim), claim.deliveryId(), DeliveryState.QUEUED))
                    .isFalse();
        }
        for (Claim claim : List.of(sent, rejected, failed, sending)) {
            assertThat(resolve(ledger().messageOf(claim), claim.deliveryId(), DeliveryState.FAILED))
                    .isFalse();
        }
        assertThat(resolve(queued, ledger().delivery(queued).id(), DeliveryState.QUEUED))
                .isFalse();
        assertThat(resolve(queued, ledger().delivery(queued).id(), DeliveryState.FAILED))
                .isFalse();
        assertThat(ledger().state(sending)).isEqualTo(DeliveryState.SENDING);
        assertThat(ledger().eventTypes(queued)).containsExactly(EventType.QUEUED);
    }

    @Test
    default void a_decision_is_to_send_or_to_give_up_and_nothing_else() {
        MessageId id = ledger().accept(SampleMessage.to("jo@example.org").sendAt(LATER));
        long delivery = ledger().delivery(id).id();

        assertThatIllegalArgumentException().isThrownBy(() -> resolve(id, delivery, DeliveryState.SENT));
    }

    @Test
    default void parkings_are_seen_from_the_instant_they_changed() {
        ParkedQueue first = new ParkedQueue(EXAMPLE_ORG, LATER, "421 too busy, \"later\"", 1);
        ParkedQueue second = new ParkedQueue(EXAMPLE_NET, Instant.MAX, "stopped by an operator", 3);
        assertThat(ledger().store().parkedSince(Instant.EPOCH)).isEmpty();

        ledger().park(first, NOON);
        ledger().park(second, LATER);

        assertThat(ledger().store().parkedSince(Instant.EPOCH)).containsExactlyInAnyOrder(first, second);
        assertThat(ledger().store().parkedSince(NOON)).containsExactlyInAnyOrder(first, second);
        assertThat(ledger().store().parkedSince(NOON.plusMillis(1))).containsExactly(second);
        assertThat(ledger().store().parkedSince(LATER)).containsExactly(second);
        assertThat(ledger().store().parkedSince(TOMORROW)).isEmpty();
    }

    @Test
    default void a_parking_replaces_the_one_before_and_lifting_it_is_seen_too() {
        ledger().park(new ParkedQueue(EXAMPLE_ORG, LATER, "busy", 1), NOON);
        ParkedQueue lifted = new ParkedQueue(EXAMPLE_ORG, LATER, "", 0);

        ledger().park(lifted, LATER);

        assertThat(ledger().store().parkedSince(LATER)).containsExactly(lifted);
        assertThat(ledger().store().parkedSince(Instant.EPOCH)).containsExactly(lifted);
    }

    private boolean resolve(MessageId id, long delivery, DeliveryState to) {
        return ledger().resolve(id, delivery, to, LATER);
    }

    /** A delivery whose first attempt ended in this state. */
    private Claim endedAs(long node, DeliveryState state) {
        Claim claim = ledger().claimNew(node, NOON);
        ledger().settle(
                        state == DeliveryState.DEFERRED
                                ? Settlements.deferred(claim, node, NOON, TOMORROW)
                                : Settlements.ended(claim, node, state, NOON));
        return claim;
    }
}

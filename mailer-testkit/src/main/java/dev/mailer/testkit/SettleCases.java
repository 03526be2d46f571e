// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Settlement;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How attempts end, on time and late. */
interface SettleCases extends StoreCases {
    @Test
    default void an_acceptance_ends_the_delivery_and_tells_what_the_server_said() {
        long node = ledger().node();
        Claim claim = ledger().claimNew(node, NOON);

        List<Long> changed = ledger().settle(Settlements.sent(claim, node, LATER));

        assertThat(changed).containsExactly(claim.deliveryId());
        DeliveryStatus status = ledger().statusOf(claim);
        assertThat(status.state()).isEqualTo(DeliveryState.SENT);
        assertThat(status.changedAt()).isEqualTo(LATER);
        assertThat(status.transport()).isEqualTo(Settlements.TRANSPORT);
        assertThat(status.reply()).isEqualTo(Settlements.REPLY);
        assertThat(status.failure()).isNull();
        MailEvent event = ledger().lastEvent(ledger().messageOf(claim));
        assertThat(event.type()).isEqualTo(EventType.SENT);
        assertThat(event.at()).isEqualTo(LATER);
        assertThat(event.attempt()).isEqualTo(1);
        assertThat(event.transport()).isEqualTo(Settlements.TRANSPORT);
        assertThat(event.deliveryId()).isEqualTo(claim.deliveryId());
        assertThat(event.recipient()).isEqualTo("jo@example.org");
        assertThat(event.failure()).isNull();
        assertThat(event.detail()).containsEntry("reply", Settlements.REPLY).containsAllEntriesOf(Settlements.FACTS);
        assertThat(event.detail()).hasSize(1 + Settlements.FACTS.size());
        assertThat(ledger().heldBy(node, 10)).isEmpty();
    }

    @Test
    default void a_rejection_keeps_every_fact_of_its_reason() {
        long node = ledger().node();
        Claim claim = ledger().claimNew(node, NOON);

        ledger().settle(Settlements.ended(claim, node, DeliveryState.REJECTED, LATER));

        assertThat(ledger().statusOf(claim).state()).isEqualTo(DeliveryState.REJECTED);
        assertThat(ledger().statusOf(claim).failure()).isEqualTo(Settlements.FAILURE);
        assertThat(ledger().lastEvent(ledger().messageOf(claim)).failure()).isEqualTo(Settlements.FAILURE);
    }

    @Test
    default void a_deferred_delivery_waits_until_it_is_due() {
        long node = ledger().node();
        Claim claim = ledger().claimNew(node, NOON);

        List<Long> changed = ledger().settle(Settlements.deferred(claim, node, NOON, LATER));

        assertThat(changed).containsExactly(claim.deliveryId());
        assertThat(ledger().state(claim)).isEqualTo(DeliveryState.DEFERRED);
        assertThat(ledger().statusOf(claim).nextAttemptAt()).isEqualTo(LATER);
        assertThat(ledger().statusOf(claim).failure()).isEqualTo(Settlements.FAILURE);
        assertThat(ledger().claimAll(node, LATER)).isEmpty();
        assertThat(ledger().promote(LATER.minusMillis(1))).isEmpty();
        assertThat(ledger().promote(LATER)).containsExactly(EXAMPLE_ORG);
        assertThat(ledger().claimOne(node, LATER).retries()).isEqualTo(1);
    }

    @Test
    default void an_acceptance_after_a_deferral_leaves_no_failure_behind() {
        long node = ledger().node();
        Claim first = ledger().claimNew(node, NOON);
        ledger().settle(Settlements.deferred(first, node, NOON, NOON));
        ledger().promote(NOON);
        Claim second = ledger().claimOne(node, NOON);

        ledger().settle(Settlements.sent(second, node, LATER));

        assertThat(ledger().statusOf(second).failure()).isNull();
        assertThat(ledger().statusOf(second).nextAttemptAt()).isNull();
        assertThat(ledger().eventTypes(ledger().messageOf(second)).get(2)).isEqualTo(EventType.SENT);
    }

    @Test
    default void a_claim_that_is_given_back_is_ready_at_once_and_leaves_no_event() {
        long node = ledger().node();
        Claim claim = ledger().claimNew(node, NOON);

        List<Long> changed = ledger().settle(Settlements.givenBack(claim, node, NOON));

        assertThat(changed).containsExactly(claim.deliveryId());
        assertThat(ledger().state(claim)).isEqualTo(DeliveryState.QUEUED);
        assertThat(ledger().eventTypes(ledger().messageOf(claim))).containsExactly(EventType.QUEUED);
        assertThat(ledger().readyQueues()).containsExactly(EXAMPLE_ORG);
    }

    @Test
    default void crashes_and_retries_are_kept_for_the_next_attempt() {
        long node = ledger().node();
        Claim claim = ledger().claimNew(node, NOON);
        ledger().settle(Settlements.deferred(claim, node, NOON, NOON));
        ledger().promote(NOON);

        ledger().settle(Settlements.crashed(ledger().claimOne(node, NOON), node, NOON));
        Claim next = ledger().claimOne(node, NOON);

        assertThat(next.retries()).isEqualTo(1);
        assertThat(next.crashes()).isEqualTo(1);
        assertThat(ledger().heldBy(node, 1)).containsExactly(next);
    }

    @Test
    default void a_stale_deferral_or_rejection_adds_its_event_and_changes_nothing() {
        long node = ledger().node();
        Claim stale = ledger().claimNew(node, NOON);
        ledger().settle(Settlements.givenBack(stale, node, NOON));
        Claim current = ledger().claimOne(node, NOON);

        List<Long> changed = ledger().settle(
                        Settlements.deferred(stale, node, LATER, TOMORROW),
                        Settlements.ended(stale, node, DeliveryState.REJECTED, LATER.plusSeconds(1)),
                        Settlements.givenBack(stale, node, LATER));

        assertThat(changed).isEmpty();
        assertThat(ledger().state(current)).isEqualTo(DeliveryState.SENDING);
        assertThat(ledger().heldBy(node, 10)).containsExactly(current);
        assertThat(ledger().eventTypes(ledger().messageOf(current)))
                .containsExactly(EventType.QUEUED, EventType.DEFERRED, EventType.REJECTED);
        assertThat(ledger().lastEvent(ledger().messageOf(current)).attempt()).isEqualTo(1);
    }

    @Test
    default void only_the_holder_settles() {
        long holder = ledger().node();
        long other = ledger().node();
        Claim claim = ledger().claimNew(holder, NOON);

        assertThat(ledger().settle(Settlements.ended(claim, other, DeliveryState.FAILED, NOON)))
                .isEmpty();
        assertThat(ledger().state(claim)).isEqualTo(DeliveryState.SENDING);
        assertThat(ledger().settle(Settlements.ended(claim, holder, DeliveryState.FAILED, NOON)))
                .containsExactly(claim.deliveryId());
    }

    @Test
    default void of_two_nodes_that_take_over_from_a_dead_one_only_the_first_leaves_an_event() {
        long dead = ledger().node();
        Claim claim = ledger().claimNew(dead, NOON);

        List<Long> first = ledger().settle(Settlements.givenUp(claim, dead, LATER));
        List<Long> second = ledger().settle(Settlements.givenUp(claim, dead, LATER));

        assertThat(first).containsExactly(claim.deliveryId());
        assertThat(second).isEmpty();
        assertThat(ledger().eventTypes(ledger().messageOf(claim))).containsExactly(EventType.QUEUED, EventType.FAILED);
    }

    @Test
    default void a_second_settlement_of_the_same_attempt_changes_nothing() {
        long node = ledger().node();
        Claim claim = ledger().claimNew(node, NOON);
        ledger().settle(Settlements.sent(claim, node, NOON));

        assertThat(ledger().settle(Settlements.deferred(claim, node, LATER, TOMORROW)))
                .isEmpty();
        assertThat(ledger().settle(Settlements.sent(claim, node, LATER))).isEmpty();
        assertThat(ledger().state(claim)).isEqualTo(DeliveryState.SENT);
        assertThat(ledger().statusOf(claim).changedAt()).isEqualTo(NOON);
    }

    @Test
    default void a_late_acceptance_ends_the_delivery_whatever_happened_since() {
        long node = ledger().node();
        for (DeliveryState since :
                List.of(DeliveryState.REJECTED, DeliveryState.FAILED, DeliveryState.EXPIRED, DeliveryState.AMBIGUOUS)) {
            Claim stale = ledger().claimNew(node, NOON);
            ledger().settle(Settlements.givenBack(stale, node, NOON));
            ledger().settle(Settlements.ended(ledger().claimOne(node, NOON), node, since, NOON));

            List<Long> changed = ledger().settle(Settlements.sent(stale, node, LATER));

            assertThat(changed).as("after %s", since).containsExactly(stale.deliveryId());
            assertThat(ledger().state(stale)).as("after %s", since).isEqualTo(DeliveryState.SENT);
            assertThat(ledger().statusOf(stale).failure()).as("after %s", since).isNull();
        }
    }

    @Test
    default void a_late_acceptance_ends_a_delivery_that_waits_or_is_taken_back() {
        long node = ledger().node();
        Claim queued = ledger().claimNew(node, NOON);
        Claim cancelled = ledger().claimNew(node, NOON);
        Claim deferred = ledger().claimNew(node, NOON);
        Claim alone = ledger().claimNew(node, NOON);
        ledger().settle(
                        Settlements.givenBack(queued, node, NOON),
                        Settlements.givenBack(cancelled, node, NOON),
                        Settlements.deferred(deferred, node, NOON, NOON),
                        Settlements.alone(alone, node, NOON, NOON));
        ledger().cancel(ledger().messageOf(cancelled), NOON);

        for (Claim late : List.of(queued, cancelled, deferred, alone)) {
            assertThat(ledger().settle(Settlements.sent(late, node, LATER))).containsExactly(late.deliveryId());
            assertThat(ledger().state(late)).isEqualTo(DeliveryState.SENT);
            assertThat(ledger().statusOf(late).nextAttemptAt()).isNull();
        }

        assertThat(ledger().readyQueues()).isEmpty();
        assertThat(ledger().promote(TOMORROW)).isEmpty();
        assertThat(ledger().store().nextDue()).isNull();
        assertThat(ledger().claimAlone(node, TOMORROW)).isNull();
    }

    @Test
    default void a_late_acceptance_takes_the_delivery_from_its_next_holder() {
        long slow = ledger().node();
        long next = ledger().node();
        Claim stale = ledger().claimNew(slow, NOON);
        ledger().settle(Settlements.givenBack(stale, slow, NOON));
        Claim current = ledger().claimOne(next, NOON);

        assertThat(ledger().settle(Settlements.sent(stale, slow, LATER))).containsExactly(stale.deliveryId());

        assertThat(ledger().heldBy(next, 10)).isEmpty();
        assertThat(ledger().all(tx -> tx.journal(next, List.of(current)))).isEmpty();
        assertThat(ledger().settle(Settlements.deferred(current, next, LATER, TOMORROW)))
                .isEmpty();
        assertThat(ledger().state(current)).isEqualTo(DeliveryState.SENT);
    }

    @Test
    default void the_order_within_a_batch_does_not_lose_a_late_acceptance() {
        long node = ledger().node();
        for (boolean lateFirst : List.of(true, false)) {
            Claim stale = ledger().claimNew(node, NOON);
            ledger().settle(Settlements.givenBack(stale, node, NOON));
            Claim current = ledger().claimOne(node, NOON);
            Settlement late = Settlements.sent(stale, node, LATER);
            Settlement deferral = Settlements.deferred(current, node, LATER, TOMORROW);

            List<Long> changed = lateFirst ? ledger().settle(late, deferral) : ledger().settle(deferral, late);

            assertThat(changed).contains(stale.deliveryId());
            assertThat(ledger().state(stale)).isEqualTo(DeliveryState.SENT);
        }
    }

    @Test
    default void a_batch_settles_each_delivery_on_its_own() {
        MessageId id = ledger().accept(SampleMessage.to("a@example.org", "b@example.org", "c@example.net"));
        long node = ledger().node();
        List<Claim> claims = ledger().claimAll(node, NOON).stream()
                .sorted(Comparator.comparing(Claim::recipient))
                .toList();

        List<Long> changed = ledger().settle(
                        Settlements.sent(claims.get(0), node, NOON),
                        Settlements.ended(claims.get(1), node, DeliveryState.REJECTED, NOON),
                        Settlements.deferred(claims.get(2), node, NOON, LATER));

        assertThat(changed)
                .containsExactlyInAnyOrderElementsOf(
                        claims.stream().map(Claim::deliveryId).toList());
        assertThat(ledger().deliveries(id))
                .extracting(DeliveryStatus::state)
                .containsExactly(DeliveryState.SENT, DeliveryState.REJECTED, DeliveryState.DEFERRED);
        assertThat(ledger().store().events(id)).hasSize(6);
    }

    @Test
    default void settling_nothing_changes_nothing() {
        assertThat(ledger().all(tx -> tx.settle(List.of()))).isEmpty();
        long node = ledger().node();
        assertThat(ledger().all(tx -> tx.journal(node, List.of()))).isEmpty();
    }
}

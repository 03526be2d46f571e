// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.OutboxTransaction.Pick;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.SuppressionStore.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is ready, and who gets it. */
interface ClaimCases extends StoreCases {
    @Test
    default void ready_queues_come_by_domain_and_page_by_page() {
        ledger().accept(SampleMessage.to("a@c.example", "a@a.example", "b@a.example", "a@b.example"));
        ledger().accept(SampleMessage.to("a@d.example").lane(BROADCAST));
        ledger().accept(SampleMessage.to("a@e.example").sendAt(LATER));

        assertThat(ledger().store().readyQueues(LANE, null, 2))
                .containsExactly(new QueueKey(LANE, "a.example"), new QueueKey(LANE, "b.example"));
        assertThat(ledger().store().readyQueues(LANE, "b.example", 2)).containsExactly(new QueueKey(LANE, "c.example"));
        assertThat(ledger().store().readyQueues(LANE, "aa.example", 1))
                .containsExactly(new QueueKey(LANE, "b.example"));
        assertThat(ledger().store().readyQueues(LANE, "c.example", 2)).isEmpty();
    }

    @Test
    default void ready_lanes_are_those_with_ready_deliveries() {
        assertThat(ledger().store().readyLanes()).isEmpty();
        ledger().accept(SampleMessage.to("jo@example.org"));
        ledger().accept(SampleMessage.to("jo@example.org").lane(STRANGER));
        ledger().accept(SampleMessage.to("jo@example.org").lane(BROADCAST).sendAt(LATER));

        assertThat(ledger().store().readyLanes()).containsExactlyInAnyOrder(LANE, STRANGER);

        ledger().claimAll(ledger().node(), NOON);
        assertThat(ledger().store().readyLanes()).isEmpty();
        assertThat(ledger().readyQueues()).isEmpty();
    }

    @Test
    default void parked_queues_are_ready_queues_too_and_a_pick_of_one_is_obeyed() {
        ledger().accept(SampleMessage.to("jo@example.org"));
        ledger().in(tx -> {
            tx.park(new ParkedQueue(EXAMPLE_ORG, Instant.MAX, "stopped", 1), NOON);
            return 0;
        });

        assertThat(ledger().readyQueues()).containsExactly(EXAMPLE_ORG);
        assertThat(ledger().claim(ledger().node(), NOON, 1, EXAMPLE_ORG)).hasSize(1);
    }

    @Test
    default void a_claim_says_what_is_to_be_sent_and_to_whom() {
        MessageId id = ledger().accept(SampleMessage.to("jo@example.org").policy(AmbiguityPolicy.DROP));
        long node = ledger().node();

        Claim claim = ledger().claimOne(node, LATER);

        assertThat(claim)
                .isEqualTo(new Claim(
                        ledger().delivery(id).id(),
                        claim.messageKey(),
                        EXAMPLE_ORG,
                        "jo@example.org",
                        AmbiguityPolicy.DROP,
                        ledger().contentSize(id),
                        null,
                        1,
                        0,
                        0,
                        false,
                        null));
        assertThat(ledger().messageOf(claim)).isEqualTo(id);
        assertThat(ledger().state(id)).isEqualTo(DeliveryState.SENDING);
        assertThat(ledger().delivery(id).attempts()).isEqualTo(1);
        assertThat(ledger().delivery(id).changedAt()).isEqualTo(LATER);
        assertThat(ledger().heldBy(node, 10)).containsExactly(claim);
    }

    @Test
    default void what_is_claimed_is_not_claimed_again() {
        ledger().accept(SampleMessage.to("a@example.org", "b@example.org"));
        long node = ledger().node();

        List<Claim> first = ledger().claim(node, NOON, 10, EXAMPLE_ORG);
        List<Claim> again = ledger().claim(node, NOON, 10, EXAMPLE_ORG);
        List<Claim> other = ledger().claim(ledger().node(), NOON, 10, EXAMPLE_ORG);

        assertThat(first).hasSize(2);
        assertThat(again).isEmpty();
        assertThat(other).isEmpty();
    }

    @Test
    default void a_batch_that_picks_a_queue_twice_claims_nothing_twice() {
        ledger().accept(SampleMessage.to("a@example.org", "b@example.org", "c@example.org"));
        long node = ledger().node();

        List<Claim> claims =
                ledger().all(tx -> tx.claim(node, NOON, List.of(new Pick(EXAMPLE_ORG, 1), new Pick(EXAMPLE_ORG, 1))));

        assertThat(claims).extracting(Claim::deliveryId).doesNotHaveDuplicates();
        assertThat(ledger().heldBy(node, 10)).containsExactlyInAnyOrderElementsOf(claims);
    }

    @Test
    default void the_oldest_come_first_and_no_more_than_asked_for() {
        List<Long> accepted = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            MessageId id = ledger().accept(SampleMessage.to("r" + i + "@example.org"));
            accepted.add(ledger().delivery(id).id());
        }
        long node = ledger().node();

        assertThat(ledger().claim(node, NOON, 2, EXAMPLE_ORG))
                .extracting(Claim::deliveryId)
                .containsExactlyElementsOf(accepted.subList(0, 2));
        assertThat(ledger().claim(node, NOON, 2, EXAMPLE_ORG))
                .extracting(Claim::deliveryId)
                .containsExactlyElementsOf(accepted.subList(2, 4));
        assertThat(ledger().claim(node, NOON, 2, EXAMPLE_ORG))
                .extracting(Claim::deliveryId)
                .containsExactlyElementsOf(accepted.subList(4, 5));
    }

    @Test
    default void only_the_picked_queues_are_claimed_from_each_up_to_its_own_number() {
        ledger().accept(SampleMessage.to("a@example.org", "b@example.org", "c@example.org"));
        ledger().accept(SampleMessage.to("a@example.net", "b@example.net"));
        ledger().accept(SampleMessage.to("a@example.com"));
        ledger().accept(SampleMessage.to("a@example.org").lane(BROADCAST));
        ledger().accept(SampleMessage.to("a@example.org").lane(STRANGER));
        long node = ledger().node();

        List<Claim> claims = ledger().all(tx -> tx.claim(
                node,
                NOON,
                List.of(
                        new Pick(EXAMPLE_ORG, 2),
                        new Pick(EXAMPLE_NET, 5),
                        new Pick(new QueueKey(LANE, "empty.example"), 5))));

        assertThat(claims).filteredOn(c -> c.queue().equals(EXAMPLE_ORG)).hasSize(2);
        assertThat(claims).filteredOn(c -> c.queue().equals(EXAMPLE_NET)).hasSize(2);
        assertThat(claims).hasSize(4);
        assertThat(ledger().all(tx -> tx.claim(node, NOON, List.of()))).isEmpty();
    }

    @Test
    default void a_queue_of_an_unknown_lane_is_an_empty_one() {
        QueueKey unknown = new QueueKey(new Lane("nobody", "nothing"), "example.org");

        assertThat(ledger().claim(ledger().node(), NOON, 1, unknown)).isEmpty();
        assertThat(ledger().store().readyQueues(unknown.lane(), null, 1)).isEmpty();
    }

    @Test
    default void attempt_numbers_grow_by_one_whoever_claims() {
        ledger().accept(SampleMessage.to("jo@example.org"));
        long one = ledger().node();
        long other = ledger().node();

        Claim first = ledger().claimOne(one, NOON);
        ledger().settle(Settlements.givenBack(first, one, NOON));
        Claim second = ledger().claimOne(other, NOON);
        ledger().settle(Settlements.deferred(second, other, NOON, NOON));
        ledger().promote(NOON);
        Claim third = ledger().claimOne(one, NOON);

        assertThat(List.of(first.attempt(), second.attempt(), third.attempt())).containsExactly(1, 2, 3);
        assertThat(List.of(first.retries(), second.retries(), third.retries())).containsExactly(0, 0, 1);
    }

    @Test
    default void a_suppression_since_acceptance_shows_in_the_claim() {
        ledger().accept(SampleMessage.to("Tenant@example.org", "stream@example.org", "none@example.org"));
        ledger().suppress(LANE, null, "tenant@example.org", TOMORROW);
        ledger().suppress(LANE, LANE.stream(), "stream@example.org", null);
        ledger().suppress(LANE, BROADCAST.stream(), "none@example.org", null);
        ledger().suppress(STRANGER, null, "none@example.org", null);
        ledger().suppress(LANE, null, "none@example.org", LATER);

        List<Claim> claims = ledger().claimAll(ledger().node(), LATER);

        assertThat(claims)
                .extracting(Claim::suppressedBy)
                .containsExactly(Reason.BOUNCE.name(), Reason.BOUNCE.name(), null);
    }

    @Test
    default void a_claim_that_is_rolled_back_was_never_made() {
        ledger().accept(SampleMessage.to("jo@example.org"));
        long node = ledger().node();
        try {
            ledger().in(tx -> {
                tx.claim(node, NOON, List.of(new Pick(EXAMPLE_ORG, 1)));
                throw new IllegalStateException("on purpose");
            });
        } catch (IllegalStateException e) {
            // the transaction is gone, which is what this test is about
        }

        assertThat(ledger().heldBy(node, 10)).isEmpty();
        assertThat(ledger().claimOne(node, NOON).attempt()).isEqualTo(1);
    }
}

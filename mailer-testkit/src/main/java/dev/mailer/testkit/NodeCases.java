// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Claim;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Processes as holders of leases. */
interface NodeCases extends StoreCases {
    @Test
    default void a_node_s_number_is_never_used_again() {
        Set<Long> numbers = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            long node = ledger().node();

            assertThat(numbers.add(node)).isTrue();
            assertThat(node).isPositive();
            remove(node);
        }
    }

    @Test
    default void a_heartbeat_reaches_a_node_until_it_is_removed() {
        long node = ledger().node();

        assertThat(heartbeat(node)).isTrue();
        remove(node);
        assertThat(heartbeat(node)).isFalse();
        assertThat(heartbeat(node + 1_000_000)).isFalse();
    }

    @Test
    default void a_node_whose_lease_has_run_out_is_dead_for_others() {
        long self = ledger().node();
        long other = ledger().node();

        assertThat(ledger().deadNodes(self, NOON.plus(LedgerDriver.LEASE).plusMillis(1)))
                .containsExactly(other);
    }

    /** What it holds may still be on its way, also where it is a former number of this process. */
    @Test
    default void a_node_that_was_registered_here_is_spared_until_its_lease_has_run_out() {
        long former = ledger().node();
        Claim claim = ledger().claimNew(former, NOON);
        long self = ledger().node();

        assertThat(ledger().deadNodes(self, NOON.plus(LedgerDriver.LEASE))).isEmpty();
        assertThat(ledger().deadNodes(self, NOON.plus(LedgerDriver.LEASE).plusMillis(1)))
                .containsExactly(former);
        assertThat(ledger().heldBy(former, 10)).containsExactly(claim);
    }

    @Test
    default void claims_of_a_dead_node_are_found_and_taken_over() {
        long dead = ledger().node();
        Claim quiet = ledger().claimNew(dead, NOON);
        Claim loud = ledger().claimNew(dead, NOON);
        assertThat(ledger().all(tx -> tx.journal(dead, List.of(loud)))).containsExactly(loud.deliveryId());

        List<Claim> held = ledger().heldBy(dead, 10);
        assertThat(held).extracting(Claim::deliveryId).containsExactlyInAnyOrder(quiet.deliveryId(), loud.deliveryId());
        assertThat(held)
                .filteredOn(Claim::journalled)
                .extracting(Claim::deliveryId)
                .containsExactly(loud.deliveryId());
        assertThat(ledger().heldBy(dead, 1)).hasSize(1);

        for (Claim claim : held) {
            ledger().settle(Settlements.crashed(claim, dead, LATER));
        }
        assertThat(ledger().heldBy(dead, 10)).isEmpty();
        List<Claim> again = ledger().claimAll(ledger().node(), LATER);
        assertThat(again).extracting(Claim::crashes).containsExactly(1, 1);
        assertThat(again).extracting(Claim::attempt).containsExactly(2, 2);
        assertThat(again).extracting(Claim::journalled).containsOnly(false);
    }

    @Test
    default void a_node_that_holds_something_is_not_forgotten() {
        long self = ledger().node();
        long dead = ledger().node();
        Claim claim = ledger().claimNew(dead, NOON);

        remove(dead);
        assertThat(ledger().deadNodes(self, TOMORROW)).containsExactly(dead);
        assertThat(ledger().heldBy(dead, 10)).containsExactly(claim);

        ledger().settle(Settlements.givenBack(claim, dead, NOON));
        remove(dead);
        assertThat(ledger().deadNodes(self, TOMORROW)).isEmpty();
    }

    @Test
    default void only_current_claims_are_journalled() {
        long node = ledger().node();
        Claim stale = ledger().claimNew(node, NOON);
        ledger().settle(Settlements.givenBack(stale, node, NOON));
        Claim current = ledger().claimOne(node, NOON);
        Claim ended = ledger().claimNew(node, NOON);
        ledger().settle(Settlements.sent(ended, node, NOON));
        long other = ledger().node();

        assertThat(ledger().all(tx -> tx.journal(other, List.of(current)))).isEmpty();
        assertThat(ledger().all(tx -> tx.journal(node, List.of(stale, ended)))).isEmpty();
        assertThat(ledger().heldBy(node, 10)).containsExactly(current);
        assertThat(ledger().all(tx -> tx.journal(node, List.of(stale, current, ended))))
                .containsExactly(current.deliveryId());
        assertThat(ledger().all(tx -> tx.journal(node, List.of(current))))
                .as("journalling again")
                .containsExactly(current.deliveryId());
    }

    private boolean heartbeat(long node) {
        return ledger().heartbeat(node, NOON, Duration.ofMinutes(1));
    }

    private void remove(long node) {
        ledger().in(tx -> {
            tx.removeNode(node);
            return true;
        });
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.EventType;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.DeliveryReports.Result;
import dev.mailer.api.spi.EventStore.Positioned;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.OutboxTransaction.Unmailable;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.SuppressionStore.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Several processes on one database, and one process after the other. */
interface SharedStoreCases extends StoreCases {
    /** One more store on the same data; skips the test where that cannot be. */
    LedgerDriver another() throws Exception;

    /** The same data after a restart; skips the test where it does not survive. */
    LedgerDriver restarted() throws Exception;

    @Test
    default void eight_processes_never_claim_the_same_delivery() throws Exception {
        int messages = 60;
        int recipients = 10;
        List<LedgerDriver> processes = new ArrayList<>(List.of(ledger()));
        while (processes.size() < 8) {
            processes.add(another());
        }
        String[] addresses = new String[recipients];
        for (int i = 0; i < recipients; i++) {
            addresses[i] = "r" + i + "@example." + (i % 2 == 0 ? "org" : "net");
        }
        for (int i = 0; i < messages; i++) {
            ledger().accept(SampleMessage.to(addresses));
        }

        List<Claim> claims = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(processes.size());
        try {
            List<Future<List<Claim>>> parts = new ArrayList<>();
            for (LedgerDriver process : processes) {
                parts.add(threads.submit(() -> claimUntilNothingIsLeft(process)));
            }
            for (Future<List<Claim>> part : parts) {
                claims.addAll(part.get(60, TimeUnit.SECONDS));
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(claims).extracting(Claim::deliveryId).doesNotHaveDuplicates().hasSize(messages * recipients);
        assertThat(claims).extracting(Claim::attempt).containsOnly(1);
    }

    /** What a process does with deliveries, in one transaction. */
    @FunctionalInterface
    interface Listing {
        void of(OutboxTransaction tx, String source, List<Long> deliveries);
    }

    /** Two processes do it at the same time with the same deliveries, one in the opposite order of the other. */
    private void crosswise(Listing listing) throws Exception {
        LedgerDriver other = another();
        CyclicBarrier start = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 15; round++) {
                String[] addresses = new String[40];
                for (int i = 0; i < addresses.length; i++) {
                    addresses[i] = "r" + round + "." + i + "@example.org";
                }
                List<Long> one = ledger().deliveries(ledger().accept(SampleMessage.to(addresses))).stream()
                        .map(DeliveryStatus::id)
                        .toList();
                List<Long> two = new ArrayList<>(one);
                Collections.reverse(two);
                Future<Boolean> first = threads.submit(() -> list(ledger(), listing, "a", one, start));
                Future<Boolean> second = threads.submit(() -> list(other, listing, "b", two, start));
                assertThat(first.get(60, TimeUnit.SECONDS)).isTrue();
                assertThat(second.get(60, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static boolean list(
            LedgerDriver process, Listing listing, String source, List<Long> deliveries, CyclicBarrier start)
            throws Exception {
        start.await(60, TimeUnit.SECONDS);
        return process.in(tx -> {
            listing.of(tx, source, deliveries);
            return true;
        });
    }

    @Test
    default void processes_that_list_the_same_addresses_in_opposite_orders_wait_for_each_other() throws Exception {
        crosswise((tx, source, deliveries) -> {
            List<Unmailable> found = new ArrayList<>();
            for (long delivery : deliveries) {
                found.add(new Unmailable(delivery, Reason.BOUNCE, source, NOON, LATER));
                found.add(new Unmailable(delivery, Reason.COMPLAINT, source, NOON, null));
                found.add(new Unmailable(delivery, Reason.BOUNCE, source, NOON, TOMORROW));
            }
            tx.suppress(found);
        });

        assertThat(ledger().store()
                        .suppressions()
                        .list(LANE.tenant(), null, null, 10_000)
                        .entries())
                .hasSize(15 * 40 * 2);
    }

    @Test
    default void processes_that_report_the_same_deliveries_in_opposite_orders_wait_for_each_other() throws Exception {
        crosswise((tx, source, deliveries) -> assertThat(tx.report(deliveries.stream()
                        .map(d -> new Report(
                                source, "bounce-" + d, EventType.BOUNCED, d, NOON, Settlements.FAILURE, Map.of()))
                        .toList()))
                .containsOnly(Result.APPLIED));
    }

    @Test
    default void a_process_sees_what_another_committed() throws Exception {
        LedgerDriver other = another();
        MessageId id = ledger().accept(SampleMessage.to("jo@example.org").key("k", "content"));
        ParkedQueue parked = new ParkedQueue(EXAMPLE_ORG, Instant.MAX, "stopped", 1);
        ledger().in(tx -> {
            tx.park(parked, NOON);
            return true;
        });

        assertThat(other.readyQueues()).containsExactly(EXAMPLE_ORG);
        assertThat(other.store().parkedSince(NOON)).containsExactly(parked);
        assertThat(other.append(SampleMessage.to("jo@example.org").key("k", "content"))
                        .get(0)
                        .id())
                .isEqualTo(id);
        long node = other.node();
        Claim claim = other.claimOne(node, NOON);
        assertThat(ledger().heldBy(node, 10)).containsExactly(claim);
        other.settle(Settlements.sent(claim, node, NOON));
        assertThat(ledger().state(id)).isEqualTo(DeliveryState.SENT);
    }

    @Test
    default void a_living_process_is_not_dead_for_another() throws Exception {
        LedgerDriver other = another();
        long self = ledger().node();
        long living = other.node();
        Instant end = NOON.plus(LedgerDriver.LEASE);

        assertThat(ledger().deadNodes(self, end)).isEmpty();
        assertThat(other.heartbeat(living, end, LedgerDriver.LEASE)).isTrue();
        assertThat(ledger().deadNodes(self, end.plusMillis(1))).isEmpty();
        assertThat(ledger().deadNodes(self, end.plus(LedgerDriver.LEASE).plusMillis(1)))
                .containsExactly(living);
    }

    @Test
    default void a_process_that_another_found_dead_stays_dead() throws Exception {
        LedgerDriver other = another();
        long self = ledger().node();
        long slow = other.node();
        Claim claim = other.claimNew(slow, NOON);
        Instant late = NOON.plus(LedgerDriver.LEASE).plusMillis(1);

        assertThat(other.heartbeat(slow, late.plusSeconds(60), LedgerDriver.LEASE))
                .isTrue();
        assertThat(ledger().deadNodes(self, late)).isEmpty();
        Instant later = late.plusSeconds(60).plus(LedgerDriver.LEASE).plusMillis(1);
        assertThat(ledger().deadNodes(self, later)).containsExactly(slow);

        assertThat(other.heartbeat(slow, later, LedgerDriver.LEASE)).isFalse();
        assertThat(ledger().deadNodes(self, later)).containsExactly(slow);
        assertThat(ledger().heldBy(slow, 10)).containsExactly(claim);
    }

    @Test
    default void what_is_claimed_for_a_process_that_is_gone_is_found() throws Exception {
        LedgerDriver other = another();
        long self = ledger().node();
        long gone = other.node();
        ledger().in(tx -> {
            tx.removeNode(gone);
            return true;
        });
        Claim late = other.claimNew(gone, NOON);

        assertThat(ledger().deadNodes(self, NOON)).containsExactly(gone);
        assertThat(ledger().heldBy(gone, 10)).containsExactly(late);
    }

    @Test
    default void a_reader_of_the_feed_never_skips_a_transaction_that_commits_late() throws Exception {
        LedgerDriver other = another();
        NewMessage late = ledger().build(SampleMessage.to("late@example.org"));

        long cursor = ledger().in(tx -> {
            tx.append(List.of(late));
            other.accept(SampleMessage.to("early@example.org"));
            List<Positioned> seen = other.feed(0);
            assertThat(seen).hasSize(1);
            return seen.get(0).position();
        });

        assertThat(other.feed(cursor))
                .singleElement()
                .satisfies(p -> assertThat(p.event().messageId()).isEqualTo(late.id()));
    }

    @Test
    default void a_transaction_is_invisible_to_others_until_it_commits() throws Exception {
        LedgerDriver other = another();
        NewMessage message = ledger().build(SampleMessage.to("jo@example.org"));

        ledger().in(tx -> {
            tx.append(List.of(message));
            assertThat(other.store().find(message.id())).isNull();
            assertThat(other.readyQueues()).isEmpty();
            return true;
        });

        assertThat(other.store().find(message.id())).isNotNull();
    }

    @Test
    default void everything_is_still_there_after_a_restart() throws Exception {
        long node = ledger().node();
        Claim sent = ledger().claimNew(node, NOON);
        ledger().settle(Settlements.sent(sent, node, NOON));
        MessageId sentId = ledger().messageOf(sent);
        Claim held = ledger().claimNew(node, NOON);
        ledger().all(tx -> tx.journal(node, List.of(held)));
        MessageId scheduled =
                ledger().accept(SampleMessage.to("jo@example.org").sendAt(LATER).key("k", "content"));
        ledger().suppress(LANE, null, "al@example.org", null);
        ParkedQueue parked = new ParkedQueue(EXAMPLE_NET, Instant.MAX, "stopped", 2);
        ledger().in(tx -> {
            tx.park(parked, NOON);
            return true;
        });
        List<Positioned> feed = ledger().feed(0);
        ledger().store().eventFeed().takeCursor("metrics", node);
        ledger().store().eventFeed().moveCursor("metrics", node, feed.get(1).position());

        LedgerDriver again = restarted();

        assertThat(again.state(sentId)).isEqualTo(DeliveryState.SENT);
        assertThat(again.eventTypes(sentId)).containsExactly(EventType.QUEUED, EventType.SENT);
        assertThat(again.heldBy(node, 10)).singleElement().satisfies(c -> {
            assertThat(c.deliveryId()).isEqualTo(held.deliveryId());
            assertThat(c.journalled()).isTrue();
        });
        assertThat(again.store().nextDue()).isEqualTo(LATER);
        assertThat(again.store().parkedSince(NOON)).containsExactly(parked);
        assertThat(again.store().eventFeed().cursor("metrics"))
                .isEqualTo(feed.get(1).position());
        assertThat(again.feed(0))
                .extracting(Positioned::position)
                .containsExactlyElementsOf(
                        feed.stream().map(Positioned::position).toList());
        assertThat(again.append(SampleMessage.to("jo@example.org").key("k", "content"))
                        .get(0)
                        .id())
                .isEqualTo(scheduled);
        assertThat(again.append(SampleMessage.to("al@example.org")).get(0).suppressed())
                .isEqualTo(1);
        long next = again.node();
        assertThat(next).isNotEqualTo(node);
        assertThat(again.deadNodes(next, TOMORROW)).containsExactly(node);
        Claim fresh = again.claimNew(next, NOON);
        assertThat(fresh.deliveryId()).isGreaterThan(held.deliveryId());
    }

    @Test
    default void what_was_rolled_back_is_not_there_after_a_restart() throws Exception {
        NewMessage message = ledger().build(SampleMessage.to("jo@example.org").key("k", "content"));
        assertThatIllegalStateException()
                .isThrownBy(() -> ledger().in(tx -> {
                    tx.append(List.of(message));
                    throw new IllegalStateException("on purpose");
                }));

        LedgerDriver again = restarted();

        assertThat(again.store().find(message.id())).isNull();
        assertThat(again.readyQueues()).isEmpty();
        again.accept(SampleMessage.to("jo@example.org").key("k", "another"));
    }

    private static List<Claim> claimUntilNothingIsLeft(LedgerDriver process) {
        long node = process.node();
        List<Claim> claims = new ArrayList<>();
        for (int rounds = 0; rounds < 10_000 && !process.readyQueues().isEmpty(); rounds++) {
            claims.addAll(process.claim(node, NOON, 7, EXAMPLE_ORG, EXAMPLE_NET));
        }
        return claims;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Destination;
import dev.mailer.core.MemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static final int SLOTS = 2;
    private static final long FAST = Duration.ofMillis(1).toNanos();
    private static final long SLOW = Duration.ofSeconds(1).toNanos();

    private final Batch batch = new Batch();
    private final Quickness quickness = new Quickness();
    private final LaneState lane =
            new LaneState(TestClaims.LANE, new FairShare(SLOTS, Map.of()).stream("s"), quickness);
    private final Outlet outlet = new Outlet("default", new MemoryTransport(), new Guard("default"));

    @Test
    void nothing_is_known_at_first_and_mails_go_one_by_one() {
        assertThat(batch.size(256, SLOTS)).isEqualTo(1);
    }

    @Test
    void fast_mails_go_together_as_far_as_the_slots_cannot_take_them() {
        took(FAST, 100);

        assertThat(batch.size(256, SLOTS)).isEqualTo(128);
        assertThat(batch.size(3, SLOTS)).isEqualTo(1);
        assertThat(batch.size(0, SLOTS)).isEqualTo(1);
    }

    @Test
    void a_slow_mail_parts_them_at_once_and_they_come_together_again() {
        took(FAST, 100);
        took(SLOW, 1);
        assertThat(batch.size(256, SLOTS)).isEqualTo(1);

        took(FAST, 100);
        assertThat(batch.size(256, SLOTS)).isEqualTo(128);
    }

    @Test
    void they_hold_a_slot_no_longer_than_a_moment() {
        took(Batch.MOMENT.dividedBy(5).toNanos(), 200);

        assertThat(batch.size(256, SLOTS)).isEqualTo(4);
    }

    @Test
    void the_longest_waiting_go_together_in_their_order() {
        takesMany();
        fill(10, claims(1, 6));

        assertThat(take()).containsExactly(List.of(1L), List.of(2L), List.of(3L));
        assertThat(lane.buffered()).isEqualTo(3);
        assertThat(take()).containsExactly(List.of(4L));
    }

    @Test
    void no_more_go_together_than_the_transport_takes() {
        takesMany();
        fill(2, claims(1, 10));

        assertThat(take()).containsExactly(List.of(1L), List.of(2L));
    }

    @Test
    void what_goes_another_way_or_was_claimed_under_another_number_stays() {
        takesMany();
        Claim other = TestClaims.claim(2, 2, "b.example");
        lane.fill(List.of(
                routed(TestClaims.claim(1, 1, "a.example"), 1, 10),
                routed(other, 1, 10),
                routed(TestClaims.claim(3, 3, "a.example"), 2, 10),
                routed(TestClaims.claim(4, 4, "a.example"), 1, 10)));

        assertThat(take()).containsExactly(List.of(1L), List.of(4L));
    }

    @Test
    void recipients_of_a_message_stay_together_within_what_goes_together() {
        takesMany();
        lane.fill(List.of(
                routed(TestClaims.claim(1, 1, "a.example"), 1, 10),
                routed(TestClaims.claim(2, 1, "a.example"), 1, 10),
                routed(TestClaims.claim(3, 2, "a.example"), 1, 10),
                routed(TestClaims.claim(4, 3, "a.example"), 1, 10)));

        assertThat(take()).containsExactly(List.of(1L, 2L), List.of(3L));
    }

    @Test
    void mails_for_a_domain_that_may_be_slow_go_one_by_one() {
        takesMany();
        quickness.wasSlow("a.example");
        fill(10, claims(1, 6));

        assertThat(take()).containsExactly(List.of(1L));
    }

    @Test
    void a_suspect_goes_alone() {
        takesMany();
        fill(10, List.of(TestClaims.claim(1, 1, "a.example"), TestClaims.claim(2, 2, "a.example", 1_000, 1)));
        fill(10, claims(3, 8));

        assertThat(take()).containsExactly(List.of(1L), List.of(3L), List.of(4L), List.of(5L));
        assertThat(take()).containsExactly(List.of(2L));
    }

    @Test
    void together_they_are_no_larger_than_a_small_mail() {
        takesMany();
        long half = ByteBudget.SMALL / 2;
        fill(
                10,
                List.of(
                        TestClaims.claim(1, 1, "a.example", half, 0),
                        TestClaims.claim(2, 2, "a.example", half + 1, 0),
                        TestClaims.claim(3, 3, "a.example", half, 0),
                        TestClaims.claim(4, 4, "a.example", ByteBudget.SMALL + 1, 0),
                        TestClaims.claim(5, 5, "a.example", 1, 0),
                        TestClaims.claim(6, 6, "a.example", 1, 0)));

        assertThat(take()).containsExactly(List.of(1L), List.of(3L));
        assertThat(take()).containsExactly(List.of(2L), List.of(5L));
        assertThat(take()).containsExactly(List.of(4L));
    }

    private void took(long nanos, int times) {
        for (int i = 0; i < times; i++) {
            batch.took(1, nanos);
        }
    }

    private void takesMany() {
        quickness.wasQuick("a.example");
        quickness.wasQuick("b.example");
        for (int i = 0; i < 100; i++) {
            lane.batch.took(1, FAST);
        }
    }

    private void fill(int most, List<Claim> claims) {
        lane.fill(claims.stream().map(c -> routed(c, 1, most)).toList());
    }

    private static List<Claim> claims(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(n -> TestClaims.claim(n, n, "a.example"))
                .toList();
    }

    private RoutedClaim routed(Claim claim, long node, int most) {
        Route route = new Route(outlet, new Destination(claim.queue().domain()));
        return new RoutedClaim(claim, node, route, 2, most);
    }

    private List<List<Long>> take() {
        List<List<Long>> taken = new ArrayList<>();
        lane.take(SLOTS, true, Set.of())
                .mails()
                .forEach(m -> taken.add(m.stream().map(Claim::deliveryId).toList()));
        return taken;
    }
}

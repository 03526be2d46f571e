// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.OutboxTransaction.Pick;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.core.MemoryTransport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LanesTest {
    private static final Instant NOW = Instant.parse("2026-09-05T03:04:05Z");
    private static final long NODE = 7;
    private static final QueueKey A = TestClaims.queue("a.example");
    private static final QueueKey B = TestClaims.queue("b.example");

    private final ParkedQueues parked = new ParkedQueues(InstantSource.fixed(NOW));
    private final Lanes lanes = new Lanes(new FairShare(8, Map.of()), parked);

    @Test
    void queues_are_asked_in_turn_and_share_the_room() {
        lanes.activate(List.of(A, B));

        assertThat(lanes.choose()).containsExactly(new Pick(A, 4), new Pick(B, 4));
    }

    @Test
    void a_queue_with_strikes_gives_one_and_then_waits_for_its_outcome() {
        parked.put(new ParkedQueue(A, NOW, "it failed", 1));
        lanes.activate(List.of(A));
        assertThat(lanes.choose()).containsExactly(new Pick(A, 1));
        lanes.place(claimed(TestClaims.claim(1, 1, "a.example")));
        lanes.activate(List.of(A));

        Job trial = next();
        assertThat(lanes.choose()).isEmpty();

        assertThat(lanes.finished(trial, Ran.of(Duration.ofMillis(1)))).isTrue();
        assertThat(lanes.choose()).containsExactly(new Pick(A, 1));
    }

    @Test
    void what_is_claimed_from_a_queue_that_was_parked_meanwhile_comes_too_late() {
        Claim a = TestClaims.claim(1, 1, "a.example");
        Claim b = TestClaims.claim(2, 2, "b.example");
        lanes.activate(List.of(A, B));
        parked.put(new ParkedQueue(A, NOW.plusSeconds(60), "it failed", 1));

        assertThat(lanes.place(claimed(a, b))).extracting(RoutedClaim::claim).containsExactly(a);

        assertThat(next().claims()).containsExactly(b);
        assertThat(lanes.next()).isNull();
    }

    @Test
    void claims_of_one_message_go_together_as_far_as_their_way_is_the_same_and_allows() {
        lanes.place(claimed(
                TestClaims.claim(1, 1, "a.example"),
                TestClaims.claim(2, 1, "b.example"),
                TestClaims.claim(3, 1, "a.example"),
                TestClaims.claim(4, 1, "a.example"),
                TestClaims.claim(5, 2, "a.example")));

        assertThat(next().claims()).extracting(Claim::deliveryId).containsExactly(1L, 3L);
        assertThat(next().claims()).extracting(Claim::deliveryId).containsExactly(4L);
        assertThat(next().claims()).extracting(Claim::deliveryId).containsExactly(2L);
        assertThat(next().claims()).extracting(Claim::deliveryId).containsExactly(5L);
    }

    @Test
    void a_queue_that_gave_too_little_is_asked_again_only_when_something_came_meanwhile() {
        lanes.activate(List.of(A, B));
        lanes.choose();
        lanes.activate(List.of(B));

        lanes.place(new Claimed(List.of(A, B), Set.of(A, B), Map.of()));

        assertThat(lanes.choose()).extracting(Pick::queue).containsExactly(B);
    }

    @Test
    void what_was_not_started_can_be_taken_out() {
        Claim a = TestClaims.claim(1, 1, "a.example");
        Claim b = TestClaims.claim(2, 2, "b.example");
        lanes.place(claimed(a, b));

        assertThat(lanes.withdraw(A)).extracting(RoutedClaim::claim).containsExactly(a);
        assertThat(lanes.haveWork()).isTrue();
        assertThat(lanes.drain()).extracting(RoutedClaim::claim).containsExactly(b);
        assertThat(lanes.haveWork()).isFalse();
    }

    private Job next() {
        Job job = lanes.next();
        assertThat(job).isNotNull();
        lanes.started(job);
        return job;
    }

    @Test
    void claims_of_one_message_under_different_numbers_of_the_node_do_not_go_together() {
        lanes.place(claimed(TestClaims.claim(1, 1, "a.example")));
        lanes.place(claimed(NODE + 1, TestClaims.claim(2, 1, "a.example")));

        assertThat(next().node()).isEqualTo(NODE);
        assertThat(next().node()).isEqualTo(NODE + 1);
    }

    private static Claimed claimed(Claim... claims) {
        return claimed(NODE, claims);
    }

    /** All to one transport with a destination for each domain, two at a time. */
    private static Claimed claimed(long node, Claim... claims) {
        Outlet outlet = new Outlet("default", new MemoryTransport(), new Guard("default"));
        Map<QueueKey, List<RoutedClaim>> routed = Arrays.stream(claims)
                .map(c -> new RoutedClaim(
                        c, node, new Route(outlet, new Destination(c.queue().domain())), 2, 3))
                .collect(Collectors.groupingBy(r -> r.claim().queue()));
        List<QueueKey> queues =
                Arrays.stream(claims).map(Claim::queue).distinct().toList();
        return new Claimed(queues, Set.of(), routed);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.OutboxTransaction.Pick;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.core.MemoryTransport;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Where each domain is a destination, those that may be slow keep half of everything free for the others. */
class SlowDestinationsTest {
    private static final int SLOTS = 4;
    private static final long QUICK = 1_000_000;
    private static final long SLOW = UnderWay.LONG.toNanos();
    private static final String WHOLE = "default";

    private final Lanes lanes = new Lanes(
            new FairShare(SLOTS, Map.of()),
            new ParkedQueues(InstantSource.fixed(Instant.parse("2026-09-05T03:04:05Z"))));
    private final Outlet outlet = new Outlet(WHOLE, new MemoryTransport(), new Guard(WHOLE));
    private long lastId;

    @Test
    void unknown_domains_get_half_of_the_slots() {
        place("a.example", "b.example", "c.example", "d.example");

        assertThat(startAll()).extracting(Job::kind).containsExactly(Job.Kind.DOUBTFUL, Job.Kind.DOUBTFUL);
    }

    @Test
    void domains_behind_one_way_get_all() {
        lanes.place(claimed(true, "a.example", "b.example", "c.example", "d.example"));

        assertThat(startAll())
                .extracting(Job::kind)
                .containsOnly(Job.Kind.PLAIN)
                .hasSize(SLOTS);
    }

    @Test
    void a_domain_that_was_quick_once_counts_as_quick() {
        place("a.example");
        finish(start(), QUICK);
        place("a.example", "a.example", "a.example", "b.example", "c.example", "d.example");

        List<Job> started = startAll();

        assertThat(started).hasSize(SLOTS);
        assertThat(started.stream().filter(j -> domain(j).equals("a.example")))
                .extracting(Job::kind)
                .containsOnly(Job.Kind.PLAIN)
                .hasSizeBetween(2, 3);
    }

    @Test
    void a_domain_that_was_slow_is_doubtful_from_then_on_with_what_is_claimed_of_it() {
        place("a.example");
        finish(start(), QUICK);
        place("a.example", "a.example");
        finish(start(), SLOW);

        assertThat(start().kind()).isEqualTo(Job.Kind.DOUBTFUL);
    }

    @Test
    void what_is_set_aside_frees_its_slot() {
        place("a.example", "b.example", "c.example", "d.example");
        List<Job> started = startAll();
        assertThat(started).hasSize(2);

        List.copyOf(started).forEach(lanes::setAside);

        started.addAll(startAll());
        assertThat(started)
                .extracting(SlowDestinationsTest::domain)
                .containsExactlyInAnyOrder("a.example", "b.example", "c.example", "d.example");
    }

    @Test
    void of_a_domain_with_much_aside_nothing_more_is_claimed_until_one_has_ended() {
        List<Job> aside = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            place("a.example");
            Job job = start();
            lanes.setAside(job);
            aside.add(job);
        }
        lanes.activate(List.of(queue("a.example"), queue("b.example")));
        assertThat(lanes.choose()).extracting(Pick::queue).containsExactly(queue("b.example"));

        lanes.finishedAside(aside.get(0));

        assertThat(lanes.choose()).extracting(Pick::queue).contains(queue("a.example"));
    }

    @Test
    void claims_for_domains_that_may_be_slow_leave_room_for_the_others() {
        place("quick.example");
        finish(start(), QUICK);
        for (int i = 0; i < 1_000; i++) {
            lanes.activate(List.of(queue("d" + i + ".example")));
        }
        String[] claimed = new String[1_000];
        for (List<Pick> picks = lanes.choose(); !picks.isEmpty(); picks = lanes.choose()) {
            claimed = picks.stream().map(p -> p.queue().domain()).toArray(String[]::new);
            place(claimed);
        }

        lanes.activate(List.of(queue("quick.example")));

        assertThat(lanes.choose()).extracting(Pick::queue).containsExactly(queue("quick.example"));
    }

    @Test
    void a_lane_that_knows_slow_queues_only_is_searched_on() {
        place("d.example");
        for (int i = 0; i < 1_000; i++) {
            lanes.activate(List.of(queue("d" + i + ".example")));
        }

        assertThat(lanes.searchFrom(TestClaims.LANE)).isNotNull();
    }

    @Test
    void what_is_withdrawn_or_drained_comes_from_both_sides() {
        place("a.example");
        finish(start(), QUICK);
        place("a.example", "b.example", "c.example");

        assertThat(lanes.withdraw(queue("b.example"))).hasSize(1);
        assertThat(lanes.drain()).hasSize(2);
        assertThat(startAll()).isEmpty();
    }

    private static QueueKey queue(String domain) {
        return TestClaims.queue(domain);
    }

    private static String domain(Job job) {
        return job.claims().get(0).queue().domain();
    }

    private void place(String... domains) {
        lanes.place(claimed(false, domains));
    }

    private Claimed claimed(boolean whole, String... domains) {
        Map<QueueKey, List<RoutedClaim>> routed = Arrays.stream(domains)
                .map(domain -> routed(domain, whole ? outlet.transport().name() : domain))
                .collect(Collectors.groupingBy(r -> r.claim().queue()));
        return new Claimed(List.copyOf(routed.keySet()), Set.of(), routed);
    }

    private RoutedClaim routed(String domain, String destination) {
        Claim claim = TestClaims.claim(++lastId, lastId, domain);
        return new RoutedClaim(claim, 1, new Route(outlet, new Destination(destination)), 1, 1);
    }

    private Job start() {
        Job job = lanes.next();
        assertThat(job).isNotNull();
        lanes.started(job);
        return job;
    }

    private List<Job> startAll() {
        List<Job> started = new ArrayList<>();
        for (Job job = lanes.next(); job != null; job = lanes.next()) {
            lanes.started(job);
            started.add(job);
        }
        return started;
    }

    private void finish(Job job, long nanos) {
        lanes.finished(job, nanos);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.OutboxTransaction.Pick;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.core.MemoryTransport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Where each domain is a destination, those that may be slow leave claims and slots for the others. */
class SlowDestinationsTest {
    private static final Instant NOW = Instant.parse("2026-09-05T03:04:05Z");
    private static final int SLOTS = 4;
    /** One is reserved. */
    private static final int FOR_ALL = 3;

    private static final int FOR_DOUBTFUL = 3;
    private static final Ran QUICK = Ran.of(Duration.ofMillis(1));
    private static final Ran SLOW = Ran.of(UnderWay.LONG);
    private static final long LONG = UnderWay.LONG.toNanos();
    private static final String WHOLE = "default";

    private final FairShare share = new FairShare(SLOTS, Map.of("reserving", new StreamShare(1, 1)));
    private final ParkedQueues parked = new ParkedQueues(InstantSource.fixed(NOW));
    private final Lanes lanes = new Lanes(share, parked);
    private final Outlet outlet = new Outlet(WHOLE, new MemoryTransport(), new Guard(WHOLE));
    private long lastId;

    @Test
    void unknown_domains_leave_a_quarter_of_the_slots() {
        place("a.example", "b.example", "c.example", "d.example");

        assertThat(startAll())
                .extracting(Job::kind)
                .containsOnly(Job.Kind.DOUBTFUL)
                .hasSize(FOR_DOUBTFUL);
    }

    @Test
    void the_reserve_of_a_stream_is_its_own_for_unknown_domains_too() {
        place("a.example", "b.example", "c.example", "d.example");
        startAll();
        Lane reserving = new Lane("default", "reserving");

        lanes.place(claimed(false, reserving, "e.example", "f.example"));

        assertThat(startAll()).extracting(j -> j.lane().lane).containsExactly(reserving);
    }

    @Test
    void domains_behind_one_way_get_all() {
        lanes.place(claimed(true, TestClaims.LANE, "a.example", "b.example", "c.example", "d.example"));

        assertThat(startAll())
                .extracting(Job::kind)
                .containsOnly(Job.Kind.PLAIN)
                .hasSize(FOR_ALL);
    }

    @Test
    void a_domain_that_was_quick_once_counts_as_quick() {
        prove("a.example");
        place("a.example", "a.example");

        assertThat(startAll())
                .extracting(Job::kind)
                .containsOnly(Job.Kind.PLAIN)
                .hasSize(2);
    }

    @Test
    void a_domain_that_was_slow_is_doubtful_from_then_on() {
        prove("a.example");
        place("a.example");
        finish(start(), SLOW);
        place("a.example");

        assertThat(start().kind()).isEqualTo(Job.Kind.DOUBTFUL);
    }

    @Test
    void a_domain_that_was_not_asked_stays_what_it_is() {
        place("a.example");
        finish(start(), Ran.NOTHING);
        place("a.example");

        assertThat(start().kind()).isEqualTo(Job.Kind.DOUBTFUL);
    }

    @Test
    void a_domain_that_is_quick_for_one_lane_is_for_all() {
        prove("a.example");
        Lane other = new Lane("other", "transactional");
        place("b.example");
        lanes.place(claimed(false, other, "b.example"));
        lanes.place(claimed(false, other, "a.example"));

        assertThat(startAll().stream().filter(j -> domain(j).equals("a.example")))
                .extracting(Job::kind)
                .containsExactly(Job.Kind.PLAIN);
    }

    @Test
    void what_is_set_aside_frees_its_slot() {
        place("a.example", "b.example", "c.example", "d.example");
        List<Job> started = startAll();
        assertThat(started).hasSize(FOR_DOUBTFUL);

        List.copyOf(started).forEach(this::setAside);

        started.addAll(startAll());
        assertThat(started)
                .extracting(SlowDestinationsTest::domain)
                .containsExactlyInAnyOrder("a.example", "b.example", "c.example", "d.example");
    }

    @Test
    void what_is_claimed_of_a_domain_with_much_aside_goes_back() {
        for (int i = 0; i < Quickness.ASIDE; i++) {
            place("a.example");
        }
        place("b.example");
        place("a.example");
        List<RoutedClaim> back = new ArrayList<>();
        for (int i = 0; i < Quickness.ASIDE; i++) {
            back.addAll(setAside(start()));
        }

        assertThat(back).extracting(r -> r.claim().queue()).containsExactly(queue("a.example"));
        assertThat(domain(start())).isEqualTo("b.example");
        assertThat(lanes.next()).isNull();
    }

    @Test
    void a_trial_that_goes_back_unstarted_leaves_its_queue_free_for_the_next() {
        QueueKey others = new QueueKey(new Lane("other", "transactional"), "a.example");
        parked.put(new ParkedQueue(others, NOW, "it failed", 1));
        List<Job> aside = new ArrayList<>();
        for (int i = 0; i < Quickness.ASIDE; i++) {
            place("a.example");
            aside.add(start());
            if (i == Quickness.ASIDE - 1) {
                lanes.place(claimed(false, others.lane(), "a.example"));
            }
            setAside(aside.get(i));
        }
        aside.forEach(job -> lanes.finishedAside(job, SLOW));

        lanes.activate(List.of(others));

        assertThat(lanes.choose()).extracting(Pick::queue).contains(others);
    }

    @Test
    void a_queue_is_claimed_from_on_one_side_only_when_its_domain_is_forgotten() {
        prove("a.example");
        lanes.activate(List.of(queue("a.example")));
        for (int i = 0; i < 10_000; i++) {
            prove("d" + i + ".example");
        }
        lanes.activate(List.of(queue("a.example")));

        List<Pick> picks = lanes.choose();
        assertThat(picks).extracting(Pick::queue).containsExactly(queue("a.example"));

        lanes.place(new Claimed(List.of(queue("a.example")), Set.of(queue("a.example")), Map.of()));
        assertThat(lanes.choose()).isEmpty();
    }

    @Test
    void queues_that_were_active_before_the_first_destination_was_known_are_all_claimed_from() {
        for (int i = 0; i < 30; i++) {
            lanes.activate(List.of(queue("d" + i + ".example")));
        }
        Set<String> claimed = new TreeSet<>();
        for (List<Pick> picks = lanes.choose(); !picks.isEmpty(); picks = lanes.choose()) {
            String[] domains = picks.stream()
                    .map(p -> p.queue().domain())
                    .filter(claimed::add)
                    .toArray(String[]::new);
            lanes.place(new Claimed(
                    picks.stream().map(Pick::queue).toList(),
                    picks.stream().map(Pick::queue).collect(Collectors.toSet()),
                    claimed(false, TestClaims.LANE, domains).routed()));
            for (List<Job> jobs = startAll(); !jobs.isEmpty(); jobs = startAll()) {
                jobs.forEach(this::setAside);
            }
        }

        assertThat(claimed).hasSize(30);
    }

    @Test
    void what_is_claimed_twice_over_is_taken_in_once() {
        Claimed claimed = claimed(false, TestClaims.LANE, "a.example");
        lanes.place(new Claimed(List.of(queue("a.example"), queue("a.example")), Set.of(), claimed.routed()));

        assertThat(startAll()).hasSize(1);
    }

    @Test
    void what_was_given_back_untried_is_claimed_again() {
        place("a.example");
        lanes.choose();

        boolean more = lanes.finished(start(), new Ran(0, 0, List.of(queue("b.example"))));

        assertThat(more).isTrue();
        assertThat(lanes.choose()).extracting(Pick::queue).containsExactly(queue("b.example"));
    }

    @Test
    void of_a_domain_with_much_aside_nothing_more_is_claimed_until_one_has_ended() {
        List<Job> aside = new ArrayList<>();
        for (int i = 0; i < Quickness.ASIDE; i++) {
            place("a.example");
            Job job = start();
            setAside(job);
            aside.add(job);
        }
        lanes.activate(List.of(queue("a.example"), queue("b.example")));
        assertThat(lanes.choose()).extracting(Pick::queue).containsExactly(queue("b.example"));

        lanes.finishedAside(aside.get(0), SLOW);

        assertThat(lanes.choose()).extracting(Pick::queue).contains(queue("a.example"));
    }

    @Test
    void a_call_to_a_domain_that_may_be_slow_gives_its_slot_away_sooner_than_one_to_a_quick_one() {
        place("a.example");
        Job doubtful = start();
        finish(doubtful, QUICK);
        place("a.example");
        Job plain = start();

        assertThat(plain.kind()).isEqualTo(Job.Kind.PLAIN);
        assertThat(new UnderWay(doubtful).isDelaying(LONG / 2)).isTrue();
        assertThat(new UnderWay(plain).isDelaying(LONG / 2)).isFalse();
        assertThat(new UnderWay(plain).isDelaying(LONG + 1)).isTrue();
    }

    @Test
    void a_call_behind_the_dot_keeps_its_slot_until_it_is_journalled() {
        place("a.example");
        Job job = start();

        job.pastDot().set(true);

        assertThat(new UnderWay(job).isDelaying(LONG / 2)).isFalse();
        assertThat(new UnderWay(job).isDelaying(LONG + 1)).isTrue();
    }

    @Test
    void while_many_calls_are_aside_each_domain_has_one() {
        place("a.example");
        setAside(start());
        lanes.activate(List.of(queue("a.example")));
        assertThat(lanes.choose()).extracting(Pick::queue).containsExactly(queue("a.example"));

        for (int i = 0; i < Quickness.CROWD; i++) {
            place("d" + i + ".example");
            setAside(start());
        }
        lanes.activate(List.of(queue("a.example"), queue("b.example")));

        assertThat(lanes.choose()).extracting(Pick::queue).containsExactly(queue("b.example"));
    }

    @Test
    void a_domain_is_known_to_be_quick_also_when_its_call_was_aside_for_a_moment() {
        place("a.example");
        Job job = start();
        setAside(job);
        lanes.finishedAside(job, QUICK);
        place("a.example");

        assertThat(start().kind()).isEqualTo(Job.Kind.PLAIN);
    }

    @Test
    void claims_for_domains_that_may_be_slow_leave_room_for_the_others() {
        prove("quick.example");
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
        prove("a.example");
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
        lanes.place(claimed(false, TestClaims.LANE, domains));
    }

    private void prove(String domain) {
        place(domain);
        finish(start(), QUICK);
    }

    @CanIgnoreReturnValue
    private List<RoutedClaim> setAside(Job job) {
        return lanes.setAside(job, UnderWay.LONG.toNanos());
    }

    private Claimed claimed(boolean whole, Lane lane, String... domains) {
        Map<QueueKey, List<RoutedClaim>> routed = Arrays.stream(domains)
                .map(domain -> routed(
                        new QueueKey(lane, domain), whole ? outlet.transport().name() : domain))
                .collect(Collectors.groupingBy(r -> r.claim().queue()));
        return new Claimed(List.copyOf(routed.keySet()), Set.of(), routed);
    }

    private RoutedClaim routed(QueueKey queue, String destination) {
        Claim claim = TestClaims.claim(++lastId, lastId, queue);
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

    private void finish(Job job, Ran ran) {
        lanes.finished(job, ran);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.EventType;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.WebhookStore;
import dev.mailer.api.spi.WebhookStore.Added;
import dev.mailer.api.spi.WebhookStore.Attempt;
import dev.mailer.api.spi.WebhookStore.Backlog;
import dev.mailer.api.spi.WebhookStore.Claimed;
import dev.mailer.api.spi.WebhookStore.Delivery;
import dev.mailer.api.spi.WebhookStore.Due;
import dev.mailer.api.spi.WebhookStore.Endpoint;
import dev.mailer.api.spi.WebhookStore.Health;
import dev.mailer.api.spi.WebhookStore.Query;
import dev.mailer.api.spi.WebhookStore.Replayed;
import dev.mailer.api.spi.WebhookStore.Selection;
import dev.mailer.api.spi.WebhookStore.Settled;
import dev.mailer.api.spi.WebhookStore.State;
import dev.mailer.api.spi.WebhookStore.Status;
import dev.mailer.api.spi.WebhookStore.Want;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link WebhookStore} must do. Extend it and say how to make the store that it belongs to. */
public abstract class WebhookStoreContract extends StoreContract implements WebhookMailCases {
    private static final Instant LEASE = NOON.plusSeconds(30);
    private static final int MANY = 100;
    private static final Endpoint ONE = endpoint("one", LANE.tenant());
    private static final Endpoint TWO = endpoint("two", LANE.tenant());
    private static final Endpoint OTHERS = endpoint("others", STRANGER.tenant());

    protected WebhookStoreContract() {}

    @Test
    void an_endpoint_is_read_as_it_was_added_and_survives() throws Exception {
        assertThat(store().add(OTHERS, MANY)).isEqualTo(Added.ADDED);
        assertThat(store().add(ONE, MANY)).isEqualTo(Added.ADDED);
        assertThat(store().add(ONE, MANY)).isEqualTo(Added.TAKEN);

        assertThat(store().endpoints()).containsExactly(ONE, OTHERS);
        assertThat(restarted().store().webhooks().endpoints()).containsExactly(ONE, OTHERS);
    }

    @Test
    void an_endpoint_of_an_unknown_tenant_is_refused() {
        assertThatThrownBy(() -> store().add(endpoint("x", "nobody"), MANY)).isInstanceOf(InvalidEmailException.class);
    }

    @Test
    void a_tenant_has_so_many_endpoints_at_most() {
        store().add(ONE, 2);
        store().add(TWO, 2);

        assertThat(store().add(endpoint("three", LANE.tenant()), 2)).isEqualTo(Added.FULL);
        assertThat(store().add(OTHERS, 2)).isEqualTo(Added.ADDED);
        assertThat(store().endpoints()).containsExactly(ONE, OTHERS, TWO);
        store().remove(LANE.tenant(), "one");
        assertThat(store().add(endpoint("three", LANE.tenant()), 2)).isEqualTo(Added.ADDED);
    }

    @Test
    void so_many_at_most_holds_where_several_are_added_at_once() throws Exception {
        int threads = 8;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int most = 2; most <= 20; most += 2) {
                CyclicBarrier start = new CyclicBarrier(threads);
                int now = most;
                List<Future<Added>> all = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    Endpoint e = endpoint("e" + most + "-" + i, LANE.tenant());
                    all.add(pool.submit(() -> {
                        start.await();
                        return store().add(e, now);
                    }));
                }
                List<Added> got = new ArrayList<>();
                for (Future<Added> one : all) {
                    got.add(one.get());
                }
                assertThat(got).containsOnly(Added.ADDED, Added.FULL);
                assertThat(store().endpoints()).hasSize(most);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void only_its_tenant_changes_or_removes_an_endpoint() {
        store().add(ONE, MANY);

        assertThat(store().configure(STRANGER.tenant(), "one", ONE.config(), Secret.of("theirs")))
                .isFalse();
        assertThat(store().enable(STRANGER.tenant(), "one", false, "", LATER)).isFalse();
        assertThat(store().remove(STRANGER.tenant(), "one")).isFalse();
        assertThat(store().endpoints()).containsExactly(ONE);

        assertThat(store().configure(LANE.tenant(), "one", ONE.config(), Secret.of("new")))
                .isTrue();
        assertThat(only().config()).isEqualTo(Secret.of("new"));
        assertThat(store().remove(LANE.tenant(), "one")).isTrue();
        assertThat(store().remove(LANE.tenant(), "one")).isFalse();
        assertThat(store().configure(LANE.tenant(), "one", Secret.of("new"), Secret.of("x")))
                .isFalse();
        assertThat(store().endpoints()).isEmpty();
    }

    @Test
    void of_two_changes_of_what_was_read_the_second_is_refused() {
        store().add(ONE, MANY);

        assertThat(store().configure(LANE.tenant(), "one", ONE.config(), Secret.of("first")))
                .isTrue();
        assertThat(store().configure(LANE.tenant(), "one", ONE.config(), Secret.of("second")))
                .isFalse();
        assertThat(only().config()).isEqualTo(Secret.of("first"));
        assertThat(store().configure(LANE.tenant(), "one", Secret.of("first"), Secret.of("second")))
                .isTrue();
        assertThat(only().config()).isEqualTo(Secret.of("second"));
    }

    @Test
    void disabling_is_told_once_and_enabling_forgets_failures() {
        store().add(ONE, MANY);
        store().settle(List.of(), List.of(new Health("one", NOON, 3, false, LATER)));

        assertThat(store().enable(LANE.tenant(), "one", false, "it is gone", LATER))
                .isTrue();
        assertThat(store().enable(LANE.tenant(), "one", false, "again", LATER)).isFalse();
        assertThat(only().state()).isEqualTo(new State(false, "it is gone", LATER, 3, NOON, null, LATER));

        assertThat(store().enable(LANE.tenant(), "one", true, "", TOMORROW)).isTrue();
        assertThat(only().state()).isEqualTo(State.fresh(true, TOMORROW));
    }

    @Test
    void an_event_waits_once_for_each_endpoint() {
        two();

        assertThat(store().enqueue(List.of(due(ONE, 1), due(ONE, 2), due(TWO, 1)), NOON))
                .isEqualTo(3);
        assertThat(store().enqueue(List.of(due(ONE, 2), due(ONE, 3), due(ONE, 3)), LATER))
                .isEqualTo(1);

        assertThat(list("one", null)).extracting(Delivery::event).containsExactly(3L, 2L, 1L);
        assertThat(list("one", null).get(1))
                .isEqualTo(new Delivery("one", 2, EventType.SENT, Status.WAITING, NOON, NOON, 0, NOON));
        assertThat(store().waiting("one")).isEqualTo(3);
        assertThat(store().waiting("two")).isEqualTo(1);
    }

    @Test
    void what_is_due_is_claimed_oldest_first_up_to_the_limit_and_by_one_only() {
        two();
        store().enqueue(LongStream.rangeClosed(1, 5).mapToObj(e -> due(ONE, e)).toList(), NOON);
        store().enqueue(List.of(due(TWO, 9)), LATER);

        assertThat(store().due(NOON)).containsExactly("one");
        List<Claimed> first = store().claim(List.of(new Want("one", 3), new Want("two", 3)), NOON, LEASE);
        List<Claimed> rest = store().claim(List.of(new Want("one", 3)), NOON, LEASE);

        assertThat(first).extracting(Claimed::event).containsExactly(1L, 2L, 3L);
        assertThat(first.get(0)).isEqualTo(new Claimed("one", 1, 0, 0, LEASE, Status.WAITING));
        assertThat(rest).extracting(Claimed::event).containsExactly(4L, 5L);
        assertThat(store().claim(List.of(new Want("one", 3)), NOON, LEASE)).isEmpty();
        assertThat(store().due(NOON)).isEmpty();
        assertThat(store().due(LATER)).containsExactly("one", "two");
        store().enable(LANE.tenant(), "two", false, "", LATER);
        assertThat(store().due(LATER)).containsExactly("one");
    }

    @Test
    void what_is_held_waits_says_so_and_is_dropped_only_by_its_claim() {
        two();
        store().enqueue(
                        List.of(
                                new Due(ONE, 1, EventType.SENT, Status.HELD),
                                new Due(ONE, 2, EventType.SENT, Status.HELD),
                                due(ONE, 3)),
                        NOON);
        assertThat(list("one", Status.HELD)).hasSize(2);
        List<Claimed> claims = store().claim(List.of(new Want("one", 2)), NOON, LEASE);
        assertThat(claims).extracting(Claimed::status).containsExactly(Status.HELD, Status.HELD);

        Claimed again = claim("one", LEASE, LATER);
        assertThat(again.event()).isEqualTo(3);
        store().drop(List.of(new Claimed("one", 1, 0, 0, NOON, Status.HELD), claims.get(1)));

        assertThat(list("one", Status.HELD)).extracting(Delivery::event).containsExactly(1L);
        store().settle(List.of(new Settled(claims.get(0), null, Status.WAITING, NOON)), List.of());
        assertThat(list("one", Status.HELD)).isEmpty();
        store().enqueue(List.of(new Due(ONE, 4, EventType.SENT, Status.HELD)), NOON);
        while (store().purge(LATER, 10) > 0) {
            // the next ones
        }
        assertThat(list("one", null)).extracting(Delivery::event).containsExactly(3L, 1L);
    }

    @Test
    void two_nodes_never_claim_the_same() throws Exception {
        two();
        store().enqueue(LongStream.rangeClosed(1, 40).mapToObj(e -> due(ONE, e)).toList(), NOON);
        WebhookStore other = another().store().webhooks();

        List<Claimed> here = store().claim(List.of(new Want("one", 25)), NOON, LEASE);
        List<Claimed> there = other.claim(List.of(new Want("one", 25)), NOON, LEASE);

        assertThat(here).hasSize(25);
        assertThat(there)
                .hasSize(15)
                .extracting(Claimed::event)
                .doesNotContainAnyElementsOf(here.stream().map(Claimed::event).toList());
    }

    @Test
    void a_claim_that_has_ended_is_another_s_and_is_not_settled_any_more() {
        two();
        store().enqueue(List.of(due(ONE, 1)), NOON);
        Claimed lost = claim("one", NOON, LEASE);
        Claimed next = claim("one", LEASE, LATER);

        store().settle(List.of(new Settled(lost, attempt(1), Status.DEAD, null)), List.of());

        assertThat(list("one", Status.WAITING)).hasSize(1);
        assertThat(store().attempts("one", 1)).isEmpty();
        store().settle(List.of(new Settled(next, attempt(1), Status.DELIVERED, null)), List.of());
        assertThat(list("one", Status.DELIVERED)).hasSize(1);
    }

    @Test
    void attempts_are_counted_and_kept_and_what_is_given_back_counts_as_none() {
        two();
        store().enqueue(List.of(due(ONE, 1)), NOON);

        store().settle(List.of(new Settled(claim("one", NOON, LEASE), null, Status.WAITING, NOON)), List.of());
        store().settle(List.of(new Settled(claim("one", NOON, LEASE), attempt(1), Status.WAITING, LATER)), List.of());
        assertThat(store().due(LATER.minusMillis(1))).isEmpty();
        Claimed again = claim("one", LATER, TOMORROW);
        assertThat(again).isEqualTo(new Claimed("one", 1, 1, 1, TOMORROW, Status.WAITING));
        store().settle(List.of(new Settled(again, attempt(2), Status.DEAD, null)), List.of());

        assertThat(list("one", null).get(0))
                .isEqualTo(new Delivery("one", 1, EventType.SENT, Status.DEAD, NOON, NOON.plusSeconds(2), 2, null));
        assertThat(store().attempts("one", 1)).containsExactly(attempt(1), attempt(2));
        assertThat(store().waiting("one")).isZero();
    }

    @Test
    void health_counts_failures_since_the_last_success() {
        store().add(ONE, MANY);

        store().settle(List.of(), List.of(new Health("one", NOON, 2, false, null)));
        store().settle(List.of(), List.of(new Health("one", LATER, 1, false, TOMORROW)));
        assertThat(only().state()).isEqualTo(new State(true, "", NOON, 3, NOON, null, TOMORROW));

        assertThat(store().probe("one", LATER, LEASE)).isFalse();
        assertThat(store().probe("one", TOMORROW, TOMORROW.plusSeconds(9))).isTrue();
        assertThat(store().probe("one", TOMORROW, TOMORROW.plusSeconds(9))).isFalse();

        store().settle(List.of(), List.of(new Health("one", TOMORROW, 0, true, null)));
        assertThat(only().state()).isEqualTo(new State(true, "", NOON, 0, null, TOMORROW, null));
        store().settle(List.of(), List.of(new Health("one", TOMORROW, 1, true, null)));
        assertThat(only().state()).isEqualTo(new State(true, "", NOON, 1, TOMORROW, TOMORROW, null));
    }

    @Test
    void what_has_ended_is_sent_again_as_it_was_chosen() {
        two();
        end(ONE, 1, NOON, Status.DEAD);
        end(ONE, 2, LATER, Status.DELIVERED);
        end(ONE, 3, LATER, Status.DEAD);
        end(TWO, 1, NOON, Status.DEAD);
        store().enqueue(List.of(due(ONE, 4)), NOON);

        assertThat(replay(new Selection(4L, null, null, null))).isZero();
        assertThat(replay(new Selection(null, Status.DELIVERED, null, null))).isEqualTo(1);
        assertThat(replay(new Selection(null, null, LATER, TOMORROW))).isEqualTo(1);
        assertThat(replay(new Selection(null, Status.DEAD, null, null))).isEqualTo(1);
        assertThat(replay(new Selection(null, Status.DEAD, null, null))).isZero();

        assertThat(store().claim(List.of(new Want("one", 10)), TOMORROW, TOMORROW.plusSeconds(1)))
                .filteredOn(c -> c.event() != 4)
                .allSatisfy(c -> assertThat(c.tries()).isZero())
                .allSatisfy(c -> assertThat(c.attempts()).isEqualTo(1))
                .extracting(Claimed::event)
                .containsExactlyInAnyOrder(1L, 2L, 3L);
        assertThat(list("two", Status.DEAD)).hasSize(1);
    }

    @Test
    void sending_again_looks_at_a_part_at_a_time_and_at_none_twice() {
        two();
        for (long event = 1; event <= 5; event++) {
            end(ONE, event, NOON, event == 2 ? Status.DELIVERED : Status.DEAD);
        }
        Selection dead = new Selection(null, Status.DEAD, null, null);

        Replayed first = store().replay("one", dead, 0, TOMORROW, 2);
        assertThat(first).isEqualTo(new Replayed(1, 2L));
        end(ONE, 1, TOMORROW, Status.DEAD);
        assertThat(store().replay("one", dead, 2, TOMORROW, 2)).isEqualTo(new Replayed(2, 4L));
        assertThat(store().replay("one", dead, 4, TOMORROW, 2).replayed()).isEqualTo(1);
        assertThat(store().replay("one", dead, 5, TOMORROW, 2)).isEqualTo(new Replayed(0, null));
        assertThat(list("one", Status.DEAD)).extracting(Delivery::event).containsExactly(1L);
    }

    @Test
    void the_age_of_what_is_sent_again_counts_from_then() {
        two();
        end(ONE, 1, NOON, Status.DEAD);
        end(ONE, 2, NOON, Status.DEAD);
        store().replay("one", new Selection(1L, null, null, null), 0, LATER, 10);
        store().enable(LANE.tenant(), "one", false, "", LATER);

        while (store().purge(LATER, 10) > 0) {
            // the next ones
        }

        assertThat(list("one", null)).extracting(Delivery::event).containsExactly(1L);
        assertThat(store().attempts("one", 1)).hasSize(1);
    }

    @Test
    void what_lies_about_is_counted() {
        two();
        assertThat(store().backlog(LATER)).isEqualTo(new Backlog(0, null));
        end(ONE, 1, NOON, Status.DEAD);
        end(TWO, 1, NOON, Status.DEAD);
        store().enqueue(List.of(due(ONE, 2)), NOON.plusSeconds(1));
        store().enqueue(List.of(due(TWO, 2)), NOON);

        assertThat(store().backlog(LATER)).isEqualTo(new Backlog(2, NOON));
        store().enable(LANE.tenant(), "two", false, "", NOON);
        assertThat(store().backlog(LATER)).isEqualTo(new Backlog(2, NOON.plusSeconds(1)));
        assertThat(store().backlog(NOON)).isEqualTo(new Backlog(2, null));
    }

    @Test
    void lists_are_filtered_and_go_on_page_by_page() {
        two();
        end(ONE, 1, NOON, Status.DEAD);
        end(ONE, 2, NOON, Status.DELIVERED);
        store().enqueue(List.of(new Due(ONE, 3, EventType.BOUNCED)), NOON);

        assertThat(store().list(new Query("one", null, EventType.BOUNCED, null, 10)))
                .extracting(Delivery::event)
                .containsExactly(3L);
        assertThat(store().list(new Query("one", null, null, 3L, 1)))
                .extracting(Delivery::event)
                .containsExactly(2L);
        assertThat(list("one", Status.DEAD)).extracting(Delivery::event).containsExactly(1L);
    }

    @Test
    void what_ended_long_ago_goes_and_what_waits_stays_unless_nobody_will_send_it() {
        two();
        end(ONE, 1, NOON, Status.DEAD);
        end(ONE, 2, NOON, Status.DELIVERED);
        end(ONE, 3, TOMORROW, Status.DELIVERED);
        store().enqueue(List.of(due(ONE, 4), due(TWO, 4)), NOON);
        store().enable(LANE.tenant(), "two", false, "", NOON);

        while (store().purge(LATER, 1) > 0) {
            // the next ones
        }

        assertThat(list("one", null)).extracting(Delivery::event).containsExactly(4L, 3L);
        assertThat(store().attempts("one", 1)).isEmpty();
        assertThat(list("two", null)).isEmpty();
        store().remove(LANE.tenant(), "one");
        while (store().purge(LATER, 10) > 0) {
            // the next ones
        }
        assertThat(list("one", null)).isEmpty();
    }

    private WebhookStore store() {
        return ledger().store().webhooks();
    }

    /** Part by part. */
    private int replay(Selection what) {
        int all = 0;
        Long after = 0L;
        while (after != null) {
            Replayed part = store().replay("one", what, after, TOMORROW, 2);
            all += part.replayed();
            after = part.next();
        }
        return all;
    }

    private void two() {
        store().add(ONE, MANY);
        store().add(TWO, MANY);
    }

    private Endpoint only() {
        return store().endpoints().get(0);
    }

    private List<Delivery> list(String endpoint, @Nullable Status status) {
        return store().list(new Query(endpoint, status, null, null, 100));
    }

    private Claimed claim(String endpoint, Instant now, Instant until) {
        return Objects.requireNonNull(
                store().claim(List.of(new Want(endpoint, 1)), now, until).get(0));
    }

    private void end(Endpoint endpoint, long event, Instant at, Status status) {
        store().enqueue(List.of(due(endpoint, event)), at);
        Claimed claim = claim(endpoint.id(), at, at.plusSeconds(1));
        Attempt attempt = new Attempt(claim.attempts() + 1, at, 500, Duration.ofMillis(5), "status", "");
        store().settle(List.of(new Settled(claim, attempt, status, null)), List.of());
    }

    private static Attempt attempt(int number) {
        return new Attempt(number, NOON.plusSeconds(number), 503, Duration.ofMillis(17), "status", "busy: grüße");
    }

    private static Due due(Endpoint endpoint, long event) {
        return new Due(endpoint, event, EventType.SENT);
    }

    private static Endpoint endpoint(String id, String tenant) {
        return new Endpoint(
                id, tenant, Secret.of("{\"url\":\"https://" + id + "\"}"), NOON, 4711, State.fresh(true, NOON));
    }
}

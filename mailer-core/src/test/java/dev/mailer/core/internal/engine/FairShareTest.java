// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportCapabilities;
import dev.mailer.core.MemoryTransport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FairShareTest {
    private static final MemoryTransport MEMORY = new MemoryTransport();

    private final Route route =
            new Route(new Outlet("default", MEMORY, new Guard("default")), new Destination(MEMORY.name()));
    private final List<LaneState> lanes = new ArrayList<>();
    private long lastId;

    @Test
    void mails_are_shared_by_weight() {
        FairShare share = share(1, Map.of("orders", new StreamShare(3, 0), "news", new StreamShare(1, 0)));
        LaneState orders = lane(share, "a", "orders", 1_000);
        LaneState news = lane(share, "a", "news", 1_000);

        Map<LaneState, Integer> served = serve(share, 400);

        assertThat(served).containsEntry(orders, 300).containsEntry(news, 100);
    }

    @Test
    void no_stretch_of_turns_is_far_from_the_shares() {
        FairShare share = share(1, Map.of("orders", new StreamShare(3, 0), "news", new StreamShare(1, 0)));
        LaneState orders = lane(share, "a", "orders", 1_000);
        lane(share, "a", "news", 1_000);

        for (int turn = 0; turn < 50; turn++) {
            assertThat(serve(share, 4).get(orders)).isBetween(2, 4);
        }
    }

    @Test
    void tenants_of_one_stream_share_alike() {
        FairShare share = share(1, Map.of("news", new StreamShare(1, 0)));
        LaneState big = lane(share, "big", "news", 10_000);
        LaneState small = lane(share, "small", "news", 100);

        assertThat(serve(share, 200)).containsEntry(big, 100).containsEntry(small, 100);
    }

    @Test
    void reserved_slots_are_never_taken_by_others() {
        FairShare share = share(4, Map.of("orders", new StreamShare(1, 2), "news", new StreamShare(1, 0)));
        LaneState news = lane(share, "a", "news", 100);

        assertThat(startAll(share)).containsExactly(news, news);

        LaneState orders = lane(share, "a", "orders", 100);
        assertThat(startAll(share)).containsExactly(orders, orders);
    }

    @Test
    void a_stream_uses_its_reserve_first_and_the_rest_as_all_do() {
        FairShare share = share(4, Map.of("orders", new StreamShare(1, 2), "news", new StreamShare(1, 0)));
        LaneState orders = lane(share, "a", "orders", 100);

        assertThat(startAll(share)).containsExactly(orders, orders, orders, orders);

        lane(share, "a", "news", 100);
        assertThat(startAll(share)).isEmpty();
        share.finished(job(orders));
        assertThat(startAll(share)).hasSize(1);
    }

    @Test
    void a_slot_that_ends_goes_to_the_reserve_that_is_short() {
        FairShare share = share(3, Map.of("orders", new StreamShare(1, 1), "news", new StreamShare(1, 0)));
        LaneState orders = lane(share, "a", "orders", 2);
        LaneState news = lane(share, "a", "news", 100);
        assertThat(startAll(share)).containsExactlyInAnyOrder(orders, orders, news);

        share.finished(job(orders));
        assertThat(startAll(share)).as("one beyond the reserve ended").containsExactly(news);
        share.finished(job(orders));
        assertThat(startAll(share)).as("what is left is reserved").isEmpty();
    }

    @Test
    void a_stream_that_was_idle_gets_no_more_than_its_share_afterwards() {
        FairShare share = share(1, Map.of("orders", new StreamShare(1, 0), "news", new StreamShare(1, 0)));
        LaneState news = lane(share, "a", "news", 10_000);
        LaneState orders = lane(share, "a", "orders", 1);
        serve(share, 1_000);
        fill(orders, 1_000);

        Map<LaneState, Integer> served = serve(share, 100);

        assertThat(served.get(orders)).isBetween(49, 51);
        assertThat(served.get(news)).isBetween(49, 51);
    }

    @Test
    void reserves_must_leave_a_slot_for_all() {
        assertThatThrownBy(() -> share(2, Map.of("orders", new StreamShare(1, 2))))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageContaining("sums up to 2 of 2 slots");
    }

    @Test
    void a_transport_that_hangs_leaves_slots_to_the_others() {
        Outlet hanging = outlet("a", 16);
        Outlet other = outlet("b", 16);
        FairShare share = new FairShare(32, Map.of(), new OutletShare(List.of(hanging, other), 32));
        LaneState news = lane(share, "a", "news", hanging, 100);
        LaneState orders = lane(share, "a", "orders", other, 100);
        LaneState mixed = lane(share, "a", "mixed", hanging, 10);
        fill(mixed, other, 10);

        List<Job> started = new ArrayList<>();
        for (LaneState lane = share.next(lanes); lane != null; lane = share.next(lanes)) {
            started.add(start(share, lane));
        }

        assertThat(started).filteredOn(j -> j.route().outlet().equals(hanging)).hasSize(16);
        assertThat(started).filteredOn(j -> j.route().outlet().equals(other)).hasSize(16);
        assertThat(share.next(lanes)).isNull();

        share.finished(started.stream()
                .filter(j -> j.route().outlet().equals(other))
                .findFirst()
                .orElseThrow());
        LaneState next = share.next(lanes);
        assertThat(next).isIn(orders, mixed).isNotEqualTo(news);
        assertThat(start(share, next).route().outlet()).isSameAs(other);
    }

    @ParameterizedTest
    @CsvSource({
        "32, 16, 16, 16", // as many as it does at once
        "8, 16, 16, 6", // three quarters
        "64, 16, 16, 32", // more slots than they ask for are shared out
        "2, 1, 1, 1",
        "1, 1, 1, 1"
    })
    void a_transport_has_its_share_of_the_slots(int slots, int first, int second, int most) {
        Outlet outlet = outlet("a", first);
        OutletShare share = new OutletShare(List.of(outlet, outlet("b", second)), slots);

        int started = 0;
        while (share.full().isEmpty()) {
            share.started(outlet);
            started++;
        }

        assertThat(started).isEqualTo(most);
        share.finished(outlet);
        assertThat(share.full()).isEmpty();
    }

    @Test
    void the_only_transport_has_all_slots() {
        Outlet outlet = outlet("a", 2);
        OutletShare share = new OutletShare(List.of(outlet), 8);

        for (int i = 0; i < 7; i++) {
            share.started(outlet);
        }

        assertThat(share.full()).isEmpty();
    }

    private static Outlet outlet(String name, int concurrency) {
        Transport transport = mock(Transport.class);
        when(transport.name()).thenReturn(name);
        when(transport.capabilities()).thenReturn(TransportCapabilities.DEFAULT.concurrency(concurrency));
        return new Outlet(name, transport, new Guard(name));
    }

    private LaneState lane(FairShare share, String tenant, String stream, Outlet outlet, int mails) {
        LaneState lane = lane(share, tenant, stream, 0);
        fill(lane, outlet, mails);
        return lane;
    }

    private void fill(LaneState lane, Outlet outlet, int mails) {
        Route way = new Route(outlet, new Destination(outlet.name()));
        lane.fill(IntStream.range(0, mails)
                .mapToObj(i -> new RoutedClaim(TestClaims.claim(++lastId, lastId, "a.example"), 1, way, 1, 1))
                .toList());
    }

    private static FairShare share(int slots, Map<String, StreamShare> streams) {
        return new FairShare(slots, streams);
    }

    private LaneState lane(FairShare share, String tenant, String stream, int mails) {
        LaneState lane = new LaneState(new Lane(tenant, stream), share.stream(stream), new Quickness());
        fill(lane, mails);
        lanes.add(lane);
        return lane;
    }

    private void fill(LaneState lane, int mails) {
        lane.fill(IntStream.range(0, mails)
                .mapToObj(i -> new RoutedClaim(TestClaims.claim(++lastId, lastId, "a.example"), 1, route, 1, 1))
                .toList());
    }

    /** Starts until nothing may start; who got a slot, in turn. */
    private List<LaneState> startAll(FairShare share) {
        List<LaneState> started = new ArrayList<>();
        for (LaneState lane = share.next(lanes); lane != null; lane = share.next(lanes)) {
            start(share, lane);
            started.add(lane);
        }
        return started;
    }

    /** Keeps all slots busy for so many mails; how many each lane got. */
    private Map<LaneState, Integer> serve(FairShare share, int mails) {
        Map<LaneState, Integer> served = new LinkedHashMap<>();
        Deque<Job> busy = new ArrayDeque<>();
        for (int i = 0; i < mails; i++) {
            if (busy.size() == share.slots()) {
                share.finished(busy.remove());
            }
            LaneState lane = share.next(lanes);
            busy.add(start(share, lane));
            served.merge(lane, 1, Integer::sum);
        }
        busy.forEach(share::finished);
        return served;
    }

    private Job job(LaneState lane) {
        return new Job(lane, List.of(), 1, route, Job.Kind.PLAIN);
    }

    @CanIgnoreReturnValue
    private static Job start(FairShare share, LaneState lane) {
        Job job = share.take(lane);
        share.started(job);
        return job;
    }
}

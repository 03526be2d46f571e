// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class NodeLeaseTest {
    private final AtomicLong now = new AtomicLong();
    private final NodeLease lease = new NodeLease(now::get, Duration.ofSeconds(30));

    @Test
    void it_ends_a_tenth_before_the_store_thinks_so() {
        lease.prolonged(7, now.get());

        now.set(Duration.ofSeconds(27).toNanos() - 1);
        assertThat(lease.holds(7)).isTrue();
        now.incrementAndGet();
        assertThat(lease.holds(7)).isFalse();
    }

    @Test
    void a_heartbeat_that_was_under_way_does_not_take_back_that_the_node_was_given_up() {
        lease.prolonged(7, now.get());
        lease.abandon();

        lease.prolonged(7, now.get());

        assertThat(lease.isAbandoned()).isTrue();
        assertThat(lease.holds(7)).isFalse();
    }

    @Test
    void a_new_registration_ends_being_given_up() {
        lease.prolonged(7, now.get());
        lease.abandon();

        lease.prolonged(8, now.get());

        assertThat(lease.isAbandoned()).isFalse();
        assertThat(lease.holds(8)).isTrue();
        assertThat(lease.holds(7)).isFalse();
    }

    /** Between what it reads of the registration and what it reads of its end, the node goes on under a new number. */
    @Test
    void what_was_claimed_under_the_former_number_is_not_held_while_the_next_one_is_put_in_its_place() {
        AtomicBoolean next = new AtomicBoolean();
        AtomicReference<NodeLease> switched = new AtomicReference<>();
        NanoClock clock = () -> {
            if (next.getAndSet(false)) {
                switched.get().prolonged(8, now.get());
            }
            return now.get();
        };
        switched.set(new NodeLease(clock, Duration.ofSeconds(30)));
        switched.get().prolonged(7, now.get());
        switched.get().lost();

        next.set(true);
        assertThat(switched.get().holds(7)).isFalse();
        assertThat(switched.get().holds(8)).isTrue();
    }
}

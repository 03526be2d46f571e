// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LockstepHostsTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T12:00:00Z"));
    private final LockstepHosts hosts = new LockstepHosts(now::get);

    @Test
    void a_host_is_remembered_for_its_time_since_it_lost_count_last() {
        hosts.add(host(1));
        now.updateAndGet(t -> t.plus(LockstepHosts.TIME).minusMillis(1));
        assertThat(hosts.contains(host(1))).isTrue();
        assertThat(hosts.contains(host(2))).isFalse();
        hosts.add(host(1));
        now.updateAndGet(t -> t.plusMillis(1));
        assertThat(hosts.contains(host(1))).isTrue();

        now.updateAndGet(t -> t.plus(LockstepHosts.TIME));
        assertThat(hosts.contains(host(1))).isFalse();
    }

    @Test
    void beyond_the_most_the_one_that_lost_count_the_longest_ago_goes() {
        for (int i = 0; i < LockstepHosts.MOST + 2; i++) {
            hosts.add(host(i));
            now.updateAndGet(t -> t.plusMillis(1));
        }

        assertThat(hosts.contains(host(0))).isFalse();
        assertThat(hosts.contains(host(1))).isFalse();
        assertThat(hosts.contains(host(2))).isTrue();
        assertThat(hosts.contains(host(LockstepHosts.MOST + 1))).isTrue();
    }

    private static Endpoint host(int number) {
        return new Endpoint("smtp", "mx" + number + ".example.org", 25);
    }
}

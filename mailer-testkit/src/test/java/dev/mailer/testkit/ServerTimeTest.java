// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.OutboxStore;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The time of a store is its server's, which here is also ours, cut to milliseconds and never rounded up. */
class ServerTimeTest {
    @Test
    void the_time_of_a_server_never_runs_ahead() {
        for (OutboxStore opened : List.of(PostgresqlStores.next(), MariaDbStores.next())) {
            try (OutboxStore store = opened) {
                for (int i = 0; i < 300; i++) {
                    Instant told = store.now();
                    assertThat(told).isBeforeOrEqualTo(Clock.systemUTC().instant());
                }
            }
        }
    }
}

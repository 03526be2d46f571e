// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class MergePaceTest {
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void a_batch_waits_until_the_one_before_it_has_had_its_time() {
        MergePace pace = new MergePace(50, START);

        pace.goes(100, START);
        assertThat(pace.next()).isEqualTo(START.plusSeconds(2));

        pace.goes(25, START.plusSeconds(2));
        assertThat(pace.next()).isEqualTo(START.plusMillis(2_500));
    }

    @Test
    void a_server_that_was_away_is_not_flooded_when_it_is_back() {
        MergePace pace = new MergePace(10, START);
        pace.goes(10, START);

        Instant back = START.plusSeconds(300);
        pace.goes(10, back);

        assertThat(pace.next()).isEqualTo(back.plusSeconds(1));
    }

    @Test
    void without_a_rate_nothing_waits() {
        MergePace pace = new MergePace(null, START);

        pace.goes(1_000, START.plusSeconds(1));

        assertThat(pace.next()).isEqualTo(START);
    }
}

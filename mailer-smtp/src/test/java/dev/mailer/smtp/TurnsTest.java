// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private static final Duration SOONEST = Duration.ofSeconds(1);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T12:00:00Z"));
    private final Turns turns = new Turns(Duration.ofMillis(500), now::get);

    @Test
    void each_has_a_time_of_its_own() {
        assertThat(turns.after(SOONEST)).isEqualTo(Duration.ofSeconds(1));
        assertThat(turns.after(SOONEST)).isEqualTo(Duration.ofMillis(1_500));
        now.updateAndGet(t -> t.plusMillis(100));
        assertThat(turns.after(SOONEST)).isEqualTo(Duration.ofMillis(1_900));
    }

    @Test
    void nobody_is_sent_away_for_much_longer_than_the_soonest() {
        Set<Duration> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            Duration wait = turns.after(SOONEST);
            assertThat(wait).isBetween(SOONEST, SOONEST.plusSeconds(60));
            seen.add(wait);
        }
        assertThat(seen).as("a minute in steps of half a second").hasSize(121);
    }

    @Test
    void who_comes_late_comes_at_the_soonest() {
        turns.after(SOONEST);

        now.updateAndGet(t -> t.plusSeconds(3_600));
        assertThat(turns.after(SOONEST)).isEqualTo(SOONEST);

        now.updateAndGet(t -> t.minusSeconds(7_200));
        assertThat(turns.after(SOONEST)).as("the clock was set back").isEqualTo(SOONEST);
    }
}

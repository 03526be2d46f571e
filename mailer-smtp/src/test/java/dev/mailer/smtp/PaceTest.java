// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PaceTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T12:00:00Z"));

    @Test
    void ten_seconds_worth_goes_at_once_and_then_one_after_another() {
        Pace pace = new Pace(60, now::get);

        assertThat(taken(pace)).isEqualTo(10);
        assertThat(pace.take()).isEqualTo(Duration.ofSeconds(1));
        now.updateAndGet(t -> t.plusSeconds(1));
        assertThat(taken(pace)).isEqualTo(1);
        now.updateAndGet(t -> t.plusSeconds(3_600));
        assertThat(taken(pace)).as("what was not used is not saved up").isEqualTo(10);
    }

    @Test
    void a_clock_that_is_set_back_stops_nothing() {
        Pace pace = new Pace(60, now::get);
        taken(pace);

        now.updateAndGet(t -> t.minusSeconds(3_600));

        assertThat(taken(pace)).isEqualTo(10);
    }

    @Test
    void what_did_not_go_is_given_back() {
        Pace pace = new Pace(1, now::get);
        assertThat(pace.take()).isZero();

        pace.giveBack();

        assertThat(pace.take()).isZero();
        assertThat(pace.take()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void zero_is_no_limit() {
        Pace pace = new Pace(0, now::get);

        for (int i = 0; i < 10_000; i++) {
            assertThat(pace.take()).isZero();
        }
    }

    private static int taken(Pace pace) {
        int count = 0;
        while (pace.take().isZero()) {
            count++;
        }
        return count;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class OutageTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private Instant now = NOON;
    private final Outage outage = new Outage(() -> now);

    @Test
    void it_is_told_at_once_and_then_once_in_a_while_with_what_came_between() {
        assertThat(outage.failed()).isEqualTo(1);
        assertThat(outage.failed()).isZero();
        now = NOON.plus(Outage.SILENCE).minusNanos(1);
        assertThat(outage.failed()).isZero();
        now = NOON.plus(Outage.SILENCE);
        assertThat(outage.failed()).isEqualTo(3);
        assertThat(outage.failed()).isZero();
    }

    @Test
    void a_clock_that_is_set_back_does_not_silence_it() {
        assertThat(outage.failed()).isEqualTo(1);
        now = NOON.minusSeconds(3_600);
        assertThat(outage.failed()).isEqualTo(1);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.mailer.api.spi.OutboxStore;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerClockTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final OutboxStore store = mock(OutboxStore.class);
    private Instant here = NOON.minus(Duration.ofMinutes(1));
    private Duration trip = Duration.ZERO;
    private final LedgerClock clock = new LedgerClock(() -> here);

    @BeforeEach
    void answer() {
        when(store.now()).thenAnswer(call -> {
            here = here.plus(trip);
            return NOON;
        });
    }

    @Test
    void a_clock_that_was_never_measured_is_not_trusted() {
        assertThat(clock.isTrusted()).isFalse();

        clock.measure(store);

        assertThat(clock.isTrusted()).isTrue();
        assertThat(clock.instant()).isEqualTo(NOON);
    }

    @Test
    void a_slow_measurement_is_better_than_none_and_worse_than_a_former_one() {
        trip = Duration.ofSeconds(4);
        clock.measure(store);
        assertThat(clock.isTrusted()).isTrue();
        assertThat(clock.offset()).isEqualTo(Duration.ofSeconds(58));

        trip = Duration.ofSeconds(6);
        clock.measure(store);
        assertThat(clock.offset()).isEqualTo(Duration.ofSeconds(58));
    }

    @Test
    void a_clock_that_is_set_back_meanwhile_is_not_measured() {
        trip = Duration.ofSeconds(-1);
        clock.measure(store);
        assertThat(clock.isTrusted()).isFalse();
    }

    @Test
    void a_clock_that_is_far_off_is_not_trusted() {
        here = NOON.plus(Duration.ofHours(1));

        clock.measure(store);

        assertThat(clock.isTrusted()).isFalse();
    }
}

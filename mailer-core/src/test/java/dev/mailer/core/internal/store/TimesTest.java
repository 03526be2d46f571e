// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TimesTest {
    static List<InstantSource> systems() {
        return List.of(InstantSource.system(), Clock.systemUTC(), Clock.system(ZoneId.of("Asia/Tokyo")));
    }

    static Stream<InstantSource> others() {
        Instant noon = Instant.parse("2026-01-01T12:00:00Z");
        return Stream.of(
                () -> noon, Clock.fixed(noon, ZoneOffset.UTC), Clock.offset(Clock.systemUTC(), Duration.ofHours(1)));
    }

    @ParameterizedTest
    @MethodSource("systems")
    void the_machines_clock_is_known_under_all_its_names(InstantSource clock) {
        assertThat(Times.isSystem(clock)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("others")
    void any_other_clock_is_a_tests(InstantSource clock) {
        assertThat(Times.isSystem(clock)).isFalse();
    }

    @Test
    void forever_survives_the_way_to_milliseconds_and_back() {
        assertThat(Times.instant(Times.millis(Instant.MAX))).isEqualTo(Instant.MAX);
    }
}

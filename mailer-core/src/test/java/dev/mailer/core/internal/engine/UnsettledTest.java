// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Claim;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A peer hangs, its delivery is taken over meanwhile, and this process claims it again under its next number. */
class UnsettledTest {
    private static final long BEFORE = 7;
    private static final long AFTER = 8;

    private final AtomicLong now = new AtomicLong();
    private final Unsettled unsettled = new Unsettled(2, now::get);
    private final Claim first = TestClaims.claim(1, 1, "a.example");
    private final Claim second = first.withAttempt(2);

    @Test
    void each_attempt_gives_its_own_room_back() {
        assertThat(unsettled.enter(List.of(first), BEFORE, false)).isTrue();
        assertThat(unsettled.enter(List.of(second), AFTER, false)).isTrue();
        assertThat(unsettled.counted()).isEqualTo(2);

        unsettled.leave(first);
        assertThat(unsettled.counted()).isEqualTo(1);
        unsettled.leave(second);
        assertThat(unsettled.counted()).isZero();
        assertThat(unsettled.size()).isZero();
    }

    @Test
    void that_one_attempt_is_journalled_says_nothing_of_the_next() {
        unsettled.enter(List.of(first), BEFORE, false);
        unsettled.enter(List.of(second), AFTER, false);

        unsettled.journalled(List.of(first));

        assertThat(unsettled.counted()).isEqualTo(1);
        now.set(Unsettled.PATIENCE.plus(Duration.ofMillis(1)).toNanos());
        assertThat(unsettled.slow()).containsOnlyKeys(AFTER).containsValue(List.of(second));
    }
}

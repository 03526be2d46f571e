// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GuardTest {
    private static final Failure BROKEN =
            Failure.builder("on-purpose", Phase.CONNECT).build();
    private static final Outcome DOWN = Outcome.deferred(Outcome.Scope.TRANSPORT, BROKEN, null);
    private static final Outcome FINE = Outcome.accepted("250 ok", null);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);
    private final Guard guard = new Guard("stub", nanos::get);

    @Test
    void what_fails_as_a_whole_again_and_again_opens_and_lets_two_try_after_ten_seconds() {
        use(DOWN, 5);
        assertThat(guard.isOpen()).isTrue();
        assertThat(guard.tryAcquire()).isFalse();

        advance(Duration.ofSeconds(9));
        assertThat(guard.tryAcquire()).isFalse();
        advance(Duration.ofMillis(1_001));

        assertThat(guard.isOpen()).isFalse();
        assertThat(guard.tryAcquire()).isTrue();
        assertThat(guard.tryAcquire()).isTrue();
        assertThat(guard.tryAcquire()).isFalse();
        guard.record(FINE, false);
        guard.record(FINE, false);
        assertThat(guard.isSuspect()).isFalse();
    }

    @Test
    void one_that_has_never_worked_is_told_from_one_that_fails_now() {
        assertThat(guard.isUnproven()).isFalse();

        use(DOWN, 1);
        assertThat(guard.isUnproven()).isFalse();
        use(DOWN, 1);
        assertThat(guard.isUnproven()).isTrue();
        advance(Duration.ofMinutes(6));
        assertThat(guard.isUnproven()).isFalse();
        use(DOWN, 1);
        assertThat(guard.isUnproven()).isTrue();
        use(FINE, 1);
        use(DOWN, 1);
        assertThat(guard.isUnproven()).isFalse();
    }

    @Test
    void a_reply_that_is_lost_tells_nothing_of_a_transport_that_is_new() {
        use(Outcome.ambiguous(Failure.builder("timeout", Phase.FINAL_REPLY).build()), 2);

        assertThat(guard.isUnproven()).isFalse();
    }

    @Test
    void trials_that_fail_open_it_again() {
        use(DOWN, 5);
        advance(Duration.ofSeconds(11));

        use(DOWN, 2);

        assertThat(guard.isOpen()).isTrue();
        assertThat(guard.tryAcquire()).isFalse();
    }

    @Test
    void a_trial_that_is_given_back_leaves_room_for_another() {
        use(DOWN, 5);
        advance(Duration.ofSeconds(11));

        for (int i = 0; i < 5; i++) {
            assertThat(guard.tryAcquire()).isTrue();
            guard.giveBack();
        }
    }

    @Test
    void wrong_settings_open_it_at_once_and_for_longer() {
        use(Outcome.misconfigured(BROKEN), 1);

        advance(Duration.ofSeconds(29));
        assertThat(guard.isOpen()).isTrue();
        assertThat(guard.tryAcquire()).isFalse();
        advance(Duration.ofSeconds(2));

        assertThat(guard.isOpen()).isFalse();
        assertThat(guard.tryAcquire()).isTrue();
    }

    @Test
    void what_concerns_one_recipient_or_domain_never_opens_it() {
        use(Outcome.deferred(Outcome.Scope.RECIPIENT, BROKEN, null), 20);
        use(Outcome.deferred(Outcome.Scope.DESTINATION, BROKEN, null), 20);

        assertThat(guard.isSuspect()).isFalse();
    }

    private void use(Outcome outcome, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(guard.tryAcquire()).isTrue();
            guard.record(outcome, false);
        }
    }

    private void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }
}

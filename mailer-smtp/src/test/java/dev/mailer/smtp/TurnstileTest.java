// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnstileTest {
    private final AtomicInteger most = new AtomicInteger(1);
    private final Turnstile turnstile = new Turnstile(most::get);

    @Test
    void who_waits_gets_in_when_more_are_allowed_though_nobody_leaves() throws Exception {
        assertThat(turnstile.enter(0)).isTrue();
        CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> enter(TimeUnit.SECONDS.toNanos(50)));

        most.set(2);

        assertThat(second.get(50, TimeUnit.SECONDS)).isTrue();
        assertThat(turnstile.inside()).isEqualTo(2);
    }

    @Test
    void who_finds_no_room_in_time_stays_outside() throws Exception {
        assertThat(turnstile.enter(0)).isTrue();

        assertThat(turnstile.enter(TimeUnit.MILLISECONDS.toNanos(20))).isFalse();

        assertThat(turnstile.inside()).isEqualTo(1);
    }

    private boolean enter(long nanos) {
        try {
            return turnstile.enter(nanos);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

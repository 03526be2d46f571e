// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    private final Watchdog watchdog = new Watchdog(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });

    @AfterEach
    void close() {
        watchdog.close();
    }

    @Test
    void an_alarm_rings_once_and_stays_expired() throws Exception {
        CountDownLatch rung = new CountDownLatch(1);
        Watchdog.Alarm alarm = watchdog.watch(rung::countDown);

        assertThat(alarm.set(watchdog.in(Duration.ofMillis(10)))).isTrue();

        assertThat(rung.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(alarm.isExpired()).isTrue();
        assertThat(alarm.set(watchdog.in(Duration.ofMinutes(1)))).isFalse();
        assertThat(alarm.clear()).isFalse();
    }

    @Test
    void an_earlier_alarm_is_not_held_up_by_a_later_one() throws Exception {
        CountDownLatch rung = new CountDownLatch(1);
        Watchdog.Alarm late = watchdog.watch(() -> {});
        Watchdog.Alarm early = watchdog.watch(rung::countDown);

        late.set(watchdog.in(Duration.ofHours(1)));
        for (int i = 0; i < 1_000; i++) {
            early.set(watchdog.in(Duration.ofMinutes(1)));
            early.clear();
        }
        early.set(watchdog.in(Duration.ofMillis(10)));

        assertThat(rung.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(late.isExpired()).isFalse();
    }

    @Test
    void closing_rings_what_nobody_would_watch_any_more() {
        CountDownLatch rung = new CountDownLatch(2);
        watchdog.watch(rung::countDown).set(watchdog.in(Duration.ofHours(1)));

        watchdog.close();
        watchdog.watch(rung::countDown);

        assertThat(rung.getCount()).isZero();
    }

    @Test
    void a_duration_without_end_is_never() {
        assertThat(watchdog.in(Duration.ofDays(1_000_000))).isEqualTo(Watchdog.NEVER);
    }
}

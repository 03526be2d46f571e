// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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
    void where_no_thread_can_be_had_the_next_alarm_asks_again() throws Exception {
        AtomicInteger starts = new AtomicInteger();
        Watchdog starved = new Watchdog(task -> failingAtFirst(task, starts));
        try {
            assertThatThrownBy(() -> starved.watch(() -> {})).isInstanceOf(OutOfMemoryError.class);
            CountDownLatch rung = new CountDownLatch(1);

            starved.watch(rung::countDown).set(starved.in(Duration.ofMillis(10)));

            assertThat(rung.await(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            starved.close();
        }
    }

    @Test
    void a_thread_that_ends_leaves_nothing_unwatched() throws Exception {
        AtomicReference<Thread> thread = new AtomicReference<>();
        Watchdog interrupted = new Watchdog(task -> {
            Thread started = new Thread(task);
            started.setDaemon(true);
            thread.set(started);
            return started;
        });
        CountDownLatch rung = new CountDownLatch(1);
        interrupted.watch(rung::countDown).set(interrupted.in(Duration.ofHours(1)));

        thread.get().interrupt();

        assertThat(rung.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_thread_that_fails_leaves_nothing_unwatched_and_the_next_alarm_gets_another() throws Exception {
        CountDownLatch others = new CountDownLatch(1);
        CountDownLatch next = new CountDownLatch(1);
        watchdog.watch(others::countDown).set(watchdog.in(Duration.ofHours(1)));
        watchdog.watch(() -> {
                    throw new Unspeakable();
                })
                .set(watchdog.in(Duration.ofMillis(10)));
        assertThat(others.await(20, TimeUnit.SECONDS)).isTrue();

        watchdog.watch(next::countDown).set(watchdog.in(Duration.ofMillis(10)));

        assertThat(next.await(20, TimeUnit.SECONDS)).isTrue();
    }

    /** Fails whoever would log it, as memory that is used up does. */
    private static final class Unspeakable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("cannot be said");
        }
    }

    /** As the platform's threads do it where there are too many. */
    private static Thread failingAtFirst(Runnable task, AtomicInteger starts) {
        Thread thread = new Thread(task) {
            @Override
            public synchronized void start() {
                if (starts.getAndIncrement() == 0) {
                    throw new OutOfMemoryError("unable to create native thread");
                }
                super.start();
            }
        };
        thread.setDaemon(true);
        return thread;
    }

    @Test
    void a_duration_without_end_is_never() {
        assertThat(watchdog.in(Duration.ofDays(1_000_000))).isEqualTo(Watchdog.NEVER);
    }
}

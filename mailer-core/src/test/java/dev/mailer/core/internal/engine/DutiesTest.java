// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DutiesTest {
    private final List<String> done = new CopyOnWriteArrayList<>();

    @Test
    void what_stops_at_one_duty_does_not_begin_the_next() throws Exception {
        AtomicReference<Duties> duties = new AtomicReference<>();
        duties.set(new Duties(Thread::new)
                .add("first", Duration.ZERO, () -> {
                    done.add("first");
                    duties.get().stop();
                })
                .add("second", Duration.ZERO, () -> done.add("second")));

        duties.get().start();
        duties.get().thread().join();

        assertThat(done).containsExactly("first");
    }

    @Test
    void what_failed_is_tried_again_before_its_interval_is_over() throws Exception {
        AtomicLong nanos = new AtomicLong();
        Semaphore ran = new Semaphore(0);
        Duties duties = new Duties(Thread::new, nanos::get).add("beat", Duration.ofHours(1), () -> {
            ran.release();
            throw new IllegalStateException("the database is gone");
        });
        duties.start();

        nanos.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(ran.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        long failed = nanos.get();
        while (!ran.tryAcquire(Duties.TICK.toMillis(), TimeUnit.MILLISECONDS)) {
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        }

        assertThat(nanos.get() - failed).isLessThan(Duration.ofMinutes(5).toNanos());
        duties.stop();
        duties.thread().join();
    }
}

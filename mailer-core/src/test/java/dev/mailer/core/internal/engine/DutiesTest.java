// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
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
}

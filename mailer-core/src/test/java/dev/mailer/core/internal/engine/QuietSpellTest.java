// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Destination;
import dev.mailer.core.MemoryTransport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class QuietSpellTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(50);

    private final DispatchState state =
            new DispatchState(new Lanes(new FairShare(2, Map.of()), new ParkedQueues(InstantSource.system())));
    private final Routes routes = mock(Routes.class);
    private final JobRunner runner = mock(JobRunner.class);
    private final Claim claim = TestClaims.claim(1, 1, "a.example");
    private final CountDownLatch release = new CountDownLatch(1);
    private final Thread slot = new Thread(this::runAlone);

    @BeforeEach
    void route() {
        Outlet outlet = new Outlet("default", new MemoryTransport(), new Guard("default"));
        Route route = new Route(outlet, new Destination("a.example"));
        when(routes.route(any(), anyLong())).thenReturn(new RoutedClaim(claim, 1, route, 1, 1));
    }

    @AfterEach
    void end() throws InterruptedException {
        release.countDown();
        slot.join();
    }

    @Test
    void a_suspect_that_takes_long_lets_the_others_go_on() throws Exception {
        QuietSpell spell = new QuietSpell(state, routes, runner, SHORT);
        assertThat(spell.begin(SHORT)).isTrue();
        slot.start();

        assertThat(spell.run(claim, 1)).isFalse();
        spell.end();

        assertThat(isQuiet()).isFalse();
        assertThat(busy()).as("it goes on").isEqualTo(1);
    }

    @Test
    void a_suspect_that_ends_makes_room_for_the_next() throws Exception {
        QuietSpell spell = new QuietSpell(state, routes, runner, LONG);
        assertThat(spell.begin(SHORT)).isTrue();
        release.countDown();
        slot.start();

        assertThat(spell.run(claim, 1)).isTrue();
    }

    @Test
    void there_is_no_spell_while_something_is_under_way() throws Exception {
        QuietSpell spell = new QuietSpell(state, routes, runner, LONG);
        busy(1);

        assertThat(spell.begin(SHORT)).isFalse();
    }

    @Test
    void what_no_slot_takes_goes_back() throws Exception {
        QuietSpell spell = new QuietSpell(state, routes, runner, LONG);
        state.lock.lock();
        try {
            state.stage = DispatchState.Stage.STOPPED;
        } finally {
            state.lock.unlock();
        }

        assertThat(spell.run(claim, 1)).isFalse();

        verify(runner).release(List.of(claim), 1);
    }

    /** As a slot does. */
    private void runAlone() {
        while (!take()) {
            Thread.onSpinWait();
        }
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        busy(-1);
    }

    private boolean take() {
        state.lock.lock();
        try {
            if (state.alone == null) {
                return false;
            }
            state.alone = null;
            state.busy++;
            state.idle.signalAll();
            return true;
        } finally {
            state.lock.unlock();
        }
    }

    private void busy(int more) {
        state.lock.lock();
        try {
            state.busy += more;
            state.idle.signalAll();
        } finally {
            state.lock.unlock();
        }
    }

    private boolean isQuiet() {
        state.lock.lock();
        try {
            return state.quiet;
        } finally {
            state.lock.unlock();
        }
    }

    private int busy() {
        state.lock.lock();
        try {
            return state.busy;
        } finally {
            state.lock.unlock();
        }
    }
}

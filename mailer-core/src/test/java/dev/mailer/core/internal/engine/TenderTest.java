// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.mailer.api.spi.ContentStore;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.OutboxTransaction.Purge;
import dev.mailer.api.spi.QueueKey;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What cannot be taken back is done by a clock that is known to be right, or later. */
@Timeout(60)
class TenderTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final OutboxStore store = mock(OutboxStore.class);
    private final OutboxTransaction tx = mock(OutboxTransaction.class);
    private final EngineMeters meters =
            new EngineMeters(new SimpleMeterRegistry(), ObservationRegistry.NOOP, List.of());
    private final LedgerWriter writer = new LedgerWriter(store, 10, meters, Thread::new, (m, r) -> {});
    private final Registration registration = mock(Registration.class);
    private Instant here = NOON;
    private final LedgerClock clock = new LedgerClock(() -> here);
    private final Tender tender = new Tender(
            new DispatcherParts(
                    store,
                    writer,
                    new NodeLease(NanoClock.SYSTEM, Duration.ofSeconds(30)),
                    clock,
                    mock(Routes.class),
                    mock(ParkedQueues.class),
                    mock(JobRunner.class),
                    meters),
            registration,
            mock(Unsettled.class),
            mock(Dispatcher.class),
            new Tender.Retention(Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1)),
            // what it does is done here, by hand
            work -> new Thread(() -> {}));

    @BeforeEach
    void start() {
        when(store.now()).thenReturn(NOON);
        when(store.nextDue()).thenReturn(NOON.minusSeconds(1));
        when(store.contents()).thenReturn(mock(ContentStore.class));
        when(store.transact(any())).thenAnswer(call -> {
            Function<OutboxTransaction, ?> work = call.getArgument(0);
            return work.apply(tx);
        });
        when(tx.promote(any(), anyInt())).thenReturn(List.<QueueKey>of());
        doAnswer(call -> clock.measure(store)).when(registration).signOn();
        writer.start();
    }

    @AfterEach
    void close() {
        writer.close(Duration.ofSeconds(5));
    }

    @Test
    void nothing_becomes_due_ends_or_is_purged_while_the_clock_is_far_off() {
        tender.start();
        here = NOON.plus(Duration.ofHours(1));
        clock.measure(store);
        assertThat(clock.isTrusted()).isFalse();

        tender.promote();
        tender.expire();
        tender.purgeIfDue();

        verify(store, never()).transact(any());
        verify(store, never()).contents();
    }

    @Test
    void all_that_is_due_is_done_by_a_clock_that_was_measured() {
        tender.start();
        here = NOON.plus(Duration.ofMinutes(2));

        tender.promote();
        tender.expire();
        tender.purgeIfDue();

        verify(tx).promote(any(), anyInt());
        verify(tx).expire(any(), anyInt());
        verify(tx, times(Purge.values().length)).purge(any(), any(), anyInt());
    }

    @Test
    void a_node_whose_clock_is_behind_settles_as_long_as_any_other_and_does_not_purge_at_once() throws Exception {
        when(store.now()).thenReturn(NOON.plus(Duration.ofMinutes(5)));
        tender.start();

        tender.suspects();
        tender.purgeIfDue();

        verify(store, never()).hasAlone(any());
        verify(tx, never()).purge(any(), any(), anyInt());
    }
}

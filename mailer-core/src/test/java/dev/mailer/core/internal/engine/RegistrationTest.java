// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The nodes of a ledger have one clock in common, the database's: by another, one that lives is taken for dead. */
@Timeout(60)
class RegistrationTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final long NODE = 7;

    private final OutboxStore store = mock(OutboxStore.class);
    private final OutboxTransaction tx = mock(OutboxTransaction.class);
    private final AtomicReference<Instant> here = new AtomicReference<>(NOON);
    private final EngineMeters meters =
            new EngineMeters(new SimpleMeterRegistry(), ObservationRegistry.NOOP, List.of());
    private final LedgerWriter writer = new LedgerWriter(store, 10, meters, Thread::new, (m, r) -> {});
    private final NodeLease lease = new NodeLease(NanoClock.SYSTEM, LEASE);
    private final SettlementRules rules = new SettlementRules(
            new RetrySchedule(Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofDays(1), 0), new Random(1));
    private final Registration registration = new Registration(
            new DispatcherParts(
                    store,
                    writer,
                    lease,
                    new LedgerClock(here::get),
                    mock(Routes.class),
                    mock(ParkedQueues.class),
                    mock(JobRunner.class),
                    meters),
            rules,
            "test");

    @BeforeEach
    void start() {
        when(store.now()).thenReturn(NOON);
        when(store.transact(any())).thenAnswer(call -> {
            Function<OutboxTransaction, ?> work = call.getArgument(0);
            return work.apply(tx);
        });
        when(tx.registerNode(any(), any(), any())).thenReturn(NODE);
        when(tx.heartbeat(anyLong(), any(), any())).thenReturn(true);
        when(tx.deadNodes(anyLong(), any())).thenReturn(List.of());
        when(tx.heldBy(anyLong(), anyInt())).thenReturn(List.of());
        writer.start();
    }

    @AfterEach
    void close() {
        writer.close(Duration.ofSeconds(5));
    }

    @Test
    void nobody_is_dead_because_this_nodes_clock_was_set_forward() {
        registration.heartbeat();
        here.set(NOON.plus(Duration.ofHours(1)));

        registration.recover();

        verify(tx).deadNodes(anyLong(), eq(NOON));
    }

    @Test
    void the_lease_of_a_node_whose_clock_is_behind_does_not_end_before_it_knows_although_the_database_is_slow() {
        here.set(NOON.minus(Duration.ofHours(1)));
        when(store.now()).thenAnswer(call -> {
            here.updateAndGet(t -> t.plus(Duration.ofSeconds(2)));
            return NOON;
        });

        registration.signOn();
        registration.heartbeat();

        verify(tx).registerNode("test", NOON, LEASE);
        verify(tx).heartbeat(NODE, NOON, LEASE);
        verify(tx).deadNodes(anyLong(), eq(NOON));
    }
}

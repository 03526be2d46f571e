// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.mailer.api.MessageId;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Mails that come while others are written, before the commit. */
@Timeout(60)
class LedgerWriterLatecomersTest {
    private final OutboxStore store = mock(OutboxStore.class);
    private final OutboxTransaction transaction = mock(OutboxTransaction.class);
    private final LedgerWriter writer = new LedgerWriter(
            store,
            10,
            new EngineMeters(new SimpleMeterRegistry(), ObservationRegistry.NOOP, List.of()),
            Thread::new,
            (m, r) -> {});
    private final List<CompletableFuture<List<AppendResult>>> late = new ArrayList<>();

    @BeforeEach
    void runTransactions() {
        when(store.transact(any())).thenAnswer(call -> {
            Function<OutboxTransaction, ?> work = call.getArgument(0);
            return work.apply(transaction);
        });
    }

    @AfterEach
    void close() {
        writer.close(Duration.ofSeconds(5));
    }

    @Test
    void join_the_commit_and_each_gets_its_own_answer() throws Exception {
        NewMessage early = message(1);
        when(transaction.append(List.of(early))).thenAnswer(call -> {
            late.add(writer.append(List.of(message(2), message(3))));
            return accepted(call.getArgument(0));
        });
        when(transaction.append(anyListBut(early))).thenAnswer(call -> accepted(call.getArgument(0)));

        CompletableFuture<List<AppendResult>> first = writer.append(List.of(early));
        writer.start();

        assertThat(ids(first)).containsExactly(1L);
        assertThat(ids(late.get(0))).containsExactly(2L, 3L);
        verify(store, times(1)).transact(any());
    }

    @Test
    void are_tried_apart_when_the_shared_commit_fails() throws Exception {
        NewMessage bad = message(1);
        when(transaction.append(List.of(bad))).thenAnswer(call -> {
            if (late.isEmpty()) {
                late.add(writer.append(List.of(message(2))));
                return accepted(call.getArgument(0));
            }
            throw new IllegalStateException("row refused");
        });
        when(transaction.append(anyListBut(bad)))
                .thenThrow(new IllegalStateException("shared"))
                .thenAnswer(call -> accepted(call.getArgument(0)));

        CompletableFuture<List<AppendResult>> first = writer.append(List.of(bad));
        writer.start();

        assertThatThrownBy(() -> first.get(20, TimeUnit.SECONDS)).hasRootCauseMessage("row refused");
        assertThat(ids(late.get(0))).containsExactly(2L);
    }

    private static NewMessage message(long number) {
        NewMessage message = mock(NewMessage.class);
        when(message.id()).thenReturn(new MessageId(new UUID(0, number)));
        return message;
    }

    private static List<NewMessage> anyListBut(NewMessage excluded) {
        return argThat(list -> list != null && !list.contains(excluded));
    }

    private static List<AppendResult> accepted(List<NewMessage> messages) {
        return messages.stream()
                .map(m -> new AppendResult(AppendResult.Kind.ACCEPTED, m.id(), 0))
                .toList();
    }

    private static List<Long> ids(CompletableFuture<List<AppendResult>> done) throws Exception {
        return done.get(20, TimeUnit.SECONDS).stream()
                .map(r -> r.id().value().getLeastSignificantBits())
                .toList();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LedgerWriterErrorsTest {
    private final OutboxStore store = mock(OutboxStore.class);
    private final LedgerWriter writer = new LedgerWriter(
            store,
            10,
            new EngineMeters(new SimpleMeterRegistry(), ObservationRegistry.NOOP, List.of()),
            Thread::new,
            (m, r) -> {});

    @AfterEach
    void close() {
        writer.close(Duration.ofSeconds(20));
    }

    @Test
    void an_error_fails_its_caller_and_the_next_one_is_served() throws Exception {
        when(store.transact(any())).thenThrow(new LinkageError("broken driver")).thenAnswer(call -> {
            Function<OutboxTransaction, ?> work = call.getArgument(0);
            return work.apply(mock(OutboxTransaction.class));
        });
        writer.start();

        assertThatThrownBy(() -> writer.run(tx -> "first").get(20, TimeUnit.SECONDS))
                .hasRootCauseMessage("broken driver");
        assertThat(writer.run(tx -> "second").get(20, TimeUnit.SECONDS)).isEqualTo("second");
        assertThat(writer.isAlive()).isTrue();
    }

    /** The other one had its turn, so that this one need not fail for it. */
    @Test
    void what_the_database_has_undone_for_another_transaction_is_done_again() throws Exception {
        when(store.transact(any()))
                .thenThrow(new MailerUnavailableException(
                        "the store could not report", Duration.ZERO, new SQLException("deadlock detected", "40P01")))
                .thenAnswer(call -> {
                    Function<OutboxTransaction, ?> work = call.getArgument(0);
                    return work.apply(mock(OutboxTransaction.class));
                });
        writer.start();

        assertThat(writer.run(tx -> "done").get(20, TimeUnit.SECONDS)).isEqualTo("done");
    }

    @Test
    void a_thread_that_was_never_started_counts_as_alive_and_one_that_ended_does_not() {
        assertThat(writer.isAlive()).isTrue();

        writer.start();
        writer.close(Duration.ofSeconds(20));

        assertThat(writer.isAlive()).isFalse();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction.Purge;
import dev.mailer.core.Stores;
import dev.mailer.core.internal.store.memory.MemoryOutboxStore;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryOutboxStoreTest extends OutboxStoreContract {
    @Override
    protected OutboxStore newStore() {
        return Stores.memory();
    }

    @Test
    void it_cannot_join_a_transaction_and_says_why() {
        Connection connection = (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> null);

        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> ledger().store().join(connection))
                .withMessage(
                        "the store in memory has no database, so it cannot join a transaction on a connection; use a"
                                + " store in the caller's database");
    }

    @Test
    void what_does_not_fit_is_refused_and_room_comes_back_with_retention() {
        try (OutboxStore small = new MemoryOutboxStore(InstantSource.system(), 100_000)) {
            small.register(LANE);
            LedgerDriver ledger = new LedgerDriver(small, small.cipher()::lookupHash);
            NewMessage first = ledger.build(SampleMessage.to("jo@example.org").document(Bytes.wrap(new byte[60_000])));
            NewMessage second = ledger.build(SampleMessage.to("jo@example.org").document(Bytes.wrap(new byte[60_000])));
            ledger.in(tx -> tx.append(List.of(first)));

            assertThatExceptionOfType(MailerUnavailableException.class)
                    .isThrownBy(() -> ledger.in(tx -> tx.append(List.of(second))))
                    .satisfies(e -> assertThat(e.retryAfter()).isPositive());
            assertThat(small.list(MessageQuery.ofTenant(LANE.tenant())).items()).hasSize(1);

            ledger.cancel(first.id(), NOON);
            assertThat(ledger.purge(Purge.MESSAGE, LATER, 1)).isEqualTo(1);
            ledger.in(tx -> tx.append(List.of(second)));
        }
    }

    @Test
    void a_closed_store_takes_nothing() {
        ledger().store().close();

        assertThatExceptionOfType(MailerUnavailableException.class).isThrownBy(() -> ledger().node());
    }
}

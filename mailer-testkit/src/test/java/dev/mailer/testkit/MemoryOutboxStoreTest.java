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
import dev.mailer.api.spi.Subscriptions;
import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.Stores;
import dev.mailer.core.internal.store.memory.MemoryOutboxStore;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    void entries_of_the_suppression_list_take_room_and_those_that_follow_from_mail_are_never_refused() {
        try (OutboxStore small = new MemoryOutboxStore(InstantSource.system(), 20_000)) {
            small.register(LANE);
            SuppressionStore list = small.suppressions();
            int fitting = 0;
            while (fitting < 1_000 && isTaken(list, fitting)) {
                fitting++;
            }
            int filled = fitting;

            assertThat(filled).isBetween(10, 100);
            assertThatExceptionOfType(MailerUnavailableException.class)
                    .isThrownBy(() -> list.add(blocked(filled)))
                    .withMessageContaining("the store in memory is full")
                    .withMessageContaining("of 20000 bytes");
            assertThat(list.list(LANE.tenant(), null, null, 1_000).entries()).hasSize(filled);
            assertThat(list.add(blocked(0))).as("it is there already").isFalse();
            assertThat(small.subscriptions()
                            .unsubscribe(new Subscriptions.Change(
                                    LANE.tenant(), "li@example.org", Set.of(LANE.stream()), 0, "page", NOON, Map.of())))
                    .isTrue();

            for (int i = 0; i < 10; i++) {
                list.remove(LANE.tenant(), null, blocked(i).address(), null, "test", NOON);
            }
            assertThat(list.add(blocked(filled))).isTrue();
        }
    }

    private static boolean isTaken(SuppressionStore list, int number) {
        try {
            return list.add(blocked(number));
        } catch (MailerUnavailableException e) {
            return false;
        }
    }

    private static Suppression blocked(int number) {
        return new Suppression(LANE.tenant(), null, number + "@example.org", Reason.MANUAL, "test", NOON, null);
    }

    @Test
    void a_closed_store_takes_nothing() {
        ledger().store().close();

        assertThatExceptionOfType(MailerUnavailableException.class).isThrownBy(() -> ledger().node());
    }
}

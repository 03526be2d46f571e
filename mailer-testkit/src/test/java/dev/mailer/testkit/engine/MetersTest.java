// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Email;
import dev.mailer.api.Outbox;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.core.Stores;
import dev.mailer.testkit.Sabotage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the counters of submissions may claim. */
class MetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Email mail =
            Rig.mail("jo@example.org").idempotencyKey("order-1").build();
    private final Rig rig = new Rig().with(m -> m.transport(new StubTransport()).meters(registry));

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void a_repeated_key_is_not_counted_as_a_mail() {
        rig.mailer().send(mail);
        rig.mailer().sendAll(List.of(mail, Rig.mail("ann@example.org").build()));

        assertThat(count("mailer.submitted")).isEqualTo(2);
    }

    @Test
    void what_waits_for_the_callers_commit_is_counted_apart() throws SQLException {
        OutboxStore good = Stores.memory(rig.clock);
        rig.store(new Sabotage("OutboxStore.join", call -> joined(good)).of(good));

        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            Outbox outbox = rig.mailer().in(connection);
            outbox.send(mail);
            outbox.send(mail);
        }

        assertThat(count("mailer.joined")).isEqualTo(1);
        assertThat(count("mailer.submitted")).isZero();
    }

    private double count(String name) {
        Counter counter =
                registry.find(name).tag("stream", Email.DEFAULT_STREAM).counter();
        return counter == null ? 0 : counter.count();
    }

    /** Stands in for a store that shares the caller's database. */
    @SuppressWarnings("unchecked")
    private static OutboxTransaction joined(OutboxStore good) {
        return (OutboxTransaction) Proxy.newProxyInstance(
                OutboxTransaction.class.getClassLoader(),
                new Class<?>[] {OutboxTransaction.class},
                (proxy, method, args) -> good.transact(tx -> tx.append((List<NewMessage>) args[0])));
    }
}

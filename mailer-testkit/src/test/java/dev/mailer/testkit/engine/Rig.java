// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.Email;
import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.Stores;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/** A mailer under test with a clock that stands still: retries wait five minutes without jitter, doubling to an hour, for a day. */
final class Rig implements AutoCloseable {
    static final Duration FIRST_RETRY = Duration.ofMinutes(5);

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    final MovableClock clock = new MovableClock();
    private final MailerBuilder builder = Mailers.builder()
            .clock(clock)
            .retry(r -> r.first(FIRST_RETRY)
                    .longest(Duration.ofHours(1))
                    .lifetime(Duration.ofDays(1))
                    .jitter(0));
    private Duration closeTimeout = Duration.ofSeconds(10);
    private @Nullable OutboxStore store;
    private @Nullable MailerEngine mailer;

    Rig with(Consumer<MailerBuilder> options) {
        options.accept(builder);
        return this;
    }

    /** The ledger, for looking behind the mailer's back; in memory unless {@link #store} gave another. */
    OutboxStore store() {
        OutboxStore own = store;
        if (own == null) {
            own = Stores.memory(clock);
            store = own;
        }
        return own;
    }

    Rig store(OutboxStore other) {
        this.store = other;
        return this;
    }

    /** For a mailer that is closed while it holds mail that it cannot send. */
    Rig closeWithin(Duration timeout) {
        this.closeTimeout = timeout;
        return this;
    }

    MailerEngine mailer() {
        MailerEngine running = mailer;
        if (running == null) {
            running = builder.store(store()).closeTimeout(closeTimeout).build();
            mailer = running;
        }
        return running;
    }

    static Email.Builder mail(String... to) {
        return Email.builder()
                .from("shop@example.com")
                .to(to)
                .subject("Your order")
                .text("It is on its way.");
    }

    MessageId send(String... to) {
        return mailer().send(mail(to).build()).id();
    }

    MessageId send(Email.Builder mail) {
        return mailer().send(mail.build()).id();
    }

    static ConditionFactory eventually(String what) {
        return Awaitility.await(what).atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10));
    }

    static void until(String what, Callable<Boolean> condition) {
        eventually(what).until(condition);
    }

    /** Waits until the only delivery of a mail is in this state. */
    DeliveryStatus await(MessageId id, DeliveryState state) {
        eventually("the mail is " + state + ", " + mailer().find(id))
                .until(() -> delivery(id).state() == state);
        return delivery(id);
    }

    DeliveryStatus delivery(MessageId id) {
        List<DeliveryStatus> all =
                Objects.requireNonNull(mailer().find(id), "the mail").deliveries();
        if (all.size() != 1) {
            throw new AssertionError(all);
        }
        return all.get(0);
    }

    DeliveryStatus delivery(MessageId id, String recipient) {
        return Objects.requireNonNull(mailer().find(id), "the mail").deliveries().stream()
                .filter(d -> d.recipient().equals(recipient))
                .findAny()
                .orElseThrow();
    }

    List<EventType> events(MessageId id) {
        return store().events(id).stream().map(MailEvent::type).toList();
    }

    @Override
    public void close() {
        if (mailer != null) {
            mailer.close();
        }
    }
}

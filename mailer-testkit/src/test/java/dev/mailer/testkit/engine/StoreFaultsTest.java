// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.EventType;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.SendResult;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.Stores;
import dev.mailer.testkit.Sabotage;
import dev.mailer.testkit.SampleMessage;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store that fails at the worst moments. */
class StoreFaultsTest {
    private final AtomicBoolean down = new AtomicBoolean();
    private final AtomicReference<CommitFault> nextCommit = new AtomicReference<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final StubTransport transport = new StubTransport();
    private final Rig rig = new Rig().with(m -> m.transport(transport));
    private final OutboxStore good = Stores.memory(rig.clock);

    /** What becomes of one commit that holds mail or settlements. */
    private enum CommitFault {
        LOST_BEFORE,
        LOST_AFTER
    }

    @AfterEach
    void close() {
        down.set(false);
        rig.close();
    }

    @Test
    void an_outcome_is_kept_while_the_store_is_down_and_nothing_is_claimed_meanwhile() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        transport.concurrency(1).answering(t -> {
            if (t.recipient().equals("jo@example.org")) {
                first.countDown();
                return StubTransport.hang(go);
            }
            return Outcome.accepted("250 ok", null);
        });
        rig.store(failing()).with(m -> m.limits(l -> l.slots(2)));
        MessageId id = rig.send("jo@example.org");
        assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
        down.set(true);
        int before = failures.get();
        // a commit that was under way as it went down would take the settlement along
        Rig.until("it is down for the writer", () -> failures.get() > before);
        go.countDown();
        Rig.until("the settlement was refused some times", () -> failures.get() > before + 4);
        MessageId behind = good.transact(tx ->
                        tx.append(List.of(SampleMessage.to("ann@example.org").build())))
                .get(0)
                .id();
        int later = failures.get();
        Rig.until("it was refused again", () -> failures.get() > later + 5);

        assertThat(rig.delivery(id).state()).isEqualTo(DeliveryState.SENDING);
        assertThat(good.find(behind).deliveries().get(0).state()).isEqualTo(DeliveryState.QUEUED);
        assertThat(rig.mailer().health().accepting()).isFalse();

        down.set(false);
        rig.await(id, DeliveryState.SENT);
        assertThat(rig.events(id)).containsExactly(EventType.QUEUED, EventType.SENT);
        assertThat(transport.tries("jo@example.org")).isEqualTo(1);
        Rig.until("claiming goes on", () -> good.find(behind).isFinal());
        Rig.until("it is well again", () -> rig.mailer().health().accepting());
    }

    @Test
    void nothing_is_accepted_while_the_store_is_down() {
        rig.store(failing());
        rig.mailer();
        down.set(true);
        // a commit that was under way as it went down would take the mail along
        Rig.until("it is down for the writer", () -> failures.get() > 0);

        assertThatThrownBy(() -> rig.send("jo@example.org")).isInstanceOf(MailerUnavailableException.class);

        down.set(false);
        Rig.eventually("it accepts again").untilAsserted(() -> rig.send("ann@example.org"));
        assertThat(rig.mailer()
                        .list(MessageQuery.ofTenant(Email.DEFAULT_TENANT).recipient("jo@example.org"))
                        .items())
                .isEmpty();
    }

    @Test
    void a_mail_whose_commit_got_through_is_found_although_the_connection_was_lost() {
        rig.store(failing());
        rig.mailer();
        nextCommit.set(CommitFault.LOST_AFTER);

        SendResult sent = rig.mailer().send(Rig.mail("jo@example.org").build());

        assertThat(nextCommit.get()).isNull();
        rig.await(sent.id(), DeliveryState.SENT);
        assertThat(transport.tried()).hasSize(1);
    }

    @Test
    void a_mail_that_is_found_after_its_commit_tells_who_is_suppressed() {
        rig.store(failing());
        rig.mailer()
                .suppressions()
                .add(new Suppression(
                        Email.DEFAULT_TENANT,
                        null,
                        "ann@example.org",
                        Reason.MANUAL,
                        "a test",
                        rig.clock.instant(),
                        null));
        nextCommit.set(CommitFault.LOST_AFTER);

        SendResult sent =
                rig.mailer().send(Rig.mail("jo@example.org", "ann@example.org").build());

        assertThat(nextCommit.get()).isNull();
        assertThat(sent.suppressed()).isEqualTo(1);
    }

    @Test
    void a_mail_whose_commit_was_lost_is_refused_and_can_be_repeated() {
        rig.store(failing());
        rig.mailer();
        nextCommit.set(CommitFault.LOST_BEFORE);
        Email mail = Rig.mail("jo@example.org").idempotencyKey("order-1").build();

        assertThatThrownBy(() -> rig.mailer().send(mail)).isInstanceOf(MailerUnavailableException.class);

        SendResult again = rig.mailer().send(mail);
        assertThat(again.isDuplicate()).isFalse();
        rig.await(again.id(), DeliveryState.SENT);
        assertThat(transport.tried()).hasSize(1);
    }

    @Test
    void a_repeated_key_whose_commit_is_unknown_is_still_the_first_mail() {
        rig.store(failing());
        Email mail = Rig.mail("jo@example.org").idempotencyKey("order-1").build();
        MessageId first = rig.mailer().send(mail).id();
        rig.await(first, DeliveryState.SENT);
        // comes behind the commit of the settlement, which the fault is not for
        rig.mailer().cancel(first);
        nextCommit.set(CommitFault.LOST_AFTER);

        // that nothing was stored for it is no proof that nothing is: either answer is right, another id would be wrong
        try {
            assertThat(rig.mailer().send(mail).id()).isEqualTo(first);
        } catch (MailerUnavailableException e) {
            assertThat(rig.mailer().send(mail).id()).isEqualTo(first);
        }
        assertThat(transport.tried()).hasSize(1);
    }

    @Test
    void an_outcome_whose_commit_is_unknown_is_stored_once() throws Exception {
        for (CommitFault fault : CommitFault.values()) {
            CountDownLatch go = new CountDownLatch(1);
            transport.answering(t -> StubTransport.hang(go));
            if (fault == CommitFault.LOST_BEFORE) {
                rig.store(failing());
            }
            MessageId id = rig.send(fault.name() + "@example.org");
            Rig.until("it is past the dot", () -> transport.tries(fault.name() + "@example.org") == 1);
            nextCommit.set(fault);
            go.countDown();

            rig.await(id, DeliveryState.SENT);
            Rig.until("the fault has struck", () -> nextCommit.get() == null);
            rig.await(rig.send("after@example.org"), DeliveryState.SENT);
            assertThat(rig.events(id)).containsExactly(EventType.QUEUED, EventType.SENT);
            assertThat(transport.tries(fault.name() + "@example.org")).isEqualTo(1);
        }
    }

    @Test
    void a_failing_duty_does_not_stop_the_others() {
        AtomicBoolean broken = new AtomicBoolean(true);
        rig.store(new Sabotage("OutboxTransaction.expire", call -> {
                    if (broken.get()) {
                        throw new MailerUnavailableException("on purpose", Duration.ZERO, null);
                    }
                    return call.proceed();
                })
                .of(good));
        MessageId id = rig.send(Rig.mail("jo@example.org").sendAt(MovableClock.START.plusSeconds(60)));

        rig.clock.advance(Duration.ofSeconds(60));

        rig.await(id, DeliveryState.SENT);
    }

    /** The good store, failing as this test says. */
    private OutboxStore failing() {
        return new Sabotage("OutboxStore.transact", call -> {
                    if (down.get()) {
                        failures.incrementAndGet();
                        throw new MailerUnavailableException(
                                "the store is down", Duration.ofSeconds(1), new SQLException("gone", "08006"));
                    }
                    return call.proceed();
                })
                .of(commitFaults());
    }

    /** Loses the connection in the commit after the work has appended or settled. */
    private OutboxStore commitFaults() {
        ThreadLocal<Boolean> matters = ThreadLocal.withInitial(() -> false);
        OutboxStore marked = new Sabotage("OutboxTransaction.append", call -> {
                    matters.set(true);
                    return call.proceed();
                })
                .of(new Sabotage("OutboxTransaction.settle", call -> {
                            matters.set(true);
                            return call.proceed();
                        })
                        .of(new RollingBack(good, matters, nextCommit).store()));
        return marked;
    }

    /** Rolls a transaction back, or commits it, and says in either case that it does not know. */
    private record RollingBack(
            OutboxStore good, ThreadLocal<Boolean> matters, AtomicReference<CommitFault> nextCommit) {
        OutboxStore store() {
            return new Sabotage("OutboxStore.transact", call -> {
                        matters.set(false);
                        Function<OutboxTransaction, Object> work = work(call.arg(0, Function.class));
                        Object result = good.transact(tx -> {
                            Object r = work.apply(tx);
                            if (matters.get() && nextCommit.compareAndSet(CommitFault.LOST_BEFORE, null)) {
                                throw unknown();
                            }
                            return r;
                        });
                        if (matters.get() && nextCommit.compareAndSet(CommitFault.LOST_AFTER, null)) {
                            throw unknown();
                        }
                        return result;
                    })
                    .of(good);
        }

        @SuppressWarnings("unchecked")
        private static Function<OutboxTransaction, Object> work(Object f) {
            return (Function<OutboxTransaction, Object>) f;
        }

        private static OutboxStore.CommitUnknownException unknown() {
            return new OutboxStore.CommitUnknownException(new SQLException("reset", "08006"));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Outcome;
import dev.mailer.core.Stores;
import dev.mailer.testkit.Sabotage;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import dev.mailer.testkit.smtp.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A transport that fails as a whole is left alone for a while. */
class CircuitTest {
    private final ScriptedSmtpServer server =
            ScriptedSmtpServer.builder().credentials("shop", "right").start();
    private final Rig rig = new Rig().closeWithin(Duration.ofMillis(100));

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.mailer.core.internal.engine.Lapse");
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();

    @BeforeEach
    void listen() {
        said.list = new CopyOnWriteArrayList<>();
        said.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(said);
    }

    /** Written by the threads of the mailer. */
    private List<String> said() {
        return said.list.stream().map(Object::toString).toList();
    }

    @AfterEach
    void close() {
        logger.detachAppender(said);
        logger.setLevel(null);
        rig.close();
        server.close();
    }

    @Test
    void wrong_credentials_burn_no_retry_and_open_the_circuit_at_once() {
        AtomicInteger searches = new AtomicInteger();
        rig.store(new Sabotage("OutboxStore.readyLanes", call -> {
                    searches.incrementAndGet();
                    return call.proceed();
                })
                .of(Stores.memory(rig.clock)));
        MessageId id = misconfigured();

        DeliveryStatus waiting = rig.delivery(id);
        assertThat(waiting.failure().code()).isEqualTo(535);
        assertThat(Duration.between(MovableClock.START, waiting.nextAttemptAt()))
                .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(45));
        assertThat(rig.mailer().health().openCircuits()).hasSize(1);
        assertThat(rig.mailer().health().sending()).isFalse();
        int sessions = server.sessions().size();
        MessageId next = rig.send("ann@example.org");
        int before = searches.get();
        Rig.until("it is searched for what is ready", () -> searches.get() > before + 2);
        assertThat(rig.delivery(next).state()).isEqualTo(DeliveryState.QUEUED);
        assertThat(server.sessions()).hasSize(sessions);
    }

    @Test
    void mail_flows_again_when_the_settings_are_right() {
        MessageId id = misconfigured();
        MessageId next = rig.send("ann@example.org");

        server.reply(Stage.AUTH, "235 2.7.0 welcome");
        rig.clock.advance(Duration.ofMinutes(1));

        rig.await(id, DeliveryState.SENT);
        rig.await(next, DeliveryState.SENT);
        assertThat(rig.delivery(id).attempts()).isEqualTo(2);
        // the circuit hears of it after the ledger
        Rig.until(
                "the circuit closes", () -> rig.mailer().health().openCircuits().isEmpty());
        String name = "smtp://127.0.0.1:" + server.port();
        Rig.eventually("it is said")
                .untilAsserted(() -> assertThat(said())
                        .containsExactly(
                                "[WARN] " + name
                                        + " does not work: authentication-rejected at AUTH (535); its mail waits and is"
                                        + " tried again",
                                "[INFO] " + name + " works again"));
    }

    @Test
    void a_transport_that_has_never_worked_is_said_to_fail_at_its_first_mail() {
        StubTransport transport = new StubTransport().answering(t -> StubTransport.later(Outcome.Scope.TRANSPORT));
        rig.with(m -> m.transport(transport));

        rig.await(rig.send("jo@example.org"), DeliveryState.DEFERRED);
        Rig.eventually("it is said").untilAsserted(() -> assertThat(said()).hasSize(1));
        assertThat(rig.mailer().health().sending()).isTrue();

        rig.await(rig.send("ann@example.org"), DeliveryState.DEFERRED);
        Rig.until("the health knows", () -> !rig.mailer().health().sending());
        assertThat(rig.mailer().health().problem()).isEqualTo("no transport has ever worked, the log says why");
        assertThat(said()).hasSize(1);
    }

    @Test
    void one_that_has_worked_may_fail_once() {
        AtomicBoolean works = new AtomicBoolean(true);
        CountDownLatch letGo = new CountDownLatch(1);
        StubTransport transport = new StubTransport().answering(t -> {
            if (t.recipient().equals("bob@example.org")) {
                return StubTransport.hang(letGo);
            }
            return works.get() ? Outcome.accepted("250 ok", null) : StubTransport.later(Outcome.Scope.TRANSPORT);
        });
        rig.with(m -> m.transport(transport).limits(l -> l.slots(1)));
        // what comes of the first is recorded before its slot takes the second
        rig.await(rig.send("jo@example.org"), DeliveryState.SENT);
        rig.await(rig.send("jo@example.org"), DeliveryState.SENT);
        works.set(false);

        rig.await(rig.send("ann@example.org"), DeliveryState.DEFERRED);
        rig.send("bob@example.org");
        Rig.until("its slot takes the next", () -> transport.tries("bob@example.org") == 1);

        boolean sending = rig.mailer().health().sending();
        List<String> said = said();
        letGo.countDown();
        assertThat(sending).isTrue();
        assertThat(said).isEmpty();
    }

    @Test
    void a_transport_that_fails_again_and_again_is_left_alone() {
        StubTransport transport = new StubTransport()
                .answering(t -> StubTransport.later(Outcome.Scope.TRANSPORT))
                .concurrency(2);
        rig.with(m -> m.transport(transport).limits(l -> l.slots(2)));
        List<MessageId> mails = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            mails.add(rig.send("r" + i + "@example.org"));
        }

        Rig.until(
                "the circuit opens", () -> !rig.mailer().health().openCircuits().isEmpty());
        Rig.until(
                "nothing is under way",
                () -> mails.stream().noneMatch(id -> rig.delivery(id).state() == DeliveryState.SENDING));

        assertThat(transport.tried()).hasSizeBetween(5, 7);
        assertThat(mails).noneMatch(id -> rig.delivery(id).state().isFinal());
    }

    /** One mail that was tried while the server refused the password. */
    private MessageId misconfigured() {
        server.reply(Stage.AUTH, "535 5.7.8 wrong user or password");
        rig.with(m -> m.transport("smtp://shop:right@127.0.0.1:" + server.port() + "?tls=never"));
        MessageId id = rig.send("jo@example.org");
        rig.await(id, DeliveryState.DEFERRED);
        // the circuit hears of it after the ledger, and is to open before the clock is moved
        Rig.until(
                "the circuit opens", () -> !rig.mailer().health().openCircuits().isEmpty());
        return id;
    }
}

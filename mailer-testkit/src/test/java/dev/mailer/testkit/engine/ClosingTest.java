// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.Outcome;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.Stores;
import dev.mailer.testkit.Sabotage;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code close} drains what is in flight, keeps what is not, and leaves no thread behind. */
class ClosingTest {
    @TempDir
    Path folder;

    @Test
    void no_thread_is_left_behind() {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
            Set<Thread> before = threads();
            for (String store : List.of("memory", "sqlite:" + folder.resolve("ledger.db"))) {
                MailerEngine mailer = Mailers.builder()
                        .transport(server.uri() + "?tls=never")
                        .store(store)
                        .onEvent(e -> {})
                        .build();
                mailer.send(Rig.mail("jo@example.org").build());
                Rig.until("the mail is sent", () -> !server.mails().isEmpty());

                mailer.close();
                mailer.close();
            }

            Rig.eventually("the threads have ended").untilAsserted(() -> {
                Set<Thread> after = threads();
                after.removeAll(before);
                assertThat(after).filteredOn(ClosingTest::isOurs).isEmpty();
            });
        }
    }

    @Test
    void a_ledger_in_memory_is_sent_before_it_is_gone() {
        StubTransport transport = new StubTransport();
        Rig rig = new Rig().with(m -> m.transport(transport)).closeWithin(Duration.ofMinutes(1));
        List<Email> mails = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            mails.add(Rig.mail("r" + i + "@d" + i % 7 + ".example").build());
        }
        rig.mailer().sendAll(mails);

        rig.close();

        assertThat(transport.tried()).hasSize(300);
    }

    @Test
    @Timeout(60)
    void a_mailer_that_is_paused_does_not_wait_for_its_mail() {
        for (String store : List.of("memory", "sqlite:" + folder.resolve("ledger.db"))) {
            MailerEngine mailer = Mailers.builder()
                    .store(store)
                    .paused()
                    .closeTimeout(Duration.ofHours(1))
                    .build();
            var unused = mailer.send(Rig.mail("jo@example.org").build());

            mailer.close();
        }
    }

    @Test
    void a_program_that_sends_and_ends_has_sent() {
        StubTransport transport = new StubTransport();
        for (int run = 1; run <= 5; run++) {
            try (MailerEngine mailer = Mailers.builder()
                    .transport(transport)
                    .store("sqlite:" + folder.resolve("ledger.db"))
                    .build()) {
                var unused = mailer.send(Rig.mail("jo@example.org").build());
            }

            assertThat(transport.tried()).hasSize(run);
        }
    }

    @Test
    void what_is_in_flight_is_settled_and_the_rest_waits_for_the_next_start() {
        String url = "sqlite:" + folder.resolve("ledger.db");
        CountDownLatch letGo = new CountDownLatch(1);
        StubTransport transport = new StubTransport().concurrency(2).answering(t -> StubTransport.hang(letGo));
        Rig rig = new Rig().with(m -> m.transport(transport).limits(l -> l.slots(2)));
        rig.store(Stores.open(url, rig.clock));
        List<Email> mails = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            mails.add(Rig.mail("r" + i + "@example.org").build());
        }
        List<MessageId> ids =
                rig.mailer().sendAll(mails).stream().map(r -> r.id()).toList();
        Rig.until("two are in flight", () -> transport.tried().size() == 2);

        Thread closing = new Thread(rig::close);
        closing.start();
        Rig.until("closing has given back what it could not begin", () -> queued(rig.mailer(), ids) == 18);
        letGo.countDown();
        Rig.until("it is closed", () -> !closing.isAlive());

        int sent = transport.tried().size();
        assertThat(sent).isBetween(2, 19);
        try (OutboxStore ledger = Stores.open(url, InstantSource.system())) {
            List<DeliveryState> states = ids.stream()
                    .map(id -> ledger.find(id).deliveries().get(0).state())
                    .toList();
            assertThat(states.stream().filter(s -> s == DeliveryState.SENT)).hasSize(sent);
            assertThat(states.stream().filter(s -> s == DeliveryState.QUEUED)).hasSize(20 - sent);
        }
        StubTransport second = new StubTransport();
        try (Rig next = new Rig().with(m -> m.transport(second))) {
            next.store(Stores.open(url, next.clock));
            ids.forEach(id -> next.await(id, DeliveryState.SENT));
            assertThat(second.tried()).hasSize(20 - sent);
        }
    }

    @Test
    void a_thread_that_is_interrupted_closes_as_any_other_and_stays_interrupted() throws Exception {
        String url = "sqlite:" + folder.resolve("ledger.db");
        CountDownLatch letGo = new CountDownLatch(1);
        StubTransport transport = new StubTransport().answering(t -> StubTransport.hang(letGo));
        MailerEngine mailer = Mailers.builder().transport(transport).store(url).build();
        MessageId id = mailer.send(Rig.mail("jo@example.org").build()).id();
        Rig.until("it is in flight", () -> !transport.tried().isEmpty());

        CompletableFuture<Boolean> stayedInterrupted = new CompletableFuture<>();
        Thread closing = new Thread(() -> {
            Thread.currentThread().interrupt();
            mailer.close();
            stayedInterrupted.complete(Thread.interrupted());
        });
        closing.start();
        Rig.until("closing waits for it", () -> closing.getState() == Thread.State.TIMED_WAITING);
        letGo.countDown();

        assertThat(stayedInterrupted.get(20, TimeUnit.SECONDS)).isTrue();
        try (OutboxStore ledger = Stores.open(url, InstantSource.system())) {
            assertThat(ledger.find(id).deliveries().get(0).state()).isEqualTo(DeliveryState.SENT);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void an_interruption_ends_the_wait_and_gives_back_what_was_not_begun(boolean givenBack) throws Exception {
        String url = "sqlite:" + folder.resolve("ledger.db");
        CountDownLatch never = new CountDownLatch(1);
        StubTransport transport = new StubTransport().concurrency(2).answering(t -> StubTransport.hang(never));
        MailerEngine mailer = Mailers.builder()
                .transport(transport)
                .store(url)
                .limits(l -> l.slots(2))
                .closeTimeout(Duration.ofHours(1))
                .build();
        List<Email> mails = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            mails.add(Rig.mail("r" + i + "@example.org").build());
        }
        List<MessageId> ids = mailer.sendAll(mails).stream().map(r -> r.id()).toList();
        Rig.until("two are in flight", () -> transport.tried().size() == 2);

        CompletableFuture<Boolean> stayedInterrupted = new CompletableFuture<>();
        Thread closing = new Thread(() -> {
            mailer.close();
            stayedInterrupted.complete(Thread.interrupted());
        });
        closing.start();
        Rig.until("closing waits for them", () -> closing.getState() == Thread.State.TIMED_WAITING);
        if (givenBack) {
            Rig.until("closing has given back what it could not begin", () -> queued(mailer, ids) == 18);
            Rig.until("closing waits for the rest", () -> closing.getState() == Thread.State.TIMED_WAITING);
        }
        closing.interrupt();

        assertThat(stayedInterrupted.get(30, TimeUnit.SECONDS)).isTrue();
        never.countDown();
        try (OutboxStore ledger = Stores.open(url, InstantSource.system())) {
            List<DeliveryState> states = ids.stream()
                    .map(id -> ledger.find(id).deliveries().get(0).state())
                    .toList();
            assertThat(states.stream().filter(s -> s == DeliveryState.QUEUED)).hasSize(18);
        }
    }

    @Test
    void what_is_being_claimed_when_closing_begins_is_given_back() {
        String url = "sqlite:" + folder.resolve("ledger.db");
        CountDownLatch claiming = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        StubTransport transport = new StubTransport();
        MailerEngine mailer = Mailers.builder()
                .transport(transport)
                .store(new Sabotage("OutboxTransaction.claim", call -> {
                            claiming.countDown();
                            letGo.await();
                            return call.proceed();
                        })
                        .of(Stores.open(url, InstantSource.system())))
                .closeTimeout(Duration.ZERO)
                .build();
        CompletableFuture<MessageId> sent = CompletableFuture.supplyAsync(
                () -> mailer.send(Rig.mail("jo@example.org").build()).id());
        Rig.until("it is being claimed", () -> claiming.getCount() == 0);

        Thread closing = new Thread(mailer::close);
        closing.start();
        Rig.until("closing waits for the planner", () -> closing.getState() == Thread.State.TIMED_WAITING);
        letGo.countDown();
        Rig.until("it is closed", () -> !closing.isAlive());

        assertThat(transport.tried()).isEmpty();
        try (OutboxStore ledger = Stores.open(url, InstantSource.system())) {
            assertThat(ledger.find(sent.join()).deliveries().get(0).state()).isEqualTo(DeliveryState.QUEUED);
        }
    }

    @Test
    void a_transport_that_cannot_even_close_leaves_the_ledger_in_order() {
        String url = "sqlite:" + folder.resolve("ledger.db");
        StubTransport transport = new StubTransport().closing(() -> {
            throw new NoClassDefFoundError("on purpose");
        });
        Mailers.builder().transport(transport).store(url).build().close();

        Stores.open(url, InstantSource.system()).close();
    }

    @Test
    void an_attempt_that_does_not_end_in_time_is_left_to_the_next_start() {
        String url = "sqlite:" + folder.resolve("ledger.db");
        CountDownLatch never = new CountDownLatch(1);
        StubTransport transport = new StubTransport().answering(t -> StubTransport.hang(never));
        MailerEngine mailer = Mailers.builder()
                .transport(transport)
                .store(url)
                .closeTimeout(Duration.ofMillis(200))
                .build();
        MessageId id = mailer.send(Rig.mail("jo@example.org").build()).id();
        Rig.until("it hangs", () -> !transport.tried().isEmpty());

        mailer.close();

        StubTransport second = new StubTransport().answering(t -> Outcome.accepted("250 ok", null));
        try (Rig next = new Rig().with(m -> m.transport(second))) {
            next.store(Stores.open(url, InstantSource.system()));
            Rig.until("it is settled", () -> next.mailer().find(id).isFinal());
        } finally {
            never.countDown();
        }
    }

    /** Not the JVM's own, and not those of the test. */
    private static boolean isOurs(Thread thread) {
        return thread.getThreadGroup() != null
                && !thread.getThreadGroup().getName().equals("system")
                && !thread.getName().startsWith("scripted-smtp")
                && !thread.getName().startsWith("awaitility");
    }

    private static long queued(MailerEngine mailer, List<MessageId> ids) {
        return ids.stream()
                .filter(id -> mailer.find(id).deliveries().get(0).state() == DeliveryState.QUEUED)
                .count();
    }

    private static Set<Thread> threads() {
        return new HashSet<>(Thread.getAllStackTraces().keySet());
    }
}

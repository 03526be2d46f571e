// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Outcome.Scope;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.smtp.SmtpTransportFactory;
import dev.mailer.testkit.TestContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections between mails. */
class SmtpPoolTest {
    private final ScriptedSmtpServer server = ScriptedSmtpServer.start();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void a_connection_is_used_again() {
        try (Transport transport = transport("")) {
            for (int i = 0; i < 5; i++) {
                assertAccepted(transport);
            }
        }

        assertThat(server.awaitEnd(Clients.PATIENCE)).isTrue();
        assertThat(server.sessions()).hasSize(1);
        assertThat(server.sessions().get(0).commands()).doesNotContain("RSET").endsWith("QUIT");
    }

    @Test
    void the_use_of_the_pool_is_shown() {
        TestContext context = TestContext.create();
        List<Long> amid = new ArrayList<>();
        OutcomeSink sink = new OutcomeSink() {
            @Override
            public boolean mayComplete(Submission submission) {
                amid.add(context.gauge("mailer.smtp.connections.active"));
                amid.add(context.gauge("mailer.smtp.connections.idle"));
                return true;
            }

            @Override
            public void report(Submission submission, Recipient recipient, Outcome outcome) {}
        };
        try (Transport transport = Clients.of(context, server.uri() + "?" + Clients.FAST + "&connections=3")) {
            Clients.send(transport, sink, TestMail.to("jo@example.org"));

            assertThat(amid).containsExactly(1L, 0L);
            assertThat(context.gauge("mailer.smtp.connections.active")).isZero();
            assertThat(context.gauge("mailer.smtp.connections.idle")).isEqualTo(1);
            assertThat(context.gauge("mailer.smtp.connections.max")).isEqualTo(3);
        }
        assertThat(context.gauge("mailer.smtp.connections.idle")).isZero();
    }

    @Test
    void a_connection_that_the_server_closed_while_idle_is_replaced_without_an_attempt() {
        try (Transport transport = transport("")) {
            assertAccepted(transport);
            server.disconnectAll();

            assertAccepted(transport);
        }

        assertThat(server.mails()).hasSize(2);
        assertThat(server.sessions()).hasSize(2);
    }

    @Test
    void a_server_that_says_goodbye_while_idle_is_met_by_a_new_connection() {
        try (Transport transport = transport("")) {
            assertAccepted(transport);
            server.sayToAll("421 4.4.2 idle for too long");
            server.disconnectAll();

            assertAccepted(transport);
        }

        assertThat(server.mails()).hasSize(2);
    }

    @Test
    void a_used_connection_that_is_refused_by_421_is_replaced_once() {
        try (Transport transport = transport("")) {
            assertAccepted(transport);
            server.once(Stage.MAIL_FROM, Reaction.replyAndDrop("421 4.4.2 idle for too long"));
            assertAccepted(transport);
            server.times(2, Stage.MAIL_FROM, Reaction.replyAndDrop("421 4.3.2 overloaded"));

            Outcome outcome =
                    Clients.send(transport, TestMail.to("jo@example.org")).only();

            assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
            assertThat(outcome.scope()).isEqualTo(Scope.DESTINATION);
            assertThat(outcome.failure().code()).isEqualTo(421);
            assertThat(server.sessions()).hasSize(3);
        }
    }

    @Test
    void a_used_connection_that_hangs_is_not_replaced() {
        List<Outcome> both =
                Clients.undisturbed(SmtpPoolTest::sendAndHang, outcomes -> Clients.isLate(outcomes.get(0)));

        assertThat(both.get(0).kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(both.get(1).failure().reason()).isEqualTo("timeout");
    }

    private static List<Outcome> sendAndHang(Duration step) {
        try (ScriptedSmtpServer hanging = ScriptedSmtpServer.start();
                Transport transport = Clients.of(hanging.uri() + "?readTimeout=" + step)) {
            Outcome first =
                    Clients.send(transport, TestMail.to("jo@example.org")).only();
            hanging.once(Stage.MAIL_FROM, Reaction.stall());
            Outcome second =
                    Clients.send(transport, TestMail.to("jo@example.org")).only();
            if (!Clients.isLate(first)) {
                assertThat(hanging.sessions()).hasSize(1);
            }
            return List.of(first, second);
        }
    }

    @Test
    void a_connection_lost_later_than_mail_is_an_attempt() {
        try (Transport transport = transport("")) {
            assertAccepted(transport);
            server.once(Stage.RCPT_TO, Reaction.drop());

            Outcome outcome =
                    Clients.send(transport, TestMail.to("jo@example.org")).only();

            assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
            assertThat(outcome.failure().reason()).isEqualTo("connection-lost");
        }
    }

    @Test
    void a_connection_is_worn_out_by_its_share_of_mails() {
        try (Transport transport = transport("&maxMessagesPerConnection=2")) {
            for (int i = 0; i < 5; i++) {
                assertAccepted(transport);
            }
        }

        assertThat(server.awaitEnd(Clients.PATIENCE)).isTrue();
        assertThat(server.sessions()).hasSize(3);
        assertThat(server.sessions()).allSatisfy(s -> assertThat(s.commands()).endsWith("QUIT"));
    }

    @Test
    void a_connection_that_has_grown_old_says_goodbye_behind_its_mail() {
        server.always(Stage.GREETING, Reaction.drip(Duration.ofMillis(1)));
        try (Transport transport = transport("&maxConnectionAge=1ms")) {
            Outcomes outcomes = Clients.send(
                    transport,
                    TestMail.to("jo@example.org"),
                    TestMail.to("al@example.org"),
                    TestMail.to("mo@example.org"));

            assertThat(outcomes.all().values())
                    .allSatisfy(o -> assertThat(o.kind()).isEqualTo(Kind.ACCEPTED));
            assertThat(server.awaitEnd(Clients.PATIENCE)).isTrue();
        }

        assertThat(server.sessions()).hasSize(3);
        assertThat(server.sessions()).allSatisfy(s -> assertThat(s.commands()).endsWith("QUIT"));
    }

    @Test
    void an_idle_connection_is_closed_in_time_and_politely() {
        try (Transport transport = transport("&idleTimeout=50ms")) {
            assertAccepted(transport);

            assertThat(server.awaitEnd(Clients.PATIENCE)).isTrue();
            assertThat(server.sessions().get(0).commands()).endsWith("QUIT");
            assertAccepted(transport);
        }
    }

    @Test
    void who_finds_all_connections_in_use_waits_no_longer_than_allowed() throws Exception {
        server.once(Stage.FINAL_REPLY, Reaction.stall());
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (Transport transport = Clients.of(server.uri() + "?connections=1&dotTimeout=2m&totalTimeout=6s")) {
            Future<Outcome> first = executor.submit(
                    () -> Clients.send(transport, TestMail.to("jo@example.org")).only());
            assertThat(server.awaitMails(1, Clients.PATIENCE)).hasSize(1);

            Outcome second =
                    Clients.send(transport, TestMail.to("al@example.org")).only();
            server.disconnectAll();

            assertThat(second.kind()).isEqualTo(Kind.DEFERRED);
            assertThat(second.scope()).isEqualTo(Scope.TRANSPORT);
            assertThat(second.failure().reason()).isEqualTo("pool-exhausted");
            assertThat(first.get(20, TimeUnit.SECONDS).kind()).isEqualTo(Kind.AMBIGUOUS);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void many_threads_share_few_connections_and_never_mix_their_mails() throws Exception {
        int threads = 64;
        int mails = 5;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Future<Integer>> all = new ArrayList<>();
        try (Transport transport = transport("&connections=8")) {
            for (int t = 0; t < threads; t++) {
                int thread = t;
                all.add(executor.submit(() -> {
                    int accepted = 0;
                    for (int m = 0; m < mails; m++) {
                        String id = thread + "x" + m;
                        Outcomes outcomes = Clients.send(
                                transport,
                                TestMail.of(("Id: " + id + "\r\n").repeat(200), id + "@a.example", id + "@b.example"));
                        accepted += outcomes.all().values().stream().allMatch(o -> o.kind() == Kind.ACCEPTED) ? 1 : 0;
                    }
                    return accepted;
                }));
            }
            for (Future<Integer> one : all) {
                assertThat(one.get(60, TimeUnit.SECONDS)).isEqualTo(mails);
            }
        } finally {
            executor.shutdownNow();
        }

        assertThat(server.sessions()).hasSizeLessThanOrEqualTo(8);
        assertThat(server.mails()).hasSize(threads * mails).allSatisfy(mail -> {
            Set<String> ids = mail.content()
                    .asUtf8()
                    .lines()
                    .map(line -> line.substring("Id: ".length()))
                    .collect(Collectors.toSet());
            assertThat(ids).hasSize(1);
            String id = ids.iterator().next();
            assertThat(mail.recipients()).containsExactly(id + "@a.example", id + "@b.example");
        });
    }

    @Test
    void a_session_is_given_back_where_what_is_trusted_cannot_be_had_for_a_while() throws Exception {
        SSLContext context = SSLContext.getDefault();
        AtomicBoolean broken = new AtomicBoolean();
        SmtpTransportFactory factory = new SmtpTransportFactory(() -> {
            if (broken.get()) {
                throw new IllegalStateException("the key store is being written");
            }
            return context;
        });
        Outcomes outcomes = new Outcomes(mail -> {
            broken.set(true);
            return true;
        });
        try (Transport transport = factory.create(
                TransportUri.parse(server.uri() + "?connections=1&totalTimeout=30s"), TestContext.create())) {
            Clients.send(transport, outcomes, TestMail.to("jo@example.org"));
            assertThatThrownBy(() -> Clients.send(transport, TestMail.to("jo@example.org")))
                    .hasMessage("the key store is being written");
            broken.set(false);

            assertAccepted(transport);
        }

        assertThat(outcomes.only().kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(server.sessions()).hasSize(2);
        assertThat(server.awaitEnd(Clients.PATIENCE)).isTrue();
    }

    @Test
    void a_connection_that_carried_no_mail_yet_is_replaced_as_well() {
        try (ScriptedSmtpServer small =
                        ScriptedSmtpServer.builder().extensions("SIZE 1000").start();
                Transport transport = Clients.of(small.uri() + "?" + Clients.FAST)) {
            Outcome large = Clients.send(transport, TestMail.ofSize(1_001)).only();
            small.disconnectAll();

            assertAccepted(transport);

            assertThat(large.failure().reason()).isEqualTo("message-too-large");
            assertThat(small.sessions()).hasSize(2);
        }
    }

    private Transport transport(String options) {
        return Clients.of(server.uri() + "?" + Clients.FAST + options);
    }

    private static void assertAccepted(Transport transport) {
        Outcome outcome = Clients.send(transport, TestMail.to("jo@example.org")).only();
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.ACCEPTED);
    }
}

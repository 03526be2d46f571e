// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Transport;
import dev.mailer.testkit.TestContext;
import java.net.InetAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the end of a transport cuts off. */
@Timeout(60)
class SmtpCloseTest {
    private final ScriptedSmtpServer server = ScriptedSmtpServer.start();
    private final ExecutorService executor = Executors.newSingleThreadExecutor();

    @AfterEach
    void close() {
        executor.shutdownNow();
        server.close();
    }

    @Test
    void neither_connection_nor_thread_is_left() throws InterruptedException {
        TestContext context = TestContext.create();
        Transport transport = Clients.of(context, server.uri() + "?" + Clients.FAST);
        assertThat(Clients.send(transport, TestMail.to("jo@example.org")).only().kind())
                .isEqualTo(Kind.ACCEPTED);
        assertThat(context.liveThreads()).hasSize(1);

        transport.close();
        transport.close();

        assertThat(context.awaitThreads(Clients.PATIENCE)).isTrue();
        assertThat(server.awaitEnd(Clients.PATIENCE)).isTrue();
        assertNobodyToBlame(
                Clients.send(transport, TestMail.to("jo@example.org")).only(), "closed");
    }

    @Test
    void behind_the_dot_it_is_ambiguous() throws Exception {
        server.once(Stage.FINAL_REPLY, Reaction.stall());
        Transport transport = Clients.of(server.uri());
        Future<Outcome> sending = send(transport);
        assertThat(server.awaitMails(1, Clients.PATIENCE)).hasSize(1);

        transport.close();

        assertThat(sending.get(20, TimeUnit.SECONDS).kind()).isEqualTo(Kind.AMBIGUOUS);
    }

    @ParameterizedTest
    @EnumSource(names = {"GREETING", "EHLO", "MAIL_FROM", "RCPT_TO", "DATA"})
    void before_the_dot_it_is_no_failure_of_the_server(Stage stage) throws Exception {
        server.once(stage, Reaction.stall());
        Transport transport = Clients.of(server.uri() + "?pipelining=never");
        Future<Outcome> sending = send(transport);
        awaitHanging(stage);

        transport.close();

        Outcome outcome = sending.get(20, TimeUnit.SECONDS);
        assertThat(outcome.isBusy()).as(outcome.toString()).isTrue();
        assertThat(server.mails()).isEmpty();
    }

    @Test
    void a_connect_that_is_not_answered_ends_at_once() throws Exception {
        try (BlackHole hole = new BlackHole(InetAddress.getLoopbackAddress(), 0)) {
            TestContext context = TestContext.create();
            Transport transport =
                    Clients.of(context, "smtp://127.0.0.1:" + hole.port() + "?connectTimeout=10m&totalTimeout=10m");
            Future<Outcome> sending = send(transport);
            while (context.gauge("mailer.smtp.connections.active") == 0) {
                Thread.onSpinWait();
            }

            transport.close();

            assertThat(sending.get(20, TimeUnit.SECONDS).isBusy()).isTrue();
        }
    }

    private Future<Outcome> send(Transport transport) {
        return executor.submit(
                () -> Clients.send(transport, TestMail.to("jo@example.org")).only());
    }

    private void awaitHanging(Stage stage) {
        int commands = switch (stage) {
            case GREETING -> 0;
            case EHLO -> 1;
            case MAIL_FROM -> 2;
            case RCPT_TO -> 3;
            default -> 4;
        };
        while (server.sessions().isEmpty()
                || server.sessions().get(0).commands().size() < commands) {
            Thread.onSpinWait();
        }
    }

    private static void assertNobodyToBlame(Outcome outcome, String reason) {
        assertThat(outcome.isBusy()).as(outcome.toString()).isTrue();
        assertThat(outcome.failure().reason()).isEqualTo(reason);
    }
}

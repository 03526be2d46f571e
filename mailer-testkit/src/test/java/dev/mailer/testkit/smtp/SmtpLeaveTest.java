// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Between the content and the final dot, while leave is asked for. */
@Timeout(60)
class SmtpLeaveTest {
    private final RawPeer peer = new RawPeer();
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch said = new CountDownLatch(1);
    private final Outcomes outcomes = new Outcomes(this::leave);

    SmtpLeaveTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        executor.shutdownNow();
        peer.close();
    }

    @ParameterizedTest
    @CsvSource({"250 for something else, protocol-error", "421 idle for too long, message-deferred"})
    void a_reply_that_comes_while_leave_is_asked_for_is_not_that_to_the_dot(String reply, String reason)
            throws Exception {
        try (Transport transport = Clients.of(peer.uri() + "?" + Clients.FAST)) {
            Future<?> sent = executor.submit(() -> Clients.send(transport, outcomes, TestMail.to("jo@example.org")));
            peer.accept("PIPELINING");
            peer.readLines(3);
            peer.say("250 ok", "250 ok", "354 go on");
            asked.await();
            peer.say(reply);
            said.countDown();

            sent.get(30, TimeUnit.SECONDS);
            assertThat(outcomes.only().kind()).isEqualTo(Kind.DEFERRED);
            assertThat(outcomes.only().failure().reason()).isEqualTo(reason);
            assertNoDot();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "250 for something else")
    void with_chunks_neither(String reply) throws Exception {
        try (Transport transport = Clients.of(peer.uri() + "?chunking=offered&" + Clients.FAST)) {
            Future<?> sent = executor.submit(() -> Clients.send(transport, outcomes, TestMail.to("jo@example.org")));
            peer.accept("PIPELINING", "CHUNKING");
            peer.readLines(2);
            peer.say("250 ok", "250 ok");
            asked.await();
            peer.say(reply);
            said.countDown();

            sent.get(30, TimeUnit.SECONDS);
            assertThat(outcomes.only().kind()).isEqualTo(Kind.DEFERRED);
            assertThat(peer.readLine()).isEqualTo("(closed)");
        }
    }

    @Test
    void without_one_the_mail_goes() throws Exception {
        said.countDown();
        try (Transport transport = Clients.of(peer.uri() + "?" + Clients.FAST)) {
            Future<?> sent = executor.submit(() -> Clients.send(transport, outcomes, TestMail.to("jo@example.org")));
            peer.accept("PIPELINING");
            peer.readLines(3);
            peer.say("250 ok", "250 ok", "354 go on");
            peer.readContent();
            peer.say("250 taken");

            sent.get(30, TimeUnit.SECONDS);
            assertThat(outcomes.only().kind()).isEqualTo(Kind.ACCEPTED);
        }
    }

    private void assertNoDot() throws IOException {
        String line = peer.readLine();
        while (!line.equals("(closed)")) {
            assertThat(line).isNotEqualTo(".");
            line = peer.readLine();
        }
    }

    private boolean leave(Submission submission) {
        asked.countDown();
        try {
            return said.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

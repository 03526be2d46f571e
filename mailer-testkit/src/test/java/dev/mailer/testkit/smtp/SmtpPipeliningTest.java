// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Outcome.Scope;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What leaves together, and what becomes of each mail when the server goes away at any point of it. */
class SmtpPipeliningTest {
    private static final String A = "a@example.org";
    private static final String B = "b@example.org";
    private static final String C = "c@example.org";

    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final RawPeer peer = new RawPeer();
    private final Outcomes outcomes = new Outcomes();
    private Transport transport = Clients.of(peer.uri() + "?pipelining=chained&" + Clients.FAST);

    SmtpPipeliningTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        peer.close();
        transport.close();
        executor.shutdownNow();
    }

    @Test
    void the_envelope_is_one_flight_and_the_next_one_follows_the_final_dot() throws Exception {
        Future<Outcomes> sent = send(TestMail.to(A), TestMail.to(B, C));
        peer.accept("PIPELINING");

        // nothing of it is answered before all of it is there
        assertThat(peer.readLines(3)).containsExactly("MAIL FROM:<shop@example.com>", "RCPT TO:<" + A + ">", "DATA");
        peer.say("250 ok", "250 ok", "354 go on");
        assertThat(peer.readContent()).containsExactly("Subject: hello", "", "Hello.");
        assertThat(peer.readLines(4))
                .containsExactly("MAIL FROM:<shop@example.com>", "RCPT TO:<" + B + ">", "RCPT TO:<" + C + ">", "DATA");
        peer.say("250 first", "250 ok", "550 5.1.1 nobody", "250 ok", "354 go on");
        peer.readContent();
        peer.say("250 second");

        assertThat(sent.get(30, TimeUnit.SECONDS).of(A).reply()).isEqualTo("250 first");
        assertThat(outcomes.of(B).kind()).isEqualTo(Kind.REJECTED);
        assertThat(outcomes.of(C).reply()).isEqualTo("250 second");
    }

    @ParameterizedTest
    @CsvSource({"SIZE, offered", "PIPELINING, never"})
    void without_the_extension_each_command_waits_for_its_reply(String offered, String use) throws Exception {
        transport = Clients.of(peer.uri() + "?pipelining=" + use + "&" + Clients.FAST);
        Future<Outcomes> sent = send(TestMail.to(A), TestMail.to(B));
        peer.accept(offered);
        for (String recipient : List.of(A, B)) {
            for (String command : List.of("MAIL FROM:<shop@example.com>", "RCPT TO:<" + recipient + ">", "DATA")) {
                assertThat(peer.readLine()).startsWith(command);
                assertThat(peer.waiting()).isZero();
                peer.say(command.equals("DATA") ? "354 go on" : "250 ok");
            }
            peer.readContent();
            assertThat(peer.waiting()).isZero();
            peer.say("250 taken");
        }

        assertThat(sent.get(30, TimeUnit.SECONDS).all().values())
                .hasSize(2)
                .extracting(Outcome::kind)
                .containsOnly(Kind.ACCEPTED);
    }

    @Test
    void many_recipients_leave_in_several_flights_with_data_in_the_last() throws Exception {
        String[] recipients =
                IntStream.range(0, 250).mapToObj(i -> i + "@example.org").toArray(String[]::new);
        transport = Clients.of(peer.uri() + "?maxRecipients=1000&" + Clients.FAST);
        Future<Outcomes> sent = send(TestMail.to(recipients));
        peer.accept("PIPELINING");
        int commands = 0;
        for (int flight : List.of(100, 100, 52)) {
            List<String> lines = peer.readLines(flight);
            assertThat(peer.waiting()).isZero();
            commands += flight;
            assertThat(lines.get(flight - 1))
                    .isEqualTo(commands == 252 ? "DATA" : "RCPT TO:<%d@example.org>".formatted(commands - 2));
            for (String line : lines) {
                peer.say(line.equals("DATA") ? "354 go on" : "250 ok");
            }
        }
        peer.readContent();
        peer.say("250 taken");

        assertThat(sent.get(30, TimeUnit.SECONDS).all().values())
                .hasSize(250)
                .extracting(Outcome::kind)
                .containsOnly(Kind.ACCEPTED);
    }

    @Test
    void a_connection_lost_behind_the_dot_leaves_that_mail_in_doubt_and_the_next_one_goes_elsewhere() throws Exception {
        Future<Outcomes> sent = send(TestMail.to(A), TestMail.to(B));
        peer.accept("PIPELINING");
        takeFirst();
        peer.hangUp();

        deliver(B);

        assertThat(sent.get(30, TimeUnit.SECONDS).of(A).kind()).isEqualTo(Kind.AMBIGUOUS);
        assertThat(outcomes.of(A).failure().phase()).isEqualTo(Phase.FINAL_REPLY);
        assertThat(outcomes.of(B).kind()).isEqualTo(Kind.ACCEPTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"250 taken", "250 taken\r\n421 4.7.0 enough of you", "250 taken\r\ngarbage"})
    void a_server_that_leaves_behind_a_mail_costs_the_next_no_attempt(String said) throws Exception {
        Future<Outcomes> sent = send(TestMail.to(A), TestMail.to(B));
        peer.accept("PIPELINING");
        takeFirst();
        peer.say(said);
        peer.hangUp();

        deliver(B);

        assertThat(sent.get(30, TimeUnit.SECONDS).of(A).kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(outcomes.of(B).kind()).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void a_server_that_says_goodbye_to_the_dot_is_not_bothered_with_the_mails_behind_it() throws Exception {
        Future<Outcomes> sent = send(TestMail.to(A), TestMail.to(B), TestMail.to(C));
        peer.accept("PIPELINING");
        takeFirst();
        peer.say("421 4.3.2 going down");
        peer.hangUp();

        // nobody answers another connection
        sent.get(30, TimeUnit.SECONDS);
        for (String recipient : List.of(A, B, C)) {
            assertThat(outcomes.of(recipient).kind()).isEqualTo(Kind.DEFERRED);
            assertThat(outcomes.of(recipient).scope()).isEqualTo(Scope.DESTINATION);
            assertThat(outcomes.of(recipient).failure().text()).isEqualTo("going down");
        }
    }

    @Test
    void a_server_that_takes_no_envelope_behind_the_dot_gets_it_over_a_new_connection() throws Exception {
        Future<Outcomes> sent = send(TestMail.to(A), TestMail.to(B));
        peer.accept("PIPELINING");
        takeFirst();
        peer.say("250 taken", "503 5.5.1 too early", "503 5.5.1 no sender", "503 5.5.1 no recipients");
        deliver(B);

        assertThat(sent.get(30, TimeUnit.SECONDS).of(A).kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(outcomes.of(B).kind()).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void an_envelope_waits_for_the_reply_to_the_dot_before_it_unless_it_is_told_not_to() throws Exception {
        transport.close();
        transport = Clients.of(peer.uri() + "?" + Clients.FAST);
        Future<Outcomes> sent = send(TestMail.to(A), TestMail.to(B));
        peer.accept("PIPELINING");
        peer.readLines(3);
        peer.say("250 ok", "250 ok", "354 go on");
        peer.readContent();
        assertThat(peer.waiting()).isZero();
        peer.say("250 taken");
        peer.readLines(3);
        peer.say("250 ok", "250 ok", "354 go on");
        peer.readContent();
        peer.say("250 taken");

        assertThat(sent.get(30, TimeUnit.SECONDS).of(A).kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(outcomes.of(B).kind()).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void a_refused_mail_does_not_stop_the_one_behind_it() throws Exception {
        Future<Outcomes> sent = send(TestMail.to(A), TestMail.to(B), TestMail.to(C));
        peer.accept("PIPELINING");
        takeFirst();
        peer.say("554 5.7.1 spam", "451 4.7.1 who are you", "503 5.5.1 no sender", "503 5.5.1 no recipients");
        assertThat(peer.readLines(3)).contains("RCPT TO:<" + C + ">");
        peer.say("250 ok", "250 ok", "354 go on");
        peer.readContent();
        peer.say("250 taken");

        assertThat(sent.get(30, TimeUnit.SECONDS).of(A).kind()).isEqualTo(Kind.REJECTED);
        assertThat(outcomes.of(B).failure().phase()).isEqualTo(Phase.MAIL_FROM);
        assertThat(outcomes.of(B).failure().code()).isEqualTo(451);
        assertThat(outcomes.of(C).kind()).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void content_that_is_waited_for_with_nobody_left_is_empty() throws Exception {
        Future<Outcomes> sent = send(TestMail.to(A), TestMail.to(B));
        peer.accept("PIPELINING");
        peer.readLines(3);
        peer.say("250 ok", "550 5.1.1 nobody", "354 go on");
        assertThat(peer.readContent()).isEmpty();
        peer.say("554 5.5.1 no valid recipients");
        assertThat(peer.readLines(3)).contains("RCPT TO:<" + B + ">");
        peer.say("250 ok", "250 ok", "354 go on");
        peer.readContent();
        peer.say("250 taken");

        assertThat(sent.get(30, TimeUnit.SECONDS).of(A).kind()).isEqualTo(Kind.REJECTED);
        assertThat(outcomes.of(B).kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(outcomes.asked()).isEqualTo(1);
    }

    @Test
    void nobody_gets_the_verdict_of_another_when_there_is_a_reply_too_many() throws Exception {
        Future<Outcomes> sent = send(TestMail.to(A, B));
        peer.accept("PIPELINING");
        peer.readLines(4);
        // the second reply is one that nobody asked for: the refusal is meant for the first recipient
        peer.say("250 ok", "250 by the way", "550 5.1.1 nobody", "250 ok", "354 go on");

        assertThat(sent.get(30, TimeUnit.SECONDS).all()).hasSize(2).allSatisfy((who, outcome) -> {
            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.DEFERRED);
            assertThat(outcome.scope()).isEqualTo(Scope.DESTINATION);
        });
        assertThat(outcomes.asked()).isZero();
        assertThat(peer.readLine()).isEqualTo("(closed)");
    }

    @Test
    void a_second_reply_to_the_dot_is_no_verdict_on_the_next_mail() throws Exception {
        Future<Outcomes> sent = send(TestMail.to(A), TestMail.to(B));
        peer.accept("PIPELINING");
        takeFirst();
        peer.say("250 taken", "554 5.7.1 filtered", "250 ok", "250 ok", "354 go on");

        assertThat(sent.get(30, TimeUnit.SECONDS).of(A).kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(outcomes.of(B).kind()).as(outcomes.of(B).toString()).isEqualTo(Kind.DEFERRED);
        assertThat(outcomes.of(B).failure().reason()).isEqualTo("protocol-error");
        assertThat(peer.readLine()).isEqualTo("(closed)");
    }

    @Test
    void a_refusal_behind_a_missing_reply_is_no_verdict_on_the_sender() throws Exception {
        Future<Outcomes> sent = send(TestMail.to(A, B));
        peer.accept("PIPELINING");
        peer.readLines(4);
        // MAIL's reply is missing
        peer.say("550 5.1.1 nobody", "250 ok", "354 go on");

        assertThat(sent.get(30, TimeUnit.SECONDS).all())
                .hasSize(2)
                .allSatisfy((who, outcome) ->
                        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.DEFERRED));
    }

    @Test
    void refusals_count_only_when_nothing_is_left_behind_them() throws Exception {
        Future<Outcomes> sent = send(TestMail.to(A, B));
        peer.accept("PIPELINING");
        peer.readLines(4);
        // the first refusal is one that nobody asked for, so the second one is for B and 354 is left
        peer.say("250 ok", "550 by the way", "250 ok", "550 5.1.1 nobody", "354 go on");

        assertThat(sent.get(30, TimeUnit.SECONDS).all())
                .hasSize(2)
                .allSatisfy((who, outcome) ->
                        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.DEFERRED));
        assertThat(outcomes.asked()).isZero();
    }

    @Test
    void a_server_that_closes_behind_the_refusal_of_the_sender_is_believed() throws Exception {
        Future<Outcomes> sent = send(TestMail.to(A));
        peer.accept("PIPELINING");
        peer.readLines(3);
        peer.say("550 5.7.1 not from you");
        peer.hangUp();

        assertThat(sent.get(30, TimeUnit.SECONDS).only().kind()).isEqualTo(Kind.REJECTED);
    }

    @Test
    void a_mail_that_breaks_when_it_is_measured_does_not_hurt_the_one_before_it() throws Exception {
        Submission poisoned = TestMail.ofUnknownSize(TestMail.to(B), new IllegalStateException("poison"));
        Future<?> sent = executor.submit(() -> Clients.send(transport, outcomes, TestMail.to(A), poisoned));
        peer.accept("PIPELINING", "SIZE");
        peer.readLines(3);
        peer.say("250 ok", "250 ok", "354 go on");
        peer.readContent();
        peer.say("250 taken");

        assertThatThrownBy(() -> sent.get(30, TimeUnit.SECONDS)).hasRootCauseMessage("poison");
        assertThat(outcomes.of(A).kind()).isEqualTo(Kind.ACCEPTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"envelope", "content"})
    void with_chunks_a_reply_too_many_ends_the_mail_before_its_last_chunk(String where) throws Exception {
        transport = Clients.of(peer.uri() + "?chunking=offered&" + Clients.FAST);
        CountDownLatch said = new CountDownLatch(1);
        Submission mail = TestMail.to(A).body(out -> {
            awaitQuietly(said);
            out.write("Subject: x\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII));
        });
        Future<Outcomes> sent = send(mail);
        peer.accept("PIPELINING", "CHUNKING");
        peer.readLines(2);
        if (where.equals("envelope")) {
            peer.say("250 ok", "250 by the way", "250 ok");
        } else {
            peer.say("250 ok", "250 ok");
            peer.say("250 by the way");
        }
        said.countDown();

        assertThat(sent.get(30, TimeUnit.SECONDS).only().kind())
                .as(outcomes.only().toString())
                .isEqualTo(Kind.DEFERRED);
        assertThat(outcomes.asked()).isZero();
        assertThat(peer.readLine()).isEqualTo("(closed)");
    }

    @Test
    void the_last_chunk_waits_for_the_verdict_on_those_before_it() throws Exception {
        transport = Clients.of(peer.uri() + "?chunking=offered&" + Clients.FAST);
        Future<Outcomes> sent = send(TestMail.ofSize(100_000));
        peer.accept("PIPELINING", "CHUNKING");
        peer.readLines(2);
        peer.say("250 ok", "250 ok");
        assertThat(peer.readLine()).isEqualTo("BDAT 65536");
        peer.readOctets(65_536);
        assertThat(peer.waiting()).isZero();
        peer.say("552 5.3.4 too large");

        assertThat(sent.get(30, TimeUnit.SECONDS).only().kind()).isEqualTo(Kind.REJECTED);
        assertThat(outcomes.asked()).isZero();
        assertThat(peer.readLine()).isEqualTo("(closed)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"550 a\0b", "550 a\nb", "250 a\0b", "552 5.3.4 a\r550 b"})
    void what_is_no_reply_to_a_chunk_never_becomes_one_by_what_follows_it(String said) throws Exception {
        transport = Clients.of(peer.uri() + "?chunking=offered&" + Clients.FAST);
        CountDownLatch arrived = new CountDownLatch(1);
        Future<Outcomes> sent = send(TestMail.to(A).body(out -> {
            out.write("x".repeat(66_000).getBytes(StandardCharsets.US_ASCII));
            awaitQuietly(arrived);
            out.write("x".repeat(66_000).getBytes(StandardCharsets.US_ASCII));
        }));
        peer.accept("PIPELINING", "CHUNKING");
        peer.readLines(2);
        peer.say("250 ok", "250 ok");
        assertThat(peer.readLine()).isEqualTo("BDAT 65536");
        peer.readOctets(65_536);
        peer.say(said);
        arrived.countDown();

        Outcome outcome = sent.get(30, TimeUnit.SECONDS).only();
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.DEFERRED);
        assertThat(outcome.failure().reason()).isEqualTo("protocol-error");
        assertThat(outcome.failure().phase()).isEqualTo(Phase.DATA);
        assertThat(outcomes.asked()).isZero();
    }

    private static void awaitQuietly(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IOException("nobody has said anything");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void a_mail_that_may_not_be_completed_takes_the_connection_with_it_and_not_the_next_mail() throws Exception {
        Outcomes choosy = new Outcomes(
                submission -> !submission.recipients().get(0).address().spec().equals(A));
        Future<?> sent = executor.submit(() -> Clients.send(transport, choosy, TestMail.to(A), TestMail.to(B)));
        peer.accept("PIPELINING");
        peer.readLines(3);
        peer.say("250 ok", "250 ok", "354 go on");
        assertThat(peer.readLines(4)).endsWith("(closed)").doesNotContain(".");

        deliver(B);

        sent.get(30, TimeUnit.SECONDS);
        assertThat(choosy.all()).containsOnlyKeys(B);
        assertThat(choosy.of(B).kind()).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void a_connection_ends_with_as_many_mails_as_it_may_have() throws Exception {
        transport = Clients.of(peer.uri() + "?maxMessagesPerConnection=1&" + Clients.FAST);
        Future<Outcomes> sent = send(TestMail.to(A), TestMail.to(B));
        peer.accept("PIPELINING");
        peer.readLines(3);
        peer.say("250 ok", "250 ok", "354 go on");
        peer.readContent();
        peer.say("250 taken");
        assertThat(peer.readLine()).isEqualTo("QUIT");
        peer.hangUp();

        deliver(B);

        assertThat(sent.get(30, TimeUnit.SECONDS).all().values())
                .extracting(Outcome::kind)
                .containsOnly(Kind.ACCEPTED);
    }

    @Test
    void a_mail_that_the_server_cannot_take_is_not_said_behind_another() throws Exception {
        Future<Outcomes> sent = send(TestMail.to(A), TestMail.needingEightBit(TestMail.to(B)), TestMail.to(C));
        peer.accept("PIPELINING");
        peer.readLines(3);
        peer.say("250 ok", "250 ok", "354 go on");
        peer.readContent();
        peer.say("250 taken");
        assertThat(peer.readLines(3)).contains("RCPT TO:<" + C + ">");
        peer.say("250 ok", "250 ok", "354 go on");
        peer.readContent();
        peer.say("250 taken");

        assertThat(sent.get(30, TimeUnit.SECONDS).of(B).failure().reason()).isEqualTo("8bitmime-unavailable");
        assertThat(outcomes.of(A).kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(outcomes.of(C).kind()).isEqualTo(Kind.ACCEPTED);
    }

    /** The first of two mails, up to its final dot with the envelope of the second behind it. */
    private void takeFirst() throws IOException {
        peer.readLines(3);
        peer.say("250 ok", "250 ok", "354 go on");
        peer.readContent();
        assertThat(peer.readLines(3)).contains("RCPT TO:<" + B + ">", "DATA");
    }

    /** Takes one mail over a new connection. */
    private void deliver(String recipient) throws IOException {
        peer.accept("PIPELINING");
        assertThat(peer.readLines(3)).contains("RCPT TO:<" + recipient + ">");
        peer.say("250 ok", "250 ok", "354 go on");
        peer.readContent();
        peer.say("250 taken");
    }

    private Future<Outcomes> send(Submission... mails) {
        Callable<Outcomes> task = () -> {
            Clients.send(transport, outcomes, mails);
            return outcomes;
        };
        return executor.submit(task);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.smtp.MxTransportFactory;
import dev.mailer.testkit.TestContext;
import dev.mailer.testkit.dns.ScriptedDnsServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Servers that offer PIPELINING and cannot do it: one mail finds out, and the next ones get through. */
class SmtpLockstepTest {
    private static final String A = "a@example.org";
    private static final String B = "b@example.org";

    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final RawPeer peer = new RawPeer();
    private final TestContext context = TestContext.create();
    private final Transport transport = Clients.of(context, peer.uri() + "?" + Clients.FAST);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.mailer.smtp.LockstepHosts");

    SmtpLockstepTest() throws IOException {}

    @BeforeEach
    void listen() {
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void close() throws IOException {
        logger.detachAppender(log);
        peer.close();
        transport.close();
        executor.shutdownNow();
    }

    /** What came of two mails, and how much had arrived ahead of each reply to the second. */
    private record Tries(Outcome first, Outcome second, List<Integer> ahead) {}

    @Test
    void a_server_that_swallows_all_but_the_first_command_takes_the_next_mail_one_command_at_a_time() {
        Tries tries = Clients.undisturbed(
                this::swallow,
                done -> Clients.isLateBefore(Phase.RCPT_TO, done.first()) || Clients.isLate(done.second()));

        assertThat(tries.first().kind()).as(tries.first().toString()).isEqualTo(Kind.DEFERRED);
        assertThat(tries.first().failure().reason()).isEqualTo("timeout");
        assertThat(tries.first().failure().phase()).isEqualTo(Phase.RCPT_TO);
        assertThat(tries.second().kind()).as(tries.second().toString()).isEqualTo(Kind.ACCEPTED);
        assertThat(tries.ahead()).containsExactly(0, 0, 0);
    }

    private Tries swallow(Duration step) {
        List<Integer> ahead = new CopyOnWriteArrayList<>();
        try (RawPeer swallowing = new RawPeer();
                Transport impatient = Clients.of(swallowing.uri() + "?dotTimeout=20s&readTimeout=" + step)) {
            Future<Outcome> first = send(impatient, A);
            RawPeer.asFarAsItGoes(() -> {
                swallowing.accept("PIPELINING");
                swallowing.readLines(3);
                swallowing.say("250 ok");
            });
            Outcome silent = first.get(60, TimeUnit.SECONDS);
            Future<Outcome> second = send(impatient, A);
            RawPeer.asFarAsItGoes(() -> {
                swallowing.accept("PIPELINING");
                for (String reply : List.of("250 ok", "250 ok", "354 go on")) {
                    swallowing.readLine();
                    ahead.add(swallowing.waiting());
                    swallowing.say(reply);
                }
                swallowing.readContent();
                swallowing.say("250 taken");
            });
            return new Tries(silent, second.get(60, TimeUnit.SECONDS), ahead);
        } catch (IOException | InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Replies to a flight for two recipients that are more or fewer than its commands. */
    static Stream<List<String>> miscounts() {
        return Stream.of(
                List.of("250 ok", "250 by the way", "550 5.1.1 nobody", "250 ok", "354 go on"),
                List.of("550 5.1.1 nobody", "250 ok", "354 go on"),
                List.of("250 ok", "250 ok", "354 go on"),
                List.of("250 ok", "250 ok", "250 ok", "250 what", "354 go on"),
                List.of("250 ok", "550 by the way", "250 ok", "550 5.1.1 nobody", "354 go on"),
                List.of("250 ok", "550 by the way", "550 5.1.1 nobody", "554 5.5.1 nobody is left", "354 go on"),
                List.of("250 ok", "hello there"));
    }

    @ParameterizedTest
    @MethodSource("miscounts")
    void a_server_that_loses_count_is_told_one_command_at_a_time_for_an_hour(List<String> replies) throws Exception {
        assertThat(loseCount(replies)).extracting(Outcome::kind).containsOnly(Kind.DEFERRED);

        assertThat(deliverInLockstep().kind()).isEqualTo(Kind.ACCEPTED);
        context.advance(Duration.ofHours(1).minusSeconds(1));
        assertThat(deliverOverTheSame().kind()).isEqualTo(Kind.ACCEPTED);
        context.advance(Duration.ofSeconds(1));
        assertThat(deliverInAFlightOverTheSame().kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(log.list)
                .singleElement()
                .satisfies(e -> assertThat(e.getFormattedMessage()).startsWith(transport.name()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"550 5.1.1 nobody", "450 4.2.0 later", "421 4.3.2 bye", ""})
    void a_server_that_refuses_or_leaves_has_not_lost_count(String toRecipient) throws Exception {
        Future<Outcome> sent = send(transport, A);
        peer.accept("PIPELINING");
        peer.readLines(3);
        if (toRecipient.isEmpty()) {
            peer.say("250 ok");
        } else {
            peer.say("250 ok", toRecipient, "554 5.5.1 nobody is left");
        }
        peer.hangUp();
        assertThat(sent.get(30, TimeUnit.SECONDS).kind()).isNotEqualTo(Kind.ACCEPTED);

        Future<Outcome> next = send(transport, A);
        peer.accept("PIPELINING");
        takeFlight();
        assertThat(next.get(30, TimeUnit.SECONDS).kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(log.list).isEmpty();
    }

    @Test
    void a_miscount_without_flights_says_nothing_of_them() throws Exception {
        Future<Outcome> sent = send(transport, A);
        peer.accept("SIZE 1000000");
        peer.readLine();
        peer.say("250 ok", "250 by the way");
        assertThat(sent.get(30, TimeUnit.SECONDS).failure().reason()).isEqualTo("protocol-error");

        Future<Outcome> next = send(transport, A);
        peer.accept("PIPELINING");
        takeFlight();
        assertThat(next.get(30, TimeUnit.SECONDS).kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(log.list).isEmpty();
    }

    @Test
    void each_host_of_a_domain_is_known_by_its_own_faults() throws Exception {
        int port = Integer.parseInt(peer.uri().substring(peer.uri().lastIndexOf(':') + 1));
        try (ScriptedDnsServer dns = ScriptedDnsServer.start()) {
            dns.mx("one.example", 10, "mx.one.example").address("mx.one.example", "127.0.0.1");
            dns.mx("two.example", 10, "mx.two.example").address("mx.two.example", "127.0.0.1");
            String uri = "mx:?allowPrivate=on&sts=off&dane=off&dns=127.0.0.1:" + dns.port() + "&port=" + port + "&"
                    + Clients.FAST;
            try (Transport mx = new MxTransportFactory().create(TransportUri.parse(uri), context)) {
                Future<Outcome> first = send(mx, "jo@one.example");
                peer.accept("PIPELINING");
                peer.readLines(3);
                peer.say("250 ok", "354 go on");
                assertThat(first.get(30, TimeUnit.SECONDS).kind()).isEqualTo(Kind.DEFERRED);

                Future<Outcome> other = send(mx, "jo@two.example");
                peer.accept("PIPELINING");
                takeFlight();
                assertThat(other.get(30, TimeUnit.SECONDS).kind()).isEqualTo(Kind.ACCEPTED);
                Future<Outcome> again = send(mx, "jo@one.example");
                peer.accept("PIPELINING");
                takeOneByOne();
                assertThat(again.get(30, TimeUnit.SECONDS).kind()).isEqualTo(Kind.ACCEPTED);
            }
        }
    }

    private List<Outcome> loseCount(List<String> replies) throws Exception {
        Outcomes outcomes = new Outcomes();
        Future<?> sent = executor.submit(() -> Clients.send(transport, outcomes, TestMail.to(A, B)));
        peer.accept("PIPELINING");
        peer.readLines(4);
        peer.say(replies.toArray(String[]::new));
        sent.get(30, TimeUnit.SECONDS);
        assertThat(outcomes.asked()).isZero();
        assertThat(peer.readLine()).isEqualTo("(closed)");
        return List.copyOf(outcomes.all().values());
    }

    private Outcome deliverInLockstep() throws Exception {
        Future<Outcome> sent = send(transport, A);
        peer.accept("PIPELINING");
        takeOneByOne();
        return sent.get(30, TimeUnit.SECONDS);
    }

    private Outcome deliverOverTheSame() throws Exception {
        Future<Outcome> sent = send(transport, A);
        takeOneByOne();
        return sent.get(30, TimeUnit.SECONDS);
    }

    private Outcome deliverInAFlightOverTheSame() throws Exception {
        Future<Outcome> sent = send(transport, A);
        takeFlight();
        return sent.get(30, TimeUnit.SECONDS);
    }

    private void takeOneByOne() throws IOException {
        for (String reply : List.of("250 ok", "250 ok", "354 go on")) {
            assertThat(peer.readLine()).isNotEqualTo("(closed)");
            assertThat(peer.waiting()).isZero();
            peer.say(reply);
        }
        peer.readContent();
        peer.say("250 taken");
    }

    private void takeFlight() throws IOException {
        assertThat(peer.readLines(3)).last().isEqualTo("DATA");
        peer.say("250 ok", "250 ok", "354 go on");
        peer.readContent();
        peer.say("250 taken");
    }

    private Future<Outcome> send(Transport over, String recipient) {
        return executor.submit(() -> Clients.send(over, TestMail.to(recipient)).only());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.smtp.SmtpTransportFactory;
import dev.mailer.testkit.TestContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** TLS that ends, breaks or begins again amid a mail, and TLS that fails where clear text will do. */
class SmtpTlsFaultsTest {
    private static final TestTls TLS = Clients.Shared.TLS;
    /** Octets of a mail's content before the server does something. */
    private static final int FIRST_PART = 66_000;

    /** As long as the record is that its first octets announce. */
    private static final byte[] CLEAR =
            ("250 2.0.0 taken" + " and taken".repeat(900) + "\r\n").getBytes(StandardCharsets.US_ASCII);

    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final RawPeer peer = new RawPeer();

    SmtpTlsFaultsTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        peer.close();
        executor.shutdownNow();
    }

    private interface Fault {
        void happen(RawPeer at) throws IOException;
    }

    /** By version and stage; what it is for the client follows from the stage. */
    static Stream<Arguments> faults() {
        List<Arguments> all = new ArrayList<>();
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            for (Stage stage : List.of(Stage.RCPT_TO, Stage.MID_CONTENT, Stage.FINAL_REPLY)) {
                all.add(Arguments.of(version, stage, "goodbye", fault(RawPeer::sayGoodbyeOfTls)));
                all.add(Arguments.of(version, stage, "alert", below("15030300020228")));
                all.add(Arguments.of(version, stage, "record of no sense", below("1703030020" + "a5".repeat(32))));
                all.add(Arguments.of(version, stage, "clear text", fault(at -> at.sayBelowTls(CLEAR))));
            }
        }
        return all.stream();
    }

    private static Fault below(String hex) {
        return at -> at.sayBelowTls(HexFormat.of().parseHex(hex));
    }

    private static Fault fault(Fault fault) {
        return fault;
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("faults")
    void tls_that_ends_or_breaks_is_a_lost_connection(String version, Stage stage, String name, Fault fault)
            throws Exception {
        Phase phase = stage == Stage.MID_CONTENT ? Phase.DATA : Phase.valueOf(stage.name());
        CountDownLatch happened = new CountDownLatch(1);
        try (Transport transport = requiringTls(TLS.clientContext())) {
            Future<Outcome> sent = send(transport, inTwoParts(happened));
            openTls(TLS.serverContext(), version);
            peer.readLines(3);
            if (stage == Stage.RCPT_TO) {
                peer.say("250 ok");
            } else {
                peer.say("250 ok", "250 ok", "354 go on");
            }
            if (stage == Stage.FINAL_REPLY) {
                happened.countDown();
                peer.readContent();
            }
            fault.happen(peer);
            happened.countDown();

            Outcome outcome = sent.get(60, TimeUnit.SECONDS);
            assertThat(outcome.kind())
                    .as(outcome.toString())
                    .isEqualTo(phase == Phase.FINAL_REPLY ? Kind.AMBIGUOUS : Kind.DEFERRED);
            assertThat(outcome.failure().phase()).isEqualTo(phase);
            assertThat(outcome.failure().reason()).isEqualTo("connection-lost");
            assertNextMailPasses(transport, version);
        }
    }

    private static Submission inTwoParts(CountDownLatch between) {
        return TestMail.to("jo@example.org").body(out -> {
            byte[] part = ("x".repeat(70) + "\r\n").repeat(FIRST_PART / 72).getBytes(StandardCharsets.US_ASCII);
            out.write(part);
            try {
                if (!between.await(60, TimeUnit.SECONDS)) {
                    throw new IOException("nothing has happened");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            out.write(part);
        });
    }

    private void assertNextMailPasses(Transport transport, String version) throws Exception {
        Future<Outcome> next = send(transport, TestMail.to("jo@example.org"));
        openTls(TLS.serverContext(), version);
        takeMail();
        peer.hangUp();
        assertThat(next.get(60, TimeUnit.SECONDS).kind()).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void a_handshake_that_is_done_again_amid_a_mail_changes_nothing() throws Exception {
        SSLContext client = TLS.clientContext();
        try (Transport transport = requiringTls(client)) {
            Future<Outcome> sent = send(transport, TestMail.to("jo@example.org"));
            openTls(TLS.serverContext(), "TLSv1.2");
            peer.readLines(3);
            peer.say("250 ok", "250 ok");
            forgetSessions(client);
            peer.renegotiate();
            peer.say("354 go on");
            peer.readContent();
            peer.say("250 taken");
            peer.hangUp();

            assertThat(sent.get(60, TimeUnit.SECONDS).kind()).isEqualTo(Kind.ACCEPTED);
        }
    }

    @Test
    void a_server_that_shows_the_certificate_of_another_host_when_it_is_done_again_gets_no_content() throws Exception {
        TestTls other = TestTls.otherHost();
        ChangingKeys keys = new ChangingKeys(TLS);
        SSLContext client = ChangingKeys.clientContext(TLS, other);
        try (Transport transport = requiringTls(client)) {
            Future<Outcome> sent = send(transport, TestMail.to("jo@example.org"));
            openTls(keys.serverContext(), "TLSv1.2");
            peer.readLines(3);
            peer.say("250 ok", "250 ok");
            forgetSessions(client);
            keys.show(other);
            RawPeer.asFarAsItGoes(peer::renegotiate);

            Outcome outcome = sent.get(60, TimeUnit.SECONDS);
            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.DEFERRED);
            assertThat(outcome.failure().phase()).isEqualTo(Phase.DATA);
            assertThat(outcome.failure().text()).contains("127.0.0.1");
        }
    }

    @Test
    void a_server_that_shows_its_name_in_the_subject_only_when_it_is_done_again_gets_no_content() throws Exception {
        TestTls other = TestTls.commonName();
        ChangingKeys keys = new ChangingKeys(TLS);
        SSLContext client = ChangingKeys.clientContext(TLS, other);
        try (Transport transport = requiringTls(client, peer.uri().replace("127.0.0.1", "localhost"))) {
            Future<Outcome> sent = send(transport, TestMail.to("jo@example.org"));
            openTls(keys.serverContext(), "TLSv1.2");
            peer.readLines(3);
            peer.say("250 ok", "250 ok");
            forgetSessions(client);
            keys.show(other);
            peer.renegotiate();
            peer.say("354 go on");

            Outcome outcome = sent.get(60, TimeUnit.SECONDS);
            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.DEFERRED);
            assertThat(outcome.failure().text()).contains("no alternative name");
        }
    }

    /** Else the next handshake would be a short one, without certificates. */
    private static void forgetSessions(SSLContext client) {
        SSLSessionContext sessions = client.getClientSessionContext();
        for (byte[] id : Collections.list(sessions.getIds())) {
            SSLSession session = sessions.getSession(id);
            if (session != null) {
                session.invalidate();
            }
        }
    }

    @Test
    void a_server_that_offers_starttls_and_cannot_do_it_gets_mail_in_clear_text_over_a_new_connection()
            throws Exception {
        try (Transport transport = Clients.trusting(TLS, peer.uri() + "?" + Clients.FAST)) {
            Future<Outcome> sent = send(transport, TestMail.to("jo@example.org"));
            refuseHandshake();
            peer.accept("STARTTLS", "PIPELINING");
            takeMail();
            peer.hangUp();

            assertThat(sent.get(60, TimeUnit.SECONDS).kind()).isEqualTo(Kind.ACCEPTED);
        }
    }

    @Test
    void where_tls_is_required_it_gets_none() throws Exception {
        try (Transport transport = requiringTls(TLS.clientContext())) {
            Future<Outcome> sent = send(transport, TestMail.to("jo@example.org"));
            refuseHandshake();

            Outcome outcome = sent.get(60, TimeUnit.SECONDS);
            assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
            assertThat(outcome.failure().reason()).isEqualTo("tls-failed");
        }
    }

    /** Answers the first octets of the handshake by the alert protocol_version. */
    private void refuseHandshake() throws IOException {
        peer.accept("STARTTLS", "PIPELINING");
        assertThat(peer.readLine()).isEqualTo("STARTTLS");
        peer.say("220 go");
        peer.readOctets(5);
        peer.sayBelowTls(HexFormat.of().parseHex("15030100020246"));
    }

    static Stream<Reaction> afterTls() {
        return Stream.of(
                Reaction.reply("502 5.5.1 what"),
                Reaction.drop(),
                Reaction.reply("451 4.3.0 later"),
                Reaction.rawAndDrop("250-x\r\n"));
    }

    @ParameterizedTest
    @MethodSource("afterTls")
    void a_server_that_is_lost_behind_the_handshake_gets_no_mail_in_clear_text(Reaction reaction) {
        try (ScriptedSmtpServer server =
                        ScriptedSmtpServer.builder().startTls(TLS).start();
                Transport transport = Clients.trusting(TLS, server.uri() + "?" + Clients.FAST)) {
            server.always(Stage.EHLO_AFTER_TLS, reaction);

            Outcome outcome =
                    Clients.send(transport, TestMail.to("jo@example.org")).only();

            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.DEFERRED);
            assertThat(server.sessions()).hasSize(1);
            assertThat(server.mails()).isEmpty();
        }
    }

    private Transport requiringTls(SSLContext trust) {
        return requiringTls(trust, peer.uri());
    }

    private static Transport requiringTls(SSLContext trust, String uri) {
        return new SmtpTransportFactory(trust)
                .create(TransportUri.parse(uri + "?tls=required&" + Clients.FAST), TestContext.create());
    }

    /** Takes the next connection up to where it waits for MAIL. */
    private void openTls(SSLContext context, String version) throws IOException {
        peer.accept("STARTTLS");
        assertThat(peer.readLine()).isEqualTo("STARTTLS");
        peer.say("220 go");
        peer.startTls(context, version);
        assertThat(peer.readLine()).startsWith("EHLO ");
        peer.say("250-raw.test", "250 PIPELINING");
    }

    private void takeMail() throws IOException {
        assertThat(peer.readLines(3)).last().isEqualTo("DATA");
        peer.say("250 ok", "250 ok", "354 go on");
        peer.readContent();
        peer.say("250 taken");
    }

    private Future<Outcome> send(Transport transport, Submission mail) {
        return executor.submit(() -> Clients.send(transport, mail).only());
    }
}

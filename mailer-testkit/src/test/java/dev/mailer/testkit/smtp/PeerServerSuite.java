// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.Address;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.smtp.SmtpProbe;
import dev.mailer.testkit.SampleSubmission;
import dev.mailer.testkit.TestContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What holds of us and any mail server. A subclass brings the server and says what that offers; what we send is compared with what it
 * stored or handed on.
 */
@Tag("peers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PeerServerSuite {
    private static final TestTls TLS = Clients.Shared.TLS;
    /** A multiple of {@link #AT_ONCE} for each way of sending content. */
    private static final int MAILS = 500;

    private static final int CONNECTIONS = 4;
    private static final int AT_ONCE = 10;

    private PeerServer server;

    /** Starts it, or skips all tests where it is missing. */
    abstract PeerServer start(TestTls tls) throws IOException;

    /** The extensions that the tests use of it. */
    abstract Set<String> extensions();

    /** The login mechanisms it takes a password by. */
    abstract List<String> mechanisms();

    boolean bearsChaining() {
        return true;
    }

    @BeforeAll
    void startServer() throws IOException {
        server = start(TLS);
    }

    @AfterAll
    void closeServer() {
        if (server != null) {
            server.close();
        }
    }

    /** The ways of sending content that it takes. */
    List<String> chunking() {
        return extensions().contains("CHUNKING") ? List.of("never", "offered") : List.of("never");
    }

    @Test
    void it_offers_what_is_tested() {
        SmtpProbe.Report report = SmtpProbe.run(
                TransportUri.parse(uri("tls=required")),
                TestContext.create(),
                TLS.clientContext(),
                PeerFolder.PATIENCE);

        assertThat(report.failure()).isNull();
        assertThat(report.user()).isEqualTo(PeerServer.USER);
        assertThat(report.extensions())
                .extracting(line -> line.replaceFirst(" .*", ""))
                .containsAll(extensions());
    }

    @ParameterizedTest
    @MethodSource("chunking")
    void content_arrives_as_it_was_given(String chunking) throws Exception {
        List<PeerMail> mails = PeerMail.BODIES.stream().map(PeerMail::of).toList();

        try (Transport transport = transport("chunking=" + chunking)) {
            assertAllAccepted(send(transport, mails, "jo@example.org"));
        }

        assertArrived(mails, "jo");
    }

    @Test
    void envelopes_that_leave_behind_the_final_dot_before_them() throws Exception {
        assumeThat(bearsChaining())
                .as("the server lives on when an envelope follows a final dot")
                .isTrue();
        List<PeerMail> mails = PeerMail.BODIES.stream().map(PeerMail::of).toList();

        try (Transport transport = transport("pipelining=chained")) {
            assertAllAccepted(send(transport, mails, "jo@example.org"));
        }

        assertArrived(mails, "jo");
    }

    @ParameterizedTest
    @MethodSource("chunking")
    void a_second_mail_cannot_be_smuggled(String chunking) throws Exception {
        List<PeerMail> mails = PeerMail.smuggling().map(PeerMail::of).toList();
        PeerMail last = PeerMail.of("the last one");

        try (Transport transport = transport("chunking=" + chunking)) {
            assertAllAccepted(send(transport, mails, "jo@example.org"));
            assertAllAccepted(send(transport, List.of(last), "bob@example.org"));
        }

        assertArrived(mails, "jo");
        assertArrived(List.of(last), "bob");
        assertThat(server.stored("bob")).noneMatch(mail -> mail.contains("Subject: smuggled"));
    }

    @ParameterizedTest
    @MethodSource("mechanisms")
    void a_password_logs_in_and_a_wrong_one_is_a_wrong_setting(String mechanism) throws Exception {
        PeerMail mail = PeerMail.of("by " + mechanism);

        try (Transport right = transport("auth=" + mechanism);
                Transport wrong = Clients.trusting(
                        TLS, uri("auth=" + mechanism).replace(PeerServer.PASSWORD.replace("+", "%2B"), "guess"))) {
            Outcome refused = Clients.send(wrong, mail.to("jo@example.org")).only();
            Outcome taken = Clients.send(right, mail.to("jo@example.org")).only();

            assertThat(refused.kind()).as(refused.toString()).isEqualTo(Kind.MISCONFIGURED);
            assertThat(refused.failure().phase()).isEqualTo(Phase.AUTH);
            assertThat(taken.kind()).as(taken.toString()).isEqualTo(Kind.ACCEPTED);
        }
        assertArrived(List.of(mail), "jo");
    }

    @Test
    void tls_from_the_first_byte() throws Exception {
        PeerMail mail = PeerMail.of("inside");

        try (Transport transport = Clients.trusting(TLS, implicitUri())) {
            assertThat(transport.name()).startsWith("smtps://");
            assertAllAccepted(send(transport, List.of(mail), "jo@example.org"));
        }

        assertArrived(List.of(mail), "jo");
    }

    @Test
    void a_certificate_of_an_unknown_authority_gets_no_mail() {
        TestTls other = TestTls.otherHost();
        for (String uri : List.of(uri(""), implicitUri())) {
            try (Transport transport = Clients.trusting(other, uri)) {
                Outcome outcome = Clients.send(transport, PeerMail.of("no").to("jo@example.org"))
                        .only();

                assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
                assertThat(outcome.failure().reason()).isEqualTo("tls-untrusted");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("chunking")
    void a_refused_recipient_leaves_the_others(String chunking) throws Exception {
        PeerMail mail = PeerMail.of("for two of three");

        try (Transport transport = transport("chunking=" + chunking)) {
            Outcomes outcomes =
                    Clients.send(transport, mail.to("jo@example.org", "nobody@example.org", "ann@example.org"));
            Outcome alone =
                    Clients.send(transport, mail.to("nobody@example.org")).only();

            assertThat(outcomes.of("jo@example.org").kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(outcomes.of("ann@example.org").kind()).isEqualTo(Kind.ACCEPTED);
            for (Outcome refused : List.of(outcomes.of("nobody@example.org"), alone)) {
                assertThat(refused.kind()).as(refused.toString()).isEqualTo(Kind.REJECTED);
                assertThat(refused.failure().phase()).isEqualTo(Phase.RCPT_TO);
            }
        }
        assertArrived(List.of(mail), "jo");
        assertArrived(List.of(mail), "ann");
    }

    @ParameterizedTest
    @MethodSource("chunking")
    void a_mail_that_is_too_large_is_refused_and_the_next_is_not(String chunking) throws Exception {
        PeerMail large = PeerMail.of(("x".repeat(98) + "\r\n").repeat(PeerServer.MAX_SIZE / 100 + 1_000));
        SampleSubmission told = large.to("jo@example.org");
        SampleSubmission untold = told.body(out -> told.writeTo(out, null));
        PeerMail next = PeerMail.of("small");

        try (Transport transport = transport("chunking=" + chunking)) {
            for (Submission mail : List.of(told, untold)) {
                Outcome outcome = Clients.send(transport, mail).only();

                assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.REJECTED);
            }
            assertAllAccepted(send(transport, List.of(next), "jo@example.org"));
        }
        assertArrived(List.of(next), "jo");
        assertThat(PeerMail.byMark(server.stored("jo"))).doesNotContainKey(large.mark());
    }

    @Test
    void eight_bit_content_that_may_not_be_recoded() throws Exception {
        PeerMail mail = PeerMail.of(PeerFolder.octets("Gr\u00fc\u00dfe\r\n"));

        try (Transport transport = transport("")) {
            Outcome outcome = Clients.send(transport, TestMail.needingEightBit(mail.to("jo@example.org")))
                    .only();

            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.ACCEPTED);
        }
        assertArrived(List.of(mail), "jo");
    }

    @ParameterizedTest
    @MethodSource("chunking")
    void addresses_and_headers_in_utf8(String chunking) throws Exception {
        PeerMail mail = PeerMail.of("Gr\u00fc\u00dfe \ud83d\ude00", "hello\r\n");
        String recipient = PeerServer.UTF8 + "@example.org";

        try (Transport transport = transport("chunking=" + chunking)) {
            Outcome outcome = Clients.send(
                            transport,
                            mail.to(recipient)
                                    .sender(Address.of(PeerServer.UTF8 + "@example.net"))
                                    .needingSmtpUtf8())
                    .only();

            if (!extensions().contains("SMTPUTF8")) {
                assertThat(outcome.kind()).isEqualTo(Kind.REJECTED);
                assertThat(outcome.failure().enhancedCode()).hasToString("5.6.7");
                return;
            }
            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.ACCEPTED);
        }
        assertArrived(List.of(mail), PeerServer.UTF8);
    }

    @ParameterizedTest
    @MethodSource("chunking")
    void the_sender_is_told_of_the_delivery(String chunking) throws Exception {
        assumeThat(extensions()).contains("DSN");
        PeerMail mail = PeerMail.of("this is not sent back");
        SampleSubmission submission = mail.to("jo@example.org");

        try (Transport transport = transport("dsn=success,failure,delay&chunking=" + chunking)) {
            assertThat(Clients.send(transport, submission).only().kind()).isEqualTo(Kind.ACCEPTED);
        }

        assertArrived(List.of(mail), "jo");
        assertNotice(submission);
    }

    /** The notice names the mail and its recipient as we did, and holds the header only. */
    void assertNotice(SampleSubmission mail) throws Exception {
        Predicate<String> ofMail =
                notice -> notice.toLowerCase(Locale.ROOT).contains("original-envelope-id: " + mail.messageId());
        await().atMost(PeerFolder.PATIENCE)
                .untilAsserted(() -> assertThat(server.stored("shop")).anyMatch(ofMail));
        assertThat(server.stored("shop"))
                .filteredOn(ofMail)
                .singleElement()
                .satisfies(notice -> assertThat(notice)
                        .containsIgnoringCase("Action: delivered")
                        .containsIgnoringCase("Original-Recipient: rfc822;jo@example.org")
                        .contains("X-Mark: ")
                        .doesNotContain("this is not sent back"));
    }

    @ParameterizedTest
    @MethodSource("chunking")
    void many_mails_over_four_connections_arrive_once(String chunking) throws Exception {
        Random random = new Random(42);
        List<PeerMail> mails = new ArrayList<>();
        int count = MAILS / chunking().size();
        for (int i = 0; i < count; i++) {
            mails.add(PeerMail.random(random));
        }
        ExecutorService executor = Executors.newFixedThreadPool(CONNECTIONS);

        try (Transport transport = transport("connections=" + CONNECTIONS + "&chunking=" + chunking)) {
            List<Future<List<Outcome>>> sent = new ArrayList<>();
            for (int from = 0; from < count; from += AT_ONCE) {
                List<PeerMail> some = mails.subList(from, from + AT_ONCE);
                sent.add(executor.submit(() -> send(transport, some, "ann@example.org")));
            }
            for (Future<List<Outcome>> one : sent) {
                assertAllAccepted(one.get(5, TimeUnit.MINUTES));
            }
        } finally {
            executor.shutdownNow();
        }

        assertArrived(mails, "ann");
    }

    PeerServer server() {
        return server;
    }

    Transport transport(String options) {
        return Clients.trusting(TLS, uri(options));
    }

    private String uri(String options) {
        return "smtp://" + login() + "@127.0.0.1:" + server.port() + "?" + options;
    }

    private String implicitUri() {
        return "smtps://" + login() + "@127.0.0.1:" + server.tlsPort();
    }

    private static String login() {
        return PeerServer.USER + ":" + PeerServer.PASSWORD.replace("+", "%2B");
    }

    /** Hands them over together. */
    private static List<Outcome> send(Transport transport, List<PeerMail> mails, String recipient) {
        Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
        OutcomeSink sink = new OutcomeSink() {
            @Override
            public boolean mayComplete(Submission submission) {
                return true;
            }

            @Override
            public void report(Submission submission, Recipient to, Outcome outcome) {
                outcomes.add(outcome);
            }
        };
        transport.send(
                mails.stream().map(mail -> (Submission) mail.to(recipient)).toList(), sink);
        assertThat(outcomes).hasSameSizeAs(mails);
        return List.copyOf(outcomes);
    }

    private static void assertAllAccepted(List<Outcome> outcomes) {
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.kind()).isEqualTo(Kind.ACCEPTED));
    }

    /** Each is in the box once, octet by octet. */
    private void assertArrived(List<PeerMail> mails, String mailbox) throws IOException {
        await().atMost(PeerFolder.PATIENCE)
                .untilAsserted(() -> assertThat(PeerMail.byMark(server.stored(mailbox)))
                        .containsKeys(mails.stream().map(PeerMail::mark).toArray(String[]::new)));
        Map<String, List<String>> stored = PeerMail.byMark(server.stored(mailbox));
        for (PeerMail mail : mails) {
            assertThat(stored.get(mail.mark())).as(mail.mark()).containsExactly(mail.arrived());
        }
    }
}

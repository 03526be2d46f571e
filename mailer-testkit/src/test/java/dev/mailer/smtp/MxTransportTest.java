// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Outcome.Scope;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.testkit.SampleSubmission;
import dev.mailer.testkit.TestContext;
import dev.mailer.testkit.dns.DnsReaction;
import dev.mailer.testkit.dns.ScriptedDnsServer;
import dev.mailer.testkit.smtp.Reaction;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import dev.mailer.testkit.smtp.Stage;
import dev.mailer.testkit.smtp.TestTls;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mail to domains whose name server and mail host play a script. */
class MxTransportTest {
    private static final class Once {
        static final TestTls TLS = TestTls.forNames("mx.example.org");
    }

    private final TestContext context = TestContext.create();
    private final Map<String, String> policies = new ConcurrentHashMap<>();
    private final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
    private final ScriptedDnsServer dns = ScriptedDnsServer.start();
    private ScriptedSmtpServer server = ScriptedSmtpServer.start();
    private Transport transport;

    @BeforeEach
    void open() {
        dns.mx("example.org", 10, "mx.example.org").address("mx.example.org", "127.0.0.1");
        transport = transport("");
    }

    @AfterEach
    void close() {
        transport.close();
        server.close();
        dns.close();
    }

    @Test
    void mail_goes_to_the_host_that_the_domain_names() {
        Outcome outcome = send("jo@example.org");

        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.ACCEPTED);
        assertThat(server.mails()).hasSize(1);
        assertThat(transport.name()).isEqualTo("mx:");
        assertThat(transport.destinationOf("example.org").name()).isEqualTo("example.org");
    }

    @Test
    void the_next_host_takes_what_the_preferred_one_does_not() {
        dns.mx("two.example", 10, "dead.two.example")
                .mx("two.example", 20, "mx.example.org")
                .address("dead.two.example", "127.0.0.9");

        assertThat(send("jo@two.example").kind()).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void a_refused_recipient_is_not_taken_to_the_next_host() {
        dns.mx("example.org", 20, "second.example.org").address("second.example.org", "127.0.0.1");
        server.replyTo("gone@example.org", "550 5.1.1 nobody");

        Outcome outcome = send("gone@example.org");

        assertThat(outcome.kind()).isEqualTo(Kind.REJECTED);
        assertThat(server.sessions()).hasSize(1);
    }

    @Test
    void each_domain_of_a_mail_has_its_own_way() {
        dns.nullMx("none.example");

        send("jo@example.org", "al@none.example", "bo@nowhere.example");

        assertThat(outcomes.get("jo@example.org").kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(outcomes.get("al@none.example").kind()).isEqualTo(Kind.REJECTED);
        assertThat(outcomes.get("al@none.example").failure().enhancedCode()).hasToString("5.1.10");
        assertThat(outcomes.get("bo@nowhere.example").failure().enhancedCode()).hasToString("5.1.2");
        assertThat(server.mails().get(0).recipients()).containsExactly("jo@example.org");
    }

    @Test
    void a_name_server_that_fails_defers_the_domain() {
        dns.always("example.org", DnsReaction.servfail());

        Outcome outcome = send("jo@example.org");

        assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
        assertThat(outcome.scope()).isEqualTo(Scope.DESTINATION);
    }

    @Test
    void addresses_of_this_machine_are_refused_unless_they_are_allowed() {
        try (Transport strict = create("mx:?dns=127.0.0.1:" + dns.port() + "&port=" + server.port())) {
            send(strict, "jo@example.org");
        }

        assertThat(outcomes.get("jo@example.org").kind()).isNotEqualTo(Kind.ACCEPTED);
        assertThat(server.sessions()).isEmpty();
    }

    @Test
    void domains_with_the_same_hosts_share_connections() {
        dns.mx("other.example", 10, "mx.example.org");

        send("jo@example.org");
        send("jo@other.example");

        assertThat(server.mails()).hasSize(2);
        assertThat(server.sessions()).hasSize(1);
    }

    @Test
    void a_host_that_a_domain_names_beside_others_is_no_way_into_another_domain() {
        dns.mx("hostile.example", 10, "mx.example.org")
                .mx("hostile.example", 20, "mx.hostile.example")
                .address("mx.hostile.example", "127.0.0.1");

        send("jo@example.org");
        send("jo@hostile.example");

        assertThat(server.sessions()).hasSize(2);
    }

    @Test
    void what_a_server_wants_of_clients_that_log_in_is_no_setting_of_ours() {
        server.once(Stage.MAIL_FROM, Reaction.reply("530 5.7.0 log in first"));

        Outcome outcome = send("jo@example.org");

        assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
        assertThat(outcome.scope()).isEqualTo(Scope.DESTINATION);
    }

    @Test
    void a_site_that_asks_for_it_is_left_alone_for_a_time(@TempDir Path folder) throws Exception {
        Path rules = Files.writeString(folder.resolve("shaping.conf"), "421 4.7.0 -> suspend 15m\n");
        try (Transport shaped = transport("&shaping=" + rules)) {
            server.once(Stage.MAIL_FROM, Reaction.reply("421 4.7.0 too much from you"));
            send(shaped, "a@example.org");
            send(shaped, "b@example.org");
            context.advance(Duration.ofMinutes(16));
            send(shaped, "c@example.org");
        }

        assertThat(outcomes.get("a@example.org").failure().code()).isEqualTo(421);
        assertThat(outcomes.get("b@example.org").failure().reason()).isEqualTo("site-suspended");
        assertThat(outcomes.get("b@example.org").scope()).isEqualTo(Scope.DESTINATION);
        assertThat(outcomes.get("b@example.org").retryAfter()).isEqualTo(Duration.ofMinutes(15));
        assertThat(outcomes.get("b@example.org").isUntried()).isTrue();
        assertThat(outcomes.get("c@example.org").kind()).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void an_address_that_a_server_repeats_is_no_reason_to_slow_it_down(@TempDir Path folder) throws Exception {
        Path rules = Files.writeString(folder.resolve("shaping.conf"), "4xx * \"throttle\" -> suspend 15m\n");
        try (Transport shaped = transport("&shaping=" + rules)) {
            server.replyTo("throttle@example.org", "450 4.1.1 <Throttle@Example.org>: later");
            send(shaped, "throttle@example.org");
            send(shaped, "b@example.org");
        }

        assertThat(outcomes.get("throttle@example.org").failure().code()).isEqualTo(450);
        assertThat(outcomes.get("b@example.org").kind()).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void mail_that_finds_all_connections_in_use_was_not_tried(@TempDir Path folder) throws Exception {
        Path providers = Files.writeString(
                folder.resolve("providers.conf"), "[example]\nhosts = mx.example.org\nconnections = 1\n");
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (Transport limited = transport("&providers=" + providers)) {
            server.once(Stage.FINAL_REPLY, Reaction.stall());
            Future<?> waiting = executor.submit(() -> send(limited, "a@example.org"));
            assertThat(server.awaitMails(1, Duration.ofSeconds(20))).hasSize(1);

            send(limited, "b@example.org");

            assertThat(outcomes.get("b@example.org").isUntried()).isTrue();
            assertThat(outcomes.get("b@example.org").scope()).isEqualTo(Scope.DESTINATION);
            server.disconnectAll();
            waiting.get(20, TimeUnit.SECONDS);
            assertThat(outcomes.get("a@example.org").kind()).isEqualTo(Kind.AMBIGUOUS);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void many_domains_with_hosts_of_their_own_do_not_end_what_is_being_opened() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            server.once(Stage.GREETING, Reaction.stall());
            Future<?> opening = executor.submit(() -> send("slow@example.org"));
            await().atMost(Duration.ofSeconds(20)).until(() -> server.sessions().size() == 1);
            for (int i = 0; i < 600; i++) {
                dns.mx("d" + i + ".example", 10, "h" + i + ".example").address("h" + i + ".example", "127.0.0.1");
                send("jo@d" + i + ".example");
            }

            assertThat(outcomes).doesNotContainKey("slow@example.org");
            assertThat(outcomes.values()).hasSize(600).extracting(Outcome::kind).containsOnly(Kind.ACCEPTED);
            server.disconnectAll();
            opening.get(20, TimeUnit.SECONDS);
            assertThat(outcomes.get("slow@example.org").failure().reason()).isEqualTo("connection-lost");
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void no_more_recipients_are_said_than_the_site_takes(@TempDir Path folder) throws Exception {
        Path providers = Files.writeString(
                folder.resolve("providers.conf"), "[example]\nhosts = mx.example.org\nrecipients = 2\n");
        try (Transport limited = transport("&providers=" + providers)) {
            send(limited, "a@example.org", "b@example.org", "c@example.org");
        }

        assertThat(server.mails().get(0).recipients()).hasSize(2);
        assertThat(outcomes.get("c@example.org").isUntried()).isTrue();
    }

    @Test
    void without_a_policy_any_certificate_is_better_than_clear_text() {
        startTls();

        assertThat(send("jo@example.org").kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(server.sessions().get(0).secure()).isTrue();
    }

    @Test
    void without_a_policy_mail_goes_on_where_tls_fails() {
        startTls();
        server.once(Stage.STARTTLS, Reaction.reply("454 4.7.0 not now"));

        assertThat(send("jo@example.org").kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(server.sessions()).hasSize(2);
        assertThat(server.sessions().get(1).secure()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"true, ACCEPTED", "false, DEFERRED"})
    void an_enforced_policy_wants_a_certificate_that_verifies(boolean trusted, Kind kind) {
        startTls();
        policy("enforce", "mx.example.org");
        Transport strict = transport("", trusted);
        try (strict) {
            send(strict, "jo@example.org");
        }

        Outcome outcome = outcomes.get("jo@example.org");
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(kind);
        assertThat(server.mails()).hasSize(kind == Kind.ACCEPTED ? 1 : 0);
    }

    @Test
    void an_enforced_policy_that_does_not_name_the_host_keeps_the_mail() {
        startTls();
        policy("enforce", "other.example.org");

        Outcome outcome = send("jo@example.org");

        assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
        assertThat(outcome.failure().reason()).isEqualTo("sts-refused");
        assertThat(server.sessions()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"right, ACCEPTED", "wrong, DEFERRED"})
    void in_a_signed_zone_the_certificate_must_fit_its_records(String which, Kind kind) throws Exception {
        startTls();
        byte[] digest = MessageDigest.getInstance("SHA-256")
                .digest(CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(
                                Once.TLS.certificatePem().getBytes(StandardCharsets.US_ASCII)))
                        .getPublicKey()
                        .getEncoded());
        if (which.equals("wrong")) {
            digest[0] ^= 1;
        }
        dns.signed("example.org").tlsa("_" + server.port() + "._tcp.mx.example.org", 3, 1, 1, digest);

        Outcome outcome = send("jo@example.org");

        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(kind);
        assertThat(server.mails()).hasSize(kind == Kind.ACCEPTED ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mx://relay.example.com | the hosts are those of each domain; expected mx: without a host and a user",
                "mx:?tls=never | a domain may demand TLS; expected tls=required or tls=opportunistic",
                "mx:?dns=resolver | option 'dns' is 'resolver'; expected addresses of name servers",
                "mx:?ip=ipx | option 'ip' is 'ipx'; expected both or ipv4 or ipv6",
                "mx:?allowPrivate=yes | option 'allowPrivate' is 'yes'; expected on or off",
                "mx:?providers=/nowhere/x | option 'providers' is '/nowhere/x'; expected a file that can be read"
            })
    void what_is_wrong_is_said(String uri, String problem) {
        assertThatThrownBy(() -> create(uri))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageContaining(problem);
    }

    private void startTls() {
        server.close();
        server = ScriptedSmtpServer.builder().startTls(Once.TLS).start();
        transport.close();
        transport = transport("");
    }

    private void policy(String mode, String host) {
        dns.txt("_mta-sts.example.org", "v=STSv1; id=1;");
        policies.put("example.org", "version: STSv1\nmode: " + mode + "\nmx: " + host + "\nmax_age: 86400\n");
        transport.close();
        transport = transport("");
    }

    private Transport transport(String options) {
        return transport(options, true);
    }

    private Transport transport(String options, boolean trusting) {
        String uri = "mx:?dns=127.0.0.1:" + dns.port() + "&port=" + server.port()
                + "&allowPrivate=on&connectTimeout=20s&readTimeout=20s&tlsTimeout=20s" + options;
        TestTls trusted = trusting ? Once.TLS : TestTls.localhost();
        return new MxTransportFactory(trusted.clientContext(), (domain, deadline) -> {
                    String policy = policies.get(domain);
                    if (policy == null) {
                        throw new AssertionError("nobody has a policy to fetch for " + domain);
                    }
                    return policy;
                })
                .create(TransportUri.parse(uri), context);
    }

    private Transport create(String uri) {
        return new MxTransportFactory().create(TransportUri.parse(uri), context);
    }

    private Outcome send(String... recipients) {
        send(transport, recipients);
        return outcomes.get(recipients[0]);
    }

    private void send(Transport by, String... recipients) {
        by.send(List.of(SampleSubmission.to(recipients)), new OutcomeSink() {
            @Override
            public boolean mayComplete(Submission submission) {
                return true;
            }

            @Override
            public void report(Submission submission, Recipient recipient, Outcome outcome) {
                Outcome before = outcomes.put(recipient.address().spec(), outcome);
                assertThat(before).as("an outcome that was there before").isNull();
            }
        });
    }
}

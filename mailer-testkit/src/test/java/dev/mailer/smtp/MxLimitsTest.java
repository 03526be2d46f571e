// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Outcome.Scope;
import dev.mailer.api.spi.SiteState;
import dev.mailer.testkit.smtp.Reaction;
import dev.mailer.testkit.smtp.RecordedSession;
import dev.mailer.testkit.smtp.Stage;
import dev.mailer.testkit.smtp.TestTls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much goes to a site, from where, and how it is addressed. */
class MxLimitsTest {
    private static final class Once {
        static final TestTls TLS = TestTls.forNames("mx.example.org");
    }

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void no_more_mails_a_minute_are_sent_than_the_site_takes(boolean byFile) throws Exception {
        String limit = byFile
                ? "&providers=" + providers("messages-per-minute = 6") + "&messagesPerMinute=60"
                : "&messagesPerMinute=6";
        try (MxRig rig = new MxRig().open(limit, Once.TLS)) {
            rig.dns.mx("other.example", 10, "mx.example.org");

            assertThat(rig.send("a@example.org").kind()).isEqualTo(Kind.ACCEPTED);
            Outcome second = rig.send("b@other.example");
            rig.context.advance(Duration.ofSeconds(10));
            assertThat(rig.send("c@other.example").kind()).isEqualTo(Kind.ACCEPTED);

            assertThat(second.kind()).isEqualTo(Kind.DEFERRED);
            assertThat(second.scope()).isEqualTo(Scope.DESTINATION);
            assertThat(second.isUntried()).isTrue();
            assertThat(second.retryAfter()).isEqualTo(Duration.ofSeconds(10));
            assertThat(second.failure().reason()).isEqualTo("site-pace");
            assertThat(rig.server.mails()).hasSize(2);
        }
    }

    @Test
    void a_connection_that_rests_gives_way_where_one_more_would_be_too_many() throws Exception {
        String limit = "&providers=" + providers("connections = 1");
        try (MxRig rig =
                MxRig.withStartTls(Once.TLS).policy("enforce", "mx.example.org").open(limit, Once.TLS)) {
            rig.dns.mx("other.example", 10, "mx.example.org");

            assertThat(rig.send("a@example.org").kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(rig.send("b@other.example").kind()).isEqualTo(Kind.ACCEPTED);

            assertThat(rig.server.sessions())
                    .as("the second domain wants no certificate, so it has a connection of its own")
                    .hasSize(2);
            RecordedSession first = rig.server.sessions().get(0);
            assertThat(first.commands()).last().isEqualTo("QUIT");
            assertThat(rig.transport().sites())
                    .extracting(SiteState::connections, SiteState::resting, SiteState::most)
                    .containsExactly(tuple(0, 1, 1));
        }
    }

    @Test
    void a_connection_that_has_grown_old_has_no_further_mail() {
        try (MxRig rig = new MxRig().open("&maxConnectionAge=1ms", Once.TLS)) {
            rig.server.always(Stage.GREETING, Reaction.drip(Duration.ofMillis(1)));
            rig.send("a@example.org");
            rig.send("b@example.org");

            assertThat(rig.server.sessions()).hasSize(2);
            assertThat(rig.transport().sites()).isEmpty();
        }
    }

    @Test
    void where_fewer_connections_are_allowed_by_now_the_next_one_that_is_free_ends() throws Exception {
        Path rules = Files.writeString(folder.resolve("shaping.conf"), "451 4.7.0 -> connections 1 for 10m\n");
        try (MxRig rig =
                MxRig.withStartTls(Once.TLS).policy("enforce", "mx.example.org").open("&shaping=" + rules, Once.TLS)) {
            rig.dns.mx("other.example", 10, "mx.example.org");
            rig.send("a@example.org");
            rig.send("b@other.example");
            assertThat(rig.transport().sites())
                    .extracting(SiteState::resting, SiteState::most)
                    .containsExactly(tuple(2, 5));

            rig.server.once(Stage.MAIL_FROM, Reaction.reply("451 4.7.0 fewer please"));
            rig.send("c@other.example");

            assertThat(rig.transport().sites())
                    .extracting(SiteState::resting, SiteState::most, SiteState::loweredUntil)
                    .containsExactly(tuple(1, 1, rig.context.clock().instant().plus(Duration.ofMinutes(10))));
        }
    }

    @Test
    void a_site_that_is_to_be_left_alone_sees_no_new_connection_for_the_rest_of_a_call() {
        try (MxRig rig = new MxRig().open("", Once.TLS)) {
            rig.server.once(Stage.MAIL_FROM, Reaction.reply("451 4.7.1 rate limit, try again later"));

            List<Outcome> outcomes = rig.sendAll("a@example.org", "b@example.org", "c@example.org");

            assertThat(outcomes.get(0).isBusy()).isFalse();
            assertThat(outcomes.subList(1, 3)).allMatch(o -> o.isBusy() || o.isNotBegun());
            assertThat(rig.server.sessions()).hasSize(1);
            assertThat(rig.server.mails()).isEmpty();
        }
    }

    @Test
    void a_site_that_has_enough_of_our_connections_costs_a_mail_no_retry() throws Exception {
        try (MxRig rig =
                MxRig.withStartTls(Once.TLS).policy("enforce", "mx.example.org").open("", Once.TLS)) {
            rig.dns.mx("other.example", 10, "mx.example.org");
            rig.server.once(Stage.GREETING, Reaction.reply("421 4.7.0 too many connections"));
            assertThat(rig.send("a@example.org").isBusy())
                    .as("nobody else is there")
                    .isFalse();
            assertThat(rig.send("b@example.org").kind()).isEqualTo(Kind.ACCEPTED);

            rig.server.once(Stage.GREETING, Reaction.reply("421 4.7.0 too many connections"));
            Outcome surplus = rig.send("c@other.example");

            assertThat(surplus.isBusy()).as(surplus.toString()).isTrue();
            assertThat(rig.transport().sites())
                    .extracting(SiteState::resting, SiteState::most)
                    .containsExactly(tuple(1, 1));
            assertThat(rig.send("d@other.example").kind())
                    .as("the one that rests makes room")
                    .isEqualTo(Kind.ACCEPTED);
        }
    }

    @Test
    void sites_are_shared_out_among_our_addresses_and_each_always_meets_the_same_one() throws Exception {
        String sources = "&sourceAddress=127.0.0.2*3,127.0.0.3,2001:db8::1*50&maxMessagesPerConnection=1";
        try (MxRig rig = new MxRig().open(sources, Once.TLS)) {
            rig.server.once(Stage.RCPT_TO, Reaction.reply("451 4.7.1 greylisted, come again"));
            assertThat(rig.send("first@example.org").kind()).isEqualTo(Kind.DEFERRED);
            for (int i = 0; i < 10; i++) {
                assertThat(rig.send("again" + i + "@example.org").kind()).isEqualTo(Kind.ACCEPTED);
            }
            assertThat(rig.server.sessions())
                    .extracting(RecordedSession::client)
                    .hasSize(11)
                    .containsOnly(rig.server.sessions().get(0).client());

            for (int i = 0; i < 40; i++) {
                rig.dns.mx("d" + i + ".example", 10, "mx" + i + ".example").address("mx" + i + ".example", "127.0.0.1");
                rig.send("jo@d" + i + ".example");
            }
            assertThat(from(rig, "127.0.0.2") + from(rig, "127.0.0.3")).isEqualTo(51);
            assertThat(from(rig, "127.0.0.2")).isPositive();
            assertThat(from(rig, "127.0.0.3")).isPositive();
        }
    }

    @Test
    void a_provider_sees_all_of_our_addresses_by_weight_and_each_says_its_own_name() throws Exception {
        String sources = "&sourceAddress=mta2.example.com@127.0.0.2*3,127.0.0.3&ehlo=other.example.com"
                + "&maxMessagesPerConnection=1&providers=" + providers("connections = 2");
        try (MxRig rig = new MxRig().open(sources, Once.TLS)) {
            for (int i = 0; i < 40; i++) {
                assertThat(rig.send("r" + i + "@example.org").kind()).isEqualTo(Kind.ACCEPTED);
            }

            long second = from(rig, "127.0.0.2");
            long third = from(rig, "127.0.0.3");
            assertThat(second + third).isEqualTo(40);
            assertThat(second).isGreaterThan(third);
            assertThat(third).isPositive();
            assertThat(rig.server.sessions())
                    .allSatisfy(s -> assertThat(s.commands().get(0))
                            .isEqualTo(
                                    s.client().getHostAddress().equals("127.0.0.2")
                                            ? "EHLO mta2.example.com"
                                            : "EHLO other.example.com"));
        }
    }

    @Test
    void an_address_that_is_not_ours_is_passed_over() throws Exception {
        try (MxRig rig = new MxRig().open("&sourceAddress=192.0.2.99*9999,127.0.0.3", Once.TLS)) {
            assertThat(rig.send("jo@example.org").kind()).isEqualTo(Kind.ACCEPTED);

            assertThat(from(rig, "127.0.0.3")).isEqualTo(1);
        }
        try (MxRig rig = new MxRig().open("&sourceAddress=192.0.2.99,192.0.2.98", Once.TLS)) {
            Outcome outcome = rig.send("jo@example.org");

            assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
            assertThat(outcome.failure().reason()).isEqualTo("source-unusable");
            assertThat(outcome.failure().text()).startsWith("cannot connect from 192.0.2.9");
        }
    }

    @Test
    void what_fails_is_told_with_the_address_it_came_from() {
        try (MxRig rig = new MxRig().open("&sourceAddress=127.0.0.2*9999,127.0.0.3", Once.TLS)) {
            rig.server.replyTo("jo@example.org", "550 5.1.1 nobody");

            assertThat(rig.send("jo@example.org").failure().remoteHost())
                    .isEqualTo("mx.example.org[127.0.0.1]:" + rig.server.port() + " from 127.0.0.2");
        }
    }

    @Test
    void inside_tls_the_server_is_asked_for_the_name_that_its_certificate_records_are_about() throws Exception {
        try (MxRig rig = MxRig.withStartTls(Once.TLS)) {
            rig.dns.signed("example.org").signed("example.net");
            rig.dns.mx("dane.example.org", 10, "alias.example.org").cname("alias.example.org", "real.example.net");
            rig.dns.address("real.example.net", "127.0.0.1");
            rig.dns.tlsa("_" + rig.server.port() + "._tcp.real.example.net", 3, 1, 1, digest());
            rig.open("", Once.TLS);

            Outcome dane = rig.send("jo@dane.example.org");
            rig.send("jo@example.org");

            assertThat(dane.kind()).as(dane.toString()).isEqualTo(Kind.ACCEPTED);
            assertThat(rig.server.sessions())
                    .extracting(RecordedSession::serverName)
                    .containsExactly("real.example.net", "mx.example.org");
        }
    }

    private static byte[] digest() throws Exception {
        return MessageDigest.getInstance("SHA-256")
                .digest(CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(
                                Once.TLS.certificatePem().getBytes(StandardCharsets.US_ASCII)))
                        .getPublicKey()
                        .getEncoded());
    }

    private Path providers(String line) throws IOException {
        return Files.writeString(folder.resolve("providers.conf"), "[example]\nhosts = mx.example.org\n" + line + "\n");
    }

    private static long from(MxRig rig, String address) throws Exception {
        InetAddress client = InetAddress.getByName(address);
        return rig.server.sessions().stream()
                .filter(s -> s.client().equals(client))
                .count();
    }
}

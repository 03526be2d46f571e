// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EnhancedCode;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.testkit.TestClock;
import dev.mailer.testkit.dns.DnsReaction;
import dev.mailer.testkit.dns.DnsType;
import dev.mailer.testkit.dns.ReceivedQuery;
import dev.mailer.testkit.dns.ScriptedDnsServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each way in which name servers fail, and what it is for mail: always later, never rejected, with a word for it; and each that is none. What
 * good answers say is the matter of {@link MxLookupTest}.
 */
class DnsTroubleTest {
    /** Enough for answers that come, before and beside the one that does not. */
    private static final Duration A_WHILE = Duration.ofSeconds(1);

    private final ScriptedDnsServer server = ScriptedDnsServer.start();

    @AfterEach
    void close() {
        server.close();
    }

    static Stream<Arguments> troubles() {
        return Stream.of(
                of("SERVFAIL", DnsReaction.servfail(), "dns-servfail"),
                of("REFUSED", DnsReaction.refused(), "dns-refused"),
                of("FORMERR", DnsReaction.rcode(1), "dns-rcode-1"),
                of("NOTIMP", DnsReaction.rcode(4), "dns-rcode-4"),
                of("NOTAUTH", DnsReaction.rcode(9), "dns-rcode-9"),
                of("no answer", DnsReaction.silence(), "dns-timeout"),
                of("an answer that comes too late", DnsReaction.delay(Duration.ofHours(1)), "dns-timeout"),
                of("packets that are no messages", DnsReaction.garbage(), "dns-timeout"),
                of("a connection that is cut off", DnsReaction.hangUp(), "dns-timeout"),
                of("cut off, over TCP too", DnsReaction.truncateEverywhere(), "dns-unreachable"),
                of("a lame server, which names others", DnsReaction.referral(), "dns-referral"));
    }

    private static Arguments of(String name, DnsReaction reaction, String reason) {
        return Arguments.of(name, reaction, reason);
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("troubles")
    void mail_waits_while_the_exchangers_cannot_be_known(String name, DnsReaction reaction, String reason) {
        server.mx("example.com", 10, "mx.example.com").address("mx.example.com", "20.1.0.1");
        server.always("example.com", reaction);

        assertLater(
                find(server.address(), patience(reason)), reason, "the name servers gave no answer about example.com");
    }

    /** The address stands in only for exchangers that are known not to be there (RFC 5321 §5.1). */
    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("troubles")
    void mail_does_not_go_to_the_address_of_a_domain_whose_exchangers_cannot_be_known(
            String name, DnsReaction reaction, String reason) {
        server.address("example.com", "20.1.0.1").always("example.com", DnsType.MX, reaction);

        assertLater(
                find(server.address(), patience(reason)), reason, "the name servers gave no answer about example.com");
        assertThat(server.queries("example.com"))
                .as("nobody asked for the address")
                .extracting(ReceivedQuery::type)
                .containsOnly(DnsType.MX);
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("troubles")
    void mail_waits_while_the_addresses_of_the_only_host_cannot_be_known(
            String name, DnsReaction reaction, String reason) {
        server.mx("example.com", 10, "mx.example.com").address("mx.example.com", "20.1.0.1");
        server.always("mx.example.com", reaction);

        assertLater(
                find(server.address(), patience(reason)),
                reason,
                "the name servers gave no answer about mx.example.com, which takes mail for example.com");
    }

    @Test
    void mail_waits_while_a_record_cannot_be_read() {
        server.raw("example.com", DnsType.MX, new byte[] {1});

        assertLater(
                find(server.address(), A_WHILE), "dns-timeout", "the name servers gave no answer about example.com");
    }

    @Test
    void mail_waits_while_nobody_listens() {
        ScriptedDnsServer gone = ScriptedDnsServer.start();
        InetSocketAddress address = gone.address();
        gone.close();

        assertLater(
                find(address, Answers.PATIENCE),
                "dns-unreachable",
                "the name servers gave no answer about example.com");
    }

    @Test
    void mail_waits_while_what_is_cut_off_cannot_be_had_over_tcp() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            Thread thread = new Thread(() -> cutOff(socket));
            thread.setDaemon(true);
            thread.start();

            assertLater(
                    find((InetSocketAddress) socket.getLocalSocketAddress(), Answers.PATIENCE),
                    "dns-unreachable",
                    "the name servers gave no answer about example.com");
        }
    }

    static Stream<Arguments> noTroubles() {
        return Stream.of(
                none("cut off, then over TCP", s -> s.always("example.com", DnsReaction.truncate())),
                none("forged answers before the true one", s -> s.always("example.com", DnsReaction.spoof())),
                none("a server from before EDNS", s -> s.always("example.com", DnsReaction.refuseEdns())),
                none("one failure", s -> s.once("example.com", DnsReaction.servfail())),
                none("times to live of zero", s -> s.ttl(Duration.ZERO).mx("example.com", 20, "mx.example.com")));
    }

    private static Arguments none(String name, Consumer<ScriptedDnsServer> script) {
        return Arguments.of(name, script);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noTroubles")
    void mail_goes_on_where_the_answer_comes_in_the_end(String name, Consumer<ScriptedDnsServer> script) {
        server.mx("example.com", 10, "mx.example.com").address("mx.example.com", "20.1.0.1");
        script.accept(server);
        try (StubResolver dns = Answers.resolver(TestClock.now(), server)) {
            MxVerdict verdict =
                    new MxLookup(dns, MxSettings.DEFAULT, new Random(1)).find("example.com", Answers.soon());

            assertThat(verdict).isInstanceOf(MailRoute.class);
        }
    }

    /** Says of every question that the answer is too long for a packet. */
    private static void cutOff(DatagramSocket socket) {
        try {
            byte[] octets = new byte[1_500];
            while (true) {
                DatagramPacket packet = new DatagramPacket(octets, octets.length);
                socket.receive(packet);
                octets[2] |= (byte) 0x82;
                socket.send(packet);
            }
        } catch (IOException e) {
            // the test is over
        }
    }

    private static Duration patience(String reason) {
        return reason.equals("dns-timeout") ? A_WHILE : Answers.PATIENCE;
    }

    private static MxVerdict find(InetSocketAddress address, Duration timeout) {
        ResolverSettings settings =
                ResolverSettings.of(List.of(address)).timeout(timeout).rounds(1);
        try (StubResolver dns = new StubResolver(settings, TestClock.now())) {
            return new MxLookup(dns, MxSettings.DEFAULT, new Random(1)).find("example.com", Answers.soon());
        }
    }

    private static void assertLater(MxVerdict verdict, String reason, String text) {
        assertThat(verdict).isInstanceOf(NoRoute.class);
        Outcome outcome = ((NoRoute) verdict).outcome();
        assertThat(outcome.kind()).isEqualTo(Outcome.Kind.DEFERRED);
        assertThat(outcome.scope()).isEqualTo(Outcome.Scope.DESTINATION);
        assertThat(outcome.failure().reason()).isEqualTo(reason);
        assertThat(outcome.failure().enhancedCode()).isEqualTo(new EnhancedCode(4, 4, 3));
        assertThat(outcome.failure().text()).isEqualTo(text);
        assertThat(outcome.failure().phase()).isEqualTo(Phase.CONNECT);
    }
}

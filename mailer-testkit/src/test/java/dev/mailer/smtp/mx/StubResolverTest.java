// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.spi.SpecialAddresses;
import dev.mailer.testkit.TestClock;
import dev.mailer.testkit.dns.DnsReaction;
import dev.mailer.testkit.dns.DnsType;
import dev.mailer.testkit.dns.ReceivedQuery;
import dev.mailer.testkit.dns.ScriptedDnsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The resolver against a server that does what name servers do. */
class StubResolverTest {
    private final ScriptedDnsServer server = ScriptedDnsServer.start();
    private final TestClock clock = TestClock.now();
    private final StubResolver dns = Answers.resolver(clock, server);

    @AfterEach
    void close() {
        dns.close();
        server.close();
    }

    @Test
    void records_of_each_type_are_read() throws Exception {
        server.mx("example.com", 10, "MX1.example.com").mx("example.com", 20, "mx2.example.net");
        server.address("mx1.example.com", "192.0.2.1").address("mx1.example.com", "2001:db8::1");
        server.txt("_mta-sts.example.com", "v=STSv1; id=20260101;" + "x".repeat(300));
        server.tlsa("_25._tcp.mx1.example.com", 3, 1, 1, new byte[] {1, 2, 3});

        assertThat(dns.mx("Example.COM.", Answers.soon()).records())
                .containsExactlyInAnyOrder(new MxRecord(10, "mx1.example.com"), new MxRecord(20, "mx2.example.net"));
        assertThat(dns.ipv4("mx1.example.com", Answers.soon()).records())
                .containsExactly(InetAddress.getByName("192.0.2.1"));
        assertThat(dns.ipv6("mx1.example.com", Answers.soon()).records())
                .containsExactly(InetAddress.getByName("2001:db8::1"));
        assertThat(dns.txt("_mta-sts.example.com", Answers.soon()).records())
                .containsExactly("v=STSv1; id=20260101;" + "x".repeat(300));
        assertThat(dns.tlsa("_25._tcp.mx1.example.com", Answers.soon()).records())
                .extracting(TlsaRecord::toString)
                .containsExactly("3 1 1 010203");
        assertThat(server.queries()).allMatch(ReceivedQuery::authenticatedWanted);
        assertThat(server.queries()).extracting(ReceivedQuery::payload).containsOnly(1232);
    }

    @Test
    void the_root_as_exchanger_is_no_host() {
        server.nullMx("example.com");

        assertThat(dns.mx("example.com", Answers.soon()).records()).containsExactly(new MxRecord(0, ""));
    }

    @Test
    void no_records_and_no_name_are_told_apart() {
        server.address("example.com", "192.0.2.1").exists("a.b.example.org");

        assertThat(dns.mx("example.com", Answers.soon()).kind()).isEqualTo(DnsAnswer.Kind.NODATA);
        assertThat(dns.mx("example.net", Answers.soon()).kind()).isEqualTo(DnsAnswer.Kind.NXDOMAIN);
        // a name between two others is there, without records
        assertThat(dns.mx("b.example.org", Answers.soon()).kind()).isEqualTo(DnsAnswer.Kind.NODATA);
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(DnsReaction.servfail(), "dns-servfail"),
                Arguments.of(DnsReaction.refused(), "dns-refused"),
                Arguments.of(DnsReaction.rcode(4), "dns-rcode-4"),
                Arguments.of(DnsReaction.rcode(9), "dns-rcode-9"),
                Arguments.of(DnsReaction.referral(), "dns-referral"),
                Arguments.of(DnsReaction.truncateEverywhere(), "dns-unreachable"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void a_failure_has_a_reason(DnsReaction reaction, String reason) {
        server.mx("example.com", 10, "mx.example.com").always("example.com", reaction);

        DnsAnswer<MxRecord> answer = dns.mx("example.com", Answers.soon());

        assertThat(answer.kind()).isEqualTo(DnsAnswer.Kind.FAILED);
        assertThat(answer.reason()).isEqualTo(reason);
        assertThat(answer.records()).isEmpty();
    }

    static Stream<DnsReaction> silences() {
        return Stream.of(
                DnsReaction.silence(),
                DnsReaction.garbage(),
                DnsReaction.hangUp(),
                DnsReaction.delay(Duration.ofHours(1)));
    }

    @ParameterizedTest
    @MethodSource("silences")
    void silence_ends_by_the_timeout_of_each_try(DnsReaction reaction) {
        server.always("example.com", reaction);
        try (StubResolver hasty = new StubResolver(Answers.settings(server).timeout(Answers.SHORT), clock)) {
            assertThat(hasty.mx("example.com", Answers.soon()).reason()).isEqualTo("dns-timeout");
        }

        assertThat(server.queries("example.com")).hasSize(ResolverSettings.DEFAULT_ROUNDS);
    }

    @Test
    void silence_ends_by_the_deadline_of_the_caller_and_is_not_remembered() {
        server.mx("example.com", 10, "mx.example.com").once("example.com", DnsReaction.silence());

        assertThat(dns.mx("example.com", Deadline.in(Answers.SHORT)).reason()).isEqualTo("dns-timeout");

        assertThat(dns.mx("example.com", Answers.soon()).records()).hasSize(1);
    }

    @Test
    void a_deadline_that_has_passed_asks_nobody() {
        assertThat(dns.mx("example.com", Deadline.in(Duration.ZERO)).reason()).isEqualTo("dns-timeout");

        assertThat(server.queries()).isEmpty();
    }

    @Test
    void a_connection_that_hangs_ends_by_the_timeout() {
        server.once("example.com", DnsReaction.truncateEverywhere());
        server.always("example.com", DnsReaction.silence());
        try (StubResolver hasty =
                new StubResolver(Answers.settings(server).timeout(Answers.SHORT).rounds(1), clock)) {
            assertThat(hasty.mx("example.com", Answers.soon()).reason()).isEqualTo("dns-timeout");
        }

        assertThat(server.queries("example.com")).extracting(ReceivedQuery::tcp).containsExactly(false, true);
    }

    @Test
    void a_truncated_answer_is_asked_for_over_tcp() {
        server.mx("example.com", 10, "mx.example.com").always("example.com", DnsReaction.truncate());

        assertThat(dns.mx("example.com", Answers.soon()).records()).hasSize(1);
        assertThat(server.queries("example.com")).extracting(ReceivedQuery::tcp).containsExactly(false, true);
    }

    @Test
    void an_answer_too_large_for_a_datagram_comes_over_tcp() {
        for (int i = 0; i < 100; i++) {
            server.mx("example.com", i, "mx-with-a-long-name-" + i + ".example.com");
        }

        assertThat(dns.mx("example.com", Answers.soon()).records()).hasSize(100);
        assertThat(server.queries("example.com")).extracting(ReceivedQuery::tcp).containsExactly(false, true);
    }

    @Test
    void forged_answers_are_passed_over() {
        server.mx("example.com", 10, "mx.example.com").always("example.com", DnsReaction.spoof());

        assertThat(dns.mx("example.com", Answers.soon()).records()).hasSize(1);
        assertThat(server.queries("example.com")).hasSize(1);
    }

    @Test
    void a_server_from_before_edns_is_asked_without() {
        server.mx("example.com", 10, "mx.example.com").always("example.com", DnsReaction.refuseEdns());

        assertThat(dns.mx("example.com", Answers.soon()).records()).hasSize(1);
        assertThat(server.queries("example.com"))
                .extracting(ReceivedQuery::payload)
                .containsExactly(1232, 0);
    }

    @Test
    void aliases_are_followed() {
        server.cname("example.com", "a.example.net").cname("a.example.net", "b.example.net");
        server.mx("b.example.net", 10, "mx.example.net");

        DnsAnswer<MxRecord> answer = dns.mx("example.com", Answers.soon());

        assertThat(answer.records()).hasSize(1);
        assertThat(answer.name()).isEqualTo("b.example.net");
    }

    @Test
    void an_alias_to_nothing_is_nothing() {
        server.cname("example.com", "gone.example.net").cname("example.org", "here.example.net");
        server.exists("here.example.net");

        assertThat(dns.mx("example.com", Answers.soon()).kind()).isEqualTo(DnsAnswer.Kind.NXDOMAIN);
        assertThat(dns.mx("example.org", Answers.soon()).kind()).isEqualTo(DnsAnswer.Kind.NODATA);
    }

    @Test
    void a_loop_of_aliases_is_a_failure_and_asked_once() {
        server.cname("example.com", "a.example.net")
                .cname("a.example.net", "b.example.net")
                .cname("b.example.net", "example.com");

        assertThat(dns.mx("example.com", Answers.soon()).reason()).isEqualTo("dns-alias-loop");
        assertThat(server.queries()).hasSize(1);
    }

    @Test
    void a_very_long_chain_of_aliases_is_a_failure() {
        for (int i = 0; i < 20; i++) {
            server.cname("a" + i + ".example.net", "a" + (i + 1) + ".example.net");
        }
        server.mx("a20.example.net", 10, "mx.example.net");

        assertThat(dns.mx("a0.example.net", Answers.soon()).reason()).isEqualTo("dns-alias-loop");
    }

    @Test
    void the_next_server_is_asked_where_one_fails() {
        try (ScriptedDnsServer other = ScriptedDnsServer.start();
                StubResolver two = Answers.resolver(clock, server, other)) {
            server.always("example.com", DnsReaction.servfail());
            other.mx("example.com", 10, "mx.example.com");

            assertThat(two.mx("example.com", Answers.soon()).records()).hasSize(1);
        }
    }

    @Test
    void a_server_that_is_not_there_is_a_failure() {
        ScriptedDnsServer gone = ScriptedDnsServer.start();
        InetSocketAddress address = gone.address();
        gone.close();

        try (StubResolver none =
                new StubResolver(ResolverSettings.of(List.of(address)).timeout(Answers.SHORT), clock)) {
            assertThat(none.mx("example.com", Answers.soon()).kind()).isEqualTo(DnsAnswer.Kind.FAILED);
        }
    }

    @Test
    void only_a_trusted_server_has_validated() {
        server.mx("example.com", 10, "mx.example.com").signed("example.com").mx("example.org", 10, "mx.example.org");
        server.cname("www.example.com", "example.org");

        assertThat(dns.mx("example.com", Answers.soon()).authenticated()).isTrue();
        assertThat(dns.mx("nothing.example.com", Answers.soon()).authenticated())
                .as("a denial")
                .isTrue();
        assertThat(dns.mx("example.org", Answers.soon()).authenticated()).isFalse();
        assertThat(dns.mx("www.example.com", Answers.soon()).authenticated())
                .as("an alias that leads out of the signed zone")
                .isFalse();
        try (StubResolver wary = new StubResolver(Answers.settings(server).trusted(false), clock)) {
            assertThat(wary.mx("example.com", Answers.soon()).authenticated()).isFalse();
        }
    }

    static Stream<Arguments> timesToLive() {
        return Stream.of(
                Arguments.of(Duration.ZERO, StubResolver.MIN_TTL),
                Arguments.of(Duration.ofSeconds(60), Duration.ofSeconds(60)),
                Arguments.of(Duration.ofDays(7), StubResolver.MAX_TTL));
    }

    @ParameterizedTest
    @MethodSource("timesToLive")
    void an_answer_is_kept_for_its_time_within_bounds(Duration ttl, Duration kept) {
        server.ttl(ttl).mx("example.com", 10, "mx.example.com");

        assertThat(dns.mx("example.com", Answers.soon()).ttl()).isEqualTo(kept);
        clock.advance(kept.minusMillis(1));
        dns.mx("EXAMPLE.com", Answers.soon());
        assertThat(server.queries()).hasSize(1);
        clock.advance(Duration.ofMillis(1));
        dns.mx("example.com", Answers.soon());
        assertThat(server.queries()).hasSize(2);
    }

    @Test
    void denials_and_failures_are_kept_for_a_shorter_time() {
        server.negativeTtl(Duration.ofDays(1)).always("example.org", DnsReaction.servfail());

        assertThat(dns.mx("example.com", Answers.soon()).ttl()).isEqualTo(StubResolver.MAX_NEGATIVE_TTL);
        assertThat(dns.mx("example.org", Answers.soon()).ttl()).isEqualTo(StubResolver.MIN_TTL);
        int asked = server.queries().size();
        dns.mx("example.com", Answers.soon());
        dns.mx("example.org", Answers.soon());
        assertThat(server.queries()).hasSize(asked);
    }

    @Test
    void what_cannot_be_a_name_does_not_exist_and_is_not_asked_for() {
        for (String name : List.of(
                "",
                ".",
                "a..b",
                "a b.example",
                "a\\032b.example",
                "x".repeat(64) + ".example",
                ("x".repeat(60) + ".").repeat(5) + "example")) {
            assertThat(dns.mx(name, Answers.soon()).kind()).as("'%s'", name).isEqualTo(DnsAnswer.Kind.NXDOMAIN);
        }
        assertThat(server.queries()).isEmpty();
    }

    @Test
    void a_mapped_address_is_taken_for_what_it_is() {
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xFF;
        mapped[11] = (byte) 0xFF;
        mapped[12] = 10;
        mapped[15] = 1;
        server.raw("mx.example.com", DnsType.AAAA, mapped);

        assertThat(dns.ipv6("mx.example.com", Answers.soon()).records())
                .singleElement()
                .satisfies(a -> assertThat(SpecialAddresses.isPublic(a)).isFalse());
    }

    @Test
    void records_that_are_broken_are_a_failure() {
        server.raw("mx.example.com", DnsType.A, new byte[] {1, 2});
        try (StubResolver hasty =
                new StubResolver(Answers.settings(server).timeout(Answers.SHORT).rounds(1), clock)) {
            assertThat(hasty.ipv4("mx.example.com", Answers.soon()).kind()).isEqualTo(DnsAnswer.Kind.FAILED);
        }
    }

    @Test
    void threads_that_want_to_know_the_same_ask_once() throws Exception {
        server.mx("example.com", 10, "mx.example.com").once("example.com", DnsReaction.delay(Duration.ofMillis(300)));
        int threads = 8;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<DnsAnswer<MxRecord>>> answers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                answers.add(executor.submit(() -> dns.mx("example.com", Answers.soon())));
            }
            for (Future<DnsAnswer<MxRecord>> answer : answers) {
                assertThat(answer.get(Answers.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                                .records())
                        .hasSize(1);
            }
        } finally {
            executor.shutdownNow();
        }

        assertThat(server.queries("example.com")).hasSize(1);
    }

    @Test
    void who_has_more_time_than_the_one_that_asks_does_not_fail_with_it() throws Exception {
        server.mx("example.com", 10, "mx.example.com").once("example.com", DnsReaction.silence());
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            Future<DnsAnswer<MxRecord>> hasty =
                    executor.submit(() -> dns.mx("example.com", Deadline.in(Duration.ofSeconds(1))));
            await().atMost(Answers.PATIENCE)
                    .until(() -> !server.queries("example.com").isEmpty());

            assertThat(dns.mx("example.com", Answers.soon()).records()).hasSize(1);
            assertThat(hasty.get(Answers.PATIENCE.toSeconds(), TimeUnit.SECONDS).reason())
                    .isEqualTo("dns-timeout");
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void close_ends_what_is_under_way_and_leaves_no_thread() throws Exception {
        server.always("example.com", DnsReaction.silence());
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        CompletableFuture<DnsAnswer<MxRecord>> pending =
                CompletableFuture.supplyAsync(() -> dns.mx("example.com", Answers.soon()), r -> {
                    Thread thread = new Thread(r, "asks");
                    thread.setDaemon(true);
                    thread.start();
                });
        await().atMost(Answers.PATIENCE).until(() -> !server.queries().isEmpty());

        dns.close();

        assertThat(pending.get(Answers.PATIENCE.toSeconds(), TimeUnit.SECONDS).reason())
                .isEqualTo("dns-closed");
        assertThat(dns.mx("example.org", Answers.soon()).reason()).isEqualTo("dns-closed");
        await().atMost(Answers.PATIENCE)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .filteredOn(t ->
                                t.getName().contains("dnsjava") || t.getName().equals("asks"))
                        .isSubsetOf(before));
    }
}

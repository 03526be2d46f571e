// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.smtp.mx.Deadline;
import dev.mailer.smtp.mx.ResolverSettings;
import dev.mailer.smtp.mx.StubResolver;
import dev.mailer.testkit.dns.DnsReaction;
import dev.mailer.testkit.dns.DnsType;
import dev.mailer.testkit.dns.ScriptedDnsServer;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a receiver makes of records: the zone and the examples of RFC 7208 Appendix A, and what lies beside them. */
class SpfEvaluationTest {
    private static final String RECORD = "v=spf1 ";

    private final ScriptedDnsServer server = ScriptedDnsServer.start();

    @BeforeEach
    void zone() {
        server.mx("example.com", 10, "mail-a.example.com").mx("example.com", 20, "mail-b.example.com");
        server.address("example.com", "192.0.2.10").address("example.com", "192.0.2.11");
        server.address("amy.example.com", "192.0.2.65").address("bob.example.com", "192.0.2.66");
        server.address("mail-a.example.com", "192.0.2.129").address("mail-b.example.com", "192.0.2.130");
        server.cname("www.example.com", "example.com");
        server.mx("example.org", 10, "mail-c.example.org").address("mail-c.example.org", "192.0.2.140");
        for (int last : new int[] {10, 11}) {
            server.ptr(last + ".2.0.192.in-addr.arpa", "example.com");
        }
        server.ptr("65.2.0.192.in-addr.arpa", "amy.example.com").ptr("66.2.0.192.in-addr.arpa", "bob.example.com");
        server.ptr("140.2.0.192.in-addr.arpa", "mail-c.example.org").ptr("4.0.0.10.in-addr.arpa", "bob.example.com");
    }

    @AfterEach
    void close() {
        server.close();
    }

    private SpfEvaluation.Verdict verdict(String ip, String domain) {
        InetAddress address = Objects.requireNonNull(AddressText.parse(ip));
        ResolverSettings settings =
                ResolverSettings.of(List.of(server.address())).timeout(Duration.ofSeconds(20));
        // a new one each time: it remembers answers
        try (StubResolver resolver = new StubResolver(settings, InstantSource.system())) {
            Lookups dns = new Lookups(resolver, Deadline.in(Duration.ofMinutes(5)));
            return new SpfEvaluation(dns, new SpfMacros(address, "strong-bad", domain, "mail.example.net")).of(domain);
        }
    }

    private SpfResult check(String record, String ip) {
        server.remove("test.example.com").txt("test.example.com", record);
        return verdict(ip, "test.example.com").result();
    }

    @ParameterizedTest
    @CsvSource({
        "+all, 203.0.113.9, PASS",
        "a -all, 192.0.2.10, PASS",
        "a -all, 192.0.2.11, PASS",
        "a -all, 192.0.2.12, FAIL",
        "a:example.org -all, 192.0.2.140, FAIL",
        "mx -all, 192.0.2.129, PASS",
        "mx -all, 192.0.2.130, PASS",
        "mx -all, 192.0.2.131, FAIL",
        "mx:example.org -all, 192.0.2.140, PASS",
        "mx mx:example.org -all, 192.0.2.129, PASS",
        "mx mx:example.org -all, 192.0.2.140, PASS",
        "mx mx:example.org -all, 192.0.2.141, FAIL",
        "mx/30 mx:example.org/30 -all, 192.0.2.131, PASS",
        "mx/30 mx:example.org/30 -all, 192.0.2.143, PASS",
        "mx/30 mx:example.org/30 -all, 192.0.2.144, FAIL",
        "ptr -all, 192.0.2.10, PASS",
        "ptr -all, 192.0.2.65, PASS",
        "ptr -all, 192.0.2.140, FAIL",
        "ptr -all, 10.0.0.4, FAIL",
        "ip4:192.0.2.128/28 -all, 192.0.2.65, FAIL",
        "ip4:192.0.2.128/28 -all, 192.0.2.129, PASS"
    })
    void the_simple_examples_of_the_standard(String terms, String ip, SpfResult expected) {
        server.txt("example.com", RECORD + terms);

        assertThat(verdict(ip, "example.com").result()).isEqualTo(expected);
    }

    @Test
    void records_of_several_domains_share_one() {
        server.txt("example.com", RECORD + "include:example.org include:example.net -all");
        server.txt("example.org", RECORD + "mx -all");
        server.txt("example.net", RECORD + "ip4:203.0.113.0/24 ?all");
        server.txt("la.example.com", RECORD + "redirect=example.org");

        assertThat(verdict("192.0.2.140", "example.com"))
                .isEqualTo(new SpfEvaluation.Verdict(SpfResult.PASS, "include:example.org"));
        assertThat(verdict("203.0.113.7", "example.com").result()).isEqualTo(SpfResult.PASS);
        assertThat(verdict("203.0.114.7", "example.com").result()).isEqualTo(SpfResult.FAIL);
        assertThat(verdict("192.0.2.140", "la.example.com").result()).isEqualTo(SpfResult.PASS);
        assertThat(verdict("192.0.2.141", "la.example.com").result()).isEqualTo(SpfResult.FAIL);
    }

    @Test
    void addresses_are_asked_for_one_by_one_in_lists_and_requirements_add_up() {
        server.txt("example.com", RECORD + "exists:%{ir}.%{l1r+-}._spf.%{d} -all");
        server.address("129.2.0.192.bad._spf.example.com", "127.0.0.2");
        assertThat(verdict("192.0.2.129", "example.com").result()).isEqualTo(SpfResult.FAIL);
        server.address("129.2.0.192.strong._spf.example.com", "127.0.0.2");
        server.txt("www.example.org", RECORD + "exists:%{ir}.%{l1r+-}._spf.example.com -all");
        assertThat(verdict("192.0.2.129", "www.example.org").result()).isEqualTo(SpfResult.PASS);

        server.txt("both.example.com", RECORD + "-include:ip4._spf.%{d} -include:ptr._spf.%{d} +all");
        server.txt("ip4._spf.both.example.com", RECORD + "-ip4:192.0.2.0/24 +all");
        server.txt("ptr._spf.both.example.com", RECORD + "-ptr:example.com +all");
        assertThat(verdict("192.0.2.10", "both.example.com").result()).isEqualTo(SpfResult.PASS);
        assertThat(verdict("192.0.2.140", "both.example.com").result()).isEqualTo(SpfResult.FAIL);
        assertThat(verdict("203.0.113.1", "both.example.com").result()).isEqualTo(SpfResult.FAIL);
    }

    @ParameterizedTest
    @CsvSource({
        "%{s}, strong-bad@email.example.com",
        "%{o}, email.example.com",
        "%{d}, email.example.com",
        "%{d4}, email.example.com",
        "%{d3}, email.example.com",
        "%{d2}, example.com",
        "%{d1}, com",
        "%{dr}, com.example.email",
        "%{d2r}, example.email",
        "%{l}, strong-bad",
        "%{l-}, strong.bad",
        "%{lr}, strong-bad",
        "%{lr-}, bad.strong",
        "%{l1r-}, strong",
        "%{ir}.%{v}._spf.%{d2}, 3.2.0.192.in-addr._spf.example.com",
        "%{lr-}.lp._spf.%{d2}, bad.strong.lp._spf.example.com",
        "%{lr-}.lp.%{ir}.%{v}._spf.%{d2}, bad.strong.lp.3.2.0.192.in-addr._spf.example.com",
        "%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}, 3.2.0.192.in-addr.strong.lp._spf.example.com",
        "%{d2}.trusted-domains.example.net, example.com.trusted-domains.example.net",
        "%{S}, strong-bad%40email.example.com",
        "%{p}, mx.example.org",
        "%%a%-b, %a%20b"
    })
    void macros_expand_as_in_the_standard(String macro, String expected) {
        SpfMacros macros = new SpfMacros(
                Objects.requireNonNull(AddressText.parse("192.0.2.3")),
                "strong-bad",
                "email.example.com",
                "helo.example");

        assertThat(macros.expand(macro, "email.example.com", () -> "mx.example.org"))
                .isEqualTo(expected);
    }

    @Test
    void macros_of_ipv6_and_of_long_names() {
        SpfMacros macros = new SpfMacros(
                Objects.requireNonNull(AddressText.parse("2001:db8::cb01")),
                "x".repeat(63),
                "email.example.com",
                "h.example");

        assertThat(macros.expand("%{ir}.%{v}._spf.%{d2}", "email.example.com", () -> ""))
                .isEqualTo("1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com");
        String longName = macros.expand("%{l}.%{l}.%{l}.%{l}.%{l}.example.com", "email.example.com", () -> "");
        assertThat(longName)
                .endsWith(".example.com")
                .hasSizeLessThanOrEqualTo(253)
                .startsWith("xxx");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v=spf1 foo",
                "v=spf1 all:example.com",
                "v=spf1 all/24",
                "v=spf1 -all.",
                "v=spf1 include",
                "v=spf1 include:",
                "v=spf1 include:example.org/24 -all",
                "v=spf1 exists",
                "v=spf1 exists:example.org/24",
                "v=spf1 a:",
                "v=spf1 a:/24",
                "v=spf1 a/33",
                "v=spf1 a/024",
                "v=spf1 a//129",
                "v=spf1 a/",
                "v=spf1 a:example",
                "v=spf1 a:example.com:8080",
                "v=spf1 a:111.222.33.44",
                "v=spf1 mx:abc.123",
                "v=spf1 mx:%{z}.example.com",
                "v=spf1 mx:%{d",
                "v=spf1 mx:%{d0}.example.com",
                "v=spf1 mx:%{c}.example.com",
                "v=spf1 mx:%(d).example.com",
                "v=spf1 ip4:192.0.2.1/33",
                "v=spf1 ip4:192.0.2.1/",
                "v=spf1 ip4:192.0.2.1//32",
                "v=spf1 ip4:192.0.2",
                "v=spf1 ip4:192.0.2.256",
                "v=spf1 ip4:2001:db8::1",
                "v=spf1 ip4",
                "v=spf1 ip4:",
                "v=spf1 ip6:192.0.2.1",
                "v=spf1 ip6:2001:db8::1/129",
                "v=spf1 ip6:2001:db8::zz",
                "v=spf1 ptr/24",
                "v=spf1 redirect=a.example.com redirect=b.example.com",
                "v=spf1 exp=a.example.com exp=b.example.com",
                "v=spf1 redirect=",
                "v=spf1 x=%{",
                "v=spf1 -",
                "v=spf1 = -all",
                "v=spf1 \u00ff",
                "v=spf1\t-all a\t",
                "v=spf1 a -a;ll"
            })
    void what_cannot_be_read_is_a_permanent_error(String record) {
        SpfResult expected = record.startsWith("v=spf1\t") ? SpfResult.NONE : SpfResult.PERMERROR;

        assertThat(check(record, "198.51.100.1")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "v=spf1, NEUTRAL",
        "V=SPF1 -ALL, FAIL",
        "v=spf1  -all  , FAIL",
        "v=spf1 ?all, NEUTRAL",
        "v=spf1 ~all, SOFTFAIL",
        "v=spf1 -all ip4:198.51.100.1, FAIL",
        "v=spf10 -all, NONE",
        "v=spf2.0/pra -all, NONE",
        "v=spf1 unknown=%{d}.x -all, FAIL",
        "v=spf1 IP4:198.51.100.1 -all, PASS",
        "v=spf1 ip4:198.51.100.0/0 -all, PASS",
        "v=spf1 ip6:::/0 -all, FAIL",
        "v=spf1 ip6:::ffff:198.51.100.1 -all, FAIL",
        "v=spf1 a:amy.example.com//64 -all, FAIL",
        "v=spf1 redirect=nothing.example.com, PERMERROR",
        "v=spf1 include:nothing.example.com -all, PERMERROR",
        "v=spf1 redirect=nothing.example.com -all, FAIL",
        "v=spf1 exists:amy.example.com -all, PASS",
        "v=spf1 mx:amy.example.com a:nowhere.example.com -all, FAIL",
        "v=spf1 a:x.nowhere.example a:y.nowhere.example a:z.nowhere.example -all, PERMERROR"
    })
    void results_at_the_edges(String record, SpfResult expected) {
        assertThat(check(record, "198.51.100.1")).isEqualTo(expected);
    }

    @Test
    void ipv6_is_compared_with_ipv6() {
        server.address("six.example.com", "2001:db8::5").address("six.example.com", "192.0.2.5");

        assertThat(check("v=spf1 a:six.example.com//64 -all", "2001:db8::99")).isEqualTo(SpfResult.PASS);
        assertThat(check("v=spf1 a:six.example.com//64 -all", "2001:db8:1::99")).isEqualTo(SpfResult.FAIL);
        assertThat(check("v=spf1 ip6:2001:db8::/33 -all", "2001:db8:7fff::1")).isEqualTo(SpfResult.PASS);
        assertThat(check("v=spf1 ip6:2001:db8::/33 -all", "2001:db8:8000::1")).isEqualTo(SpfResult.FAIL);
    }

    @Test
    void ten_lookups_are_allowed_and_the_eleventh_is_an_error() {
        String ten = "v=spf1 " + "a:amy.example.com ".repeat(10);
        assertThat(check(ten + "-all", "198.51.100.1")).isEqualTo(SpfResult.FAIL);
        assertThat(check(ten + "a:amy.example.com -all", "198.51.100.1")).isEqualTo(SpfResult.PERMERROR);
        assertThat(check("v=spf1 ip4:198.51.100.1 " + "a:amy.example.com ".repeat(20), "198.51.100.1"))
                .isEqualTo(SpfResult.PASS);
    }

    @Test
    void loops_end_at_the_limit() {
        server.txt("loop.example.com", RECORD + "include:loop.example.com -all");
        server.txt("one.example.com", RECORD + "redirect=two.example.com");
        server.txt("two.example.com", RECORD + "redirect=one.example.com");

        assertThat(verdict("198.51.100.1", "loop.example.com").term()).isEqualTo("more than 10 look-ups");
        assertThat(verdict("198.51.100.1", "one.example.com").result()).isEqualTo(SpfResult.PERMERROR);
    }

    @Test
    void two_records_and_eleven_mail_hosts_are_errors() {
        server.txt("two.example.com", "v=spf1 -all").txt("two.example.com", "v=spf1 +all");
        for (int i = 0; i < 11; i++) {
            server.mx("many.example.com", i, "mx" + i + ".example.com");
        }

        assertThat(verdict("198.51.100.1", "two.example.com").result()).isEqualTo(SpfResult.PERMERROR);
        assertThat(check("v=spf1 mx:many.example.com -all", "198.51.100.1")).isEqualTo(SpfResult.PERMERROR);
    }

    @Test
    void what_nobody_can_say_is_temporary() {
        server.always("sick.example.com", DnsReaction.servfail());
        server.always("amy.example.com", DnsType.A, DnsReaction.refused());

        assertThat(verdict("198.51.100.1", "sick.example.com").result()).isEqualTo(SpfResult.TEMPERROR);
        assertThat(check("v=spf1 include:sick.example.com -all", "198.51.100.1"))
                .isEqualTo(SpfResult.TEMPERROR);
        assertThat(check("v=spf1 a:amy.example.com -all", "198.51.100.1")).isEqualTo(SpfResult.TEMPERROR);
    }

    @Test
    void what_is_no_domain_has_no_result() {
        assertThat(verdict("198.51.100.1", "localhost").result()).isEqualTo(SpfResult.NONE);
        assertThat(verdict("198.51.100.1", "a..b").result()).isEqualTo(SpfResult.NONE);
        assertThat(verdict("198.51.100.1", "x".repeat(64) + ".example.com").result())
                .isEqualTo(SpfResult.NONE);
    }
}

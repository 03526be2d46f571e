// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.mailer.api.EnhancedCode;
import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.testkit.TestClock;
import dev.mailer.testkit.dns.DnsReaction;
import dev.mailer.testkit.dns.DnsType;
import dev.mailer.testkit.dns.ReceivedQuery;
import dev.mailer.testkit.dns.ScriptedDnsServer;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What each kind of answer, and each kind of silence, means for mail to a domain. */
class MxLookupTest {
    /** Of domains that have exchangers or may have some, and so no way in (RFC 5321 §5.1). */
    private static final String AN_ADDRESS = "20.1.0.1";

    private final ScriptedDnsServer server = ScriptedDnsServer.start();
    private final StubResolver dns = Answers.resolver(TestClock.now(), server);
    private final MxLookup lookup = lookup(MxSettings.DEFAULT);

    @AfterEach
    void close() {
        dns.close();
        server.close();
    }

    @Test
    void hosts_come_by_preference_with_their_addresses() throws Exception {
        server.mx("example.com", 20, "backup.example.com").mx("example.com", 10, "mx.example.com");
        server.address("mx.example.com", "20.1.0.1").address("mx.example.com", "2a00::1");
        server.address("backup.example.com", "20.1.0.2");

        MailRoute route = route("Example.COM");

        assertThat(route.domain()).isEqualTo("example.com");
        assertThat(route.hosts()).extracting(MxHost::name).containsExactly("mx.example.com", "backup.example.com");
        assertThat(route.hosts().get(0).addresses())
                .containsExactly(InetAddress.getByName("2a00::1"), InetAddress.getByName("20.1.0.1"));
        assertThat(route.names()).containsExactly("backup.example.com", "mx.example.com");
        assertThat(route.best()).containsExactly("mx.example.com");
        assertThat(route.leadsTo("backup.example.com")).isTrue();
        assertThat(route.leadsTo("mx.example.org")).isFalse();
    }

    @Test
    void hosts_of_equal_preference_come_in_random_order() {
        for (int i = 0; i < 3; i++) {
            server.mx("example.com", 10, "mx" + i + ".example.com").address("mx" + i + ".example.com", "20.1.0." + i);
        }
        server.mx("example.com", 20, "last.example.com").address("last.example.com", "20.1.0.9");

        Set<List<String>> orders = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            orders.add(route("example.com").hosts().stream().map(MxHost::name).toList());
        }

        assertThat(orders).hasSize(6).allMatch(o -> o.get(3).equals("last.example.com"));
    }

    @Test
    void a_domain_without_exchangers_takes_mail_itself() {
        server.address("example.com", "20.1.0.1");

        assertThat(route("example.com").hosts()).extracting(MxHost::name).containsExactly("example.com");
    }

    @Test
    void a_domain_that_is_an_alias_is_followed() {
        server.cname("example.com", "example.net").mx("example.net", 10, "mx.example.net");
        server.address("mx.example.net", "20.1.0.1").cname("example.org", "host.example.net");
        server.address("host.example.net", "20.1.0.2");

        assertThat(route("example.com").hosts()).extracting(MxHost::name).containsExactly("mx.example.net");
        assertThat(route("example.org").hosts())
                .extracting(MxHost::name, MxHost::canonicalName)
                .containsExactly(tuple("example.org", "host.example.net"));
    }

    @Test
    void a_host_without_addresses_is_passed_over() {
        server.mx("example.com", 10, "gone.example.com").mx("example.com", 20, "mx.example.com");
        server.address("mx.example.com", "20.1.0.1");

        MailRoute route = route("example.com");

        assertThat(route.hosts()).extracting(MxHost::name).containsExactly("mx.example.com");
        assertThat(route.names()).as("the site does not change by it").contains("gone.example.com");
    }

    @Test
    void a_host_whose_name_servers_fail_is_passed_over() {
        server.mx("example.com", 10, "sick.example.com").mx("example.com", 20, "mx.example.com");
        server.always("sick.example.com", DnsReaction.servfail()).address("mx.example.com", "20.1.0.1");

        assertThat(route("example.com").hosts()).extracting(MxHost::name).containsExactly("mx.example.com");
    }

    @Test
    void one_family_of_addresses_is_enough() {
        server.mx("example.com", 10, "mx.example.com").address("mx.example.com", "20.1.0.1");
        server.always("mx.example.com", DnsType.AAAA, DnsReaction.servfail());

        assertThat(route("example.com").hosts()).hasSize(1);
    }

    static Stream<Arguments> noRoutes() {
        return Stream.of(
                no("nxdomain.example", "domain-unknown", "5.1.2", "the domain nxdomain.example does not exist"),
                no(
                        "alias-to-nothing.example",
                        "domain-unknown",
                        "5.1.2",
                        "the domain alias-to-nothing.example does not exist"),
                no("null.example", "null-mx", "5.1.10", "the domain null.example takes no mail: its MX record says so"),
                no(
                        "empty.example",
                        "no-mail-host",
                        "5.1.2",
                        "the domain empty.example has no MX record and no address"),
                no(
                        "dangling.example",
                        "no-mail-host",
                        "5.4.4",
                        "no mail host of the domain dangling.example has an address"),
                no(
                        "numbers.example",
                        "no-mail-host",
                        "5.4.4",
                        "no mail host of the domain numbers.example has an address"),
                no(
                        "private.example",
                        "address-not-public",
                        "5.4.4",
                        "mail for private.example goes to mx.private.example at 10.0.0.1, which is no public address; "
                                + "allow such addresses if it is yours"),
                no(
                        "loopback.example",
                        "address-not-public",
                        "5.4.4",
                        "mail for loopback.example goes to localhost at 127.0.0.1, which is no public address; "
                                + "allow such addresses if it is yours"),
                no(
                        "own.example",
                        "mail-loop",
                        "5.4.6",
                        "mail for own.example leads back to this host and to no better one"),
                no(
                        "own-address.example",
                        "mail-loop",
                        "5.4.6",
                        "mail for own-address.example leads back to this host and to no better one"),
                no(
                        "me.example",
                        "mail-loop",
                        "5.4.6",
                        "mail for me.example leads back to this host and to no better one"),
                no(
                        "[20.9.9.9]",
                        "mail-loop",
                        "5.4.6",
                        "mail for [20.9.9.9] leads back to this host and to no better one"),
                no(
                        "[10.1.1.1]",
                        "address-not-public",
                        "5.4.4",
                        "mail for [10.1.1.1] goes to [10.1.1.1] at 10.1.1.1, which is no public address; "
                                + "allow such addresses if it is yours"),
                no(
                        "[ipv6:::ffff:10.1.1.1]",
                        "address-not-public",
                        "5.4.4",
                        "mail for [ipv6:::ffff:10.1.1.1] goes to [ipv6:::ffff:10.1.1.1] at 10.1.1.1, "
                                + "which is no public address; allow such addresses if it is yours"),
                no("[example.com]", "domain-unknown", "5.1.2", "the domain [example.com] does not exist"),
                no(
                        "servfail.example",
                        "dns-servfail",
                        "4.4.3",
                        "the name servers gave no answer about servfail.example"),
                no("refused.example", "dns-refused", "4.4.3", "the name servers gave no answer about refused.example"),
                no(
                        "alias-loop.example",
                        "dns-alias-loop",
                        "4.4.3",
                        "the name servers gave no answer about alias-loop.example"),
                no(
                        "sick-hosts.example",
                        "dns-servfail",
                        "4.4.3",
                        "the name servers gave no answer about mx1.sick-hosts.example, "
                                + "which takes mail for sick-hosts.example"),
                no(
                        "sick-implicit.example",
                        "dns-servfail",
                        "4.4.3",
                        "the name servers gave no answer about sick-implicit.example"),
                no(
                        "backup-of-sick.example",
                        "dns-servfail",
                        "4.4.3",
                        "the name servers gave no answer about mx.backup-of-sick.example, "
                                + "which takes mail for backup-of-sick.example"));
    }

    private static Arguments no(String domain, String reason, String code, String text) {
        return Arguments.of(domain, reason, code, text);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("noRoutes")
    void a_domain_without_a_route_says_why(String domain, String reason, String code, String text) throws Exception {
        server.cname("alias-to-nothing.example", "nothing.invalid");
        server.nullMx("null.example").address("null.example", AN_ADDRESS);
        server.exists("empty.example");
        server.mx("dangling.example", 10, "mx.dangling.example").exists("mx.dangling.example");
        server.mx("numbers.example", 10, "20.1.0.1");
        server.address("dangling.example", AN_ADDRESS).address("numbers.example", AN_ADDRESS);
        server.mx("private.example", 10, "mx.private.example").address("mx.private.example", "10.0.0.1");
        server.mx("loopback.example", 10, "localhost").address("localhost", "127.0.0.1");
        server.mx("own.example", 10, "ME.example").mx("own.example", 10, "equal.own.example");
        server.mx("own.example", 20, "behind.own.example").address("behind.own.example", "20.1.0.1");
        server.address("equal.own.example", "20.1.0.2");
        server.mx("own-address.example", 10, "vanity.example").address("vanity.example", "20.9.9.9");
        server.mx("own-address.example", 10, "equal.own.example").mx("own-address.example", 20, "behind.own.example");
        server.address("me.example", "20.1.0.3");
        server.address("servfail.example", AN_ADDRESS).address("refused.example", AN_ADDRESS);
        server.always("servfail.example", DnsType.MX, DnsReaction.servfail());
        server.always("refused.example", DnsType.MX, DnsReaction.refused());
        server.cname("alias-loop.example", "alias-loop.example");
        server.mx("sick-hosts.example", 10, "mx1.sick-hosts.example");
        server.mx("sick-hosts.example", 20, "mx.private.example");
        server.always("mx1.sick-hosts.example", DnsReaction.servfail());
        server.exists("sick-implicit.example");
        server.always("sick-implicit.example", DnsType.A, DnsReaction.servfail());
        server.mx("backup-of-sick.example", 10, "mx.backup-of-sick.example");
        server.mx("backup-of-sick.example", 20, "me.example");
        server.always("mx.backup-of-sick.example", DnsReaction.servfail());
        MxSettings own = new MxSettings(
                Set.of("Me.Example"), Set.of(InetAddress.getByName("20.9.9.9")), false, AddressChoice.INTERLEAVED);

        MxVerdict verdict = lookup(own).find(domain, Answers.soon());

        assertThat(verdict).isInstanceOf(NoRoute.class);
        Outcome outcome = ((NoRoute) verdict).outcome();
        boolean later = code.startsWith("4");
        assertThat(outcome.kind()).isEqualTo(later ? Outcome.Kind.DEFERRED : Outcome.Kind.REJECTED);
        assertThat(outcome.scope()).isEqualTo(later ? Outcome.Scope.DESTINATION : Outcome.Scope.RECIPIENT);
        Failure failure = outcome.failure();
        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure.enhancedCode()).isEqualTo(EnhancedCode.find(code));
        assertThat(failure.text()).isEqualTo(text);
        assertThat(failure.phase()).isEqualTo(Phase.CONNECT);
        assertThat(failure.retryable()).isEqualTo(later);
    }

    @Test
    void no_host_behind_this_one_is_used() throws Exception {
        server.mx("example.com", 5, "best.example.com").address("best.example.com", "20.1.0.1");
        server.mx("example.com", 10, "me.example").mx("example.com", 10, "equal.example.com");
        server.mx("example.com", 20, "behind.example.com").address("behind.example.com", "20.1.0.2");
        server.address("equal.example.com", "20.1.0.3").address("me.example", "20.9.9.9");

        MxSettings byName = new MxSettings(Set.of("me.example"), Set.of(), false, AddressChoice.INTERLEAVED);
        MxSettings byAddress =
                new MxSettings(Set.of(), Set.of(InetAddress.getByName("20.9.9.9")), false, AddressChoice.INTERLEAVED);

        for (MxSettings settings : List.of(byName, byAddress)) {
            MxVerdict verdict = lookup(settings).find("example.com", Answers.soon());
            assertThat(((MailRoute) verdict).hosts()).extracting(MxHost::name).containsExactly("best.example.com");
        }
    }

    @Test
    void the_root_beside_other_hosts_is_passed_over() {
        server.nullMx("example.com").mx("example.com", 10, "mx.example.com").address("mx.example.com", "20.1.0.1");

        assertThat(route("example.com").hosts()).hasSize(1);
    }

    @Test
    void addresses_that_are_not_public_are_left_out_of_the_others() throws Exception {
        server.mx("example.com", 10, "mx.example.com").address("mx.example.com", "192.168.0.1");
        server.address("mx.example.com", "20.1.0.1").address("mx.example.com", "fd00::1");

        assertThat(route("example.com").hosts().get(0).addresses()).containsExactly(InetAddress.getByName("20.1.0.1"));
    }

    @Test
    void private_addresses_are_used_where_they_are_allowed_but_never_the_unspecified_one() throws Exception {
        server.mx("example.com", 10, "mx.example.com").address("mx.example.com", "127.0.0.1");
        server.address("mx.example.com", "0.0.0.0").address("mx.example.com", "::");
        server.address("mx.example.com", "224.0.0.1");
        MxSettings open = new MxSettings(Set.of(), Set.of(), true, AddressChoice.INTERLEAVED);

        MxVerdict verdict = lookup(open).find("example.com", Answers.soon());

        assertThat(((MailRoute) verdict).hosts().get(0).addresses()).containsExactly(InetAddress.getLoopbackAddress());
    }

    @ParameterizedTest
    @CsvSource({
        "IPV6_FIRST, '2a00:0:0:0:0:0:0:1 2a00:0:0:0:0:0:0:2 20.1.0.1 20.1.0.2 20.1.0.3', A AAAA",
        "IPV4_FIRST, '20.1.0.1 20.1.0.2 20.1.0.3 2a00:0:0:0:0:0:0:1 2a00:0:0:0:0:0:0:2', A AAAA",
        "INTERLEAVED, '2a00:0:0:0:0:0:0:1 20.1.0.1 2a00:0:0:0:0:0:0:2 20.1.0.2 20.1.0.3', A AAAA",
        "IPV4_ONLY, '20.1.0.1 20.1.0.2 20.1.0.3', A",
        "IPV6_ONLY, '2a00:0:0:0:0:0:0:1 2a00:0:0:0:0:0:0:2', AAAA"
    })
    void families_come_in_the_order_that_was_chosen(AddressChoice choice, String expected, String asked) {
        server.mx("example.com", 10, "mx.example.com");
        for (String a : List.of("20.1.0.1", "20.1.0.2", "20.1.0.3", "2a00::1", "2a00::2")) {
            server.address("mx.example.com", a);
        }

        MailRoute route = (MailRoute)
                lookup(new MxSettings(Set.of(), Set.of(), false, choice)).find("example.com", Answers.soon());

        assertThat(route.hosts().get(0).addresses().stream().map(InetAddress::getHostAddress))
                .containsExactly(expected.split(" "));
        assertThat(server.queries("mx.example.com").stream().map(q -> q.type().name()))
                .containsExactly(asked.split(" "));
    }

    @Test
    void a_family_that_is_not_chosen_is_named_where_nothing_is_left() {
        server.mx("example.com", 10, "mx.example.com").address("mx.example.com", "20.1.0.1");

        NoRoute none = (NoRoute) lookup(new MxSettings(Set.of(), Set.of(), false, AddressChoice.IPV6_ONLY))
                .find("example.com", Answers.soon());

        assertThat(none.outcome().failure().text())
                .isEqualTo("no mail host of the domain example.com has an IPv6 address");
    }

    @Test
    void of_a_hundred_hosts_the_best_are_looked_at_and_enough_of_them_looked_up() {
        for (int i = 0; i < 100; i++) {
            server.mx("example.com", 100 - i, "mx" + i + ".example.com")
                    .address("mx" + i + ".example.com", "20.1.0." + i);
        }

        MailRoute route = route("example.com");

        assertThat(route.names()).hasSize(MxLookup.MAX_HOSTS).contains("mx99.example.com", "mx80.example.com");
        assertThat(route.hosts()).hasSize(MxLookup.ENOUGH_ADDRESSES);
        assertThat(route.hosts().get(0).name()).isEqualTo("mx99.example.com");
        assertThat(server.queries()).filteredOn(q -> q.type() == DnsType.A).hasSize(MxLookup.ENOUGH_ADDRESSES);
    }

    @Test
    void of_many_addresses_of_a_host_some_are_tried() {
        server.mx("example.com", 10, "mx.example.com");
        for (int i = 0; i < 50; i++) {
            server.address("mx.example.com", "20.1.0." + i);
        }

        assertThat(route("example.com").hosts().get(0).addresses()).hasSize(MxLookup.MAX_ADDRESSES);
    }

    @Test
    void a_literal_is_its_own_host() {
        MailRoute four = route("[20.1.0.1]");
        MailRoute six = route("[IPv6:2A00::1]");

        assertThat(four.hosts().get(0).addresses())
                .extracting(InetAddress::getHostAddress)
                .containsExactly("20.1.0.1");
        assertThat(six.hosts().get(0).addresses())
                .extracting(InetAddress::getHostAddress)
                .containsExactly("2a00:0:0:0:0:0:0:1");
        assertThat(six.names()).containsExactly("[ipv6:2a00::1]");
        assertThat(server.queries()).isEmpty();
    }

    @Test
    void what_was_validated_is_told_of_exchangers_and_of_each_host() {
        server.signed("example.com").mx("example.com", 10, "mx.example.com").mx("example.com", 20, "mx.example.net");
        server.mx("example.com", 30, "alias.example.com").cname("alias.example.com", "mx.example.net");
        server.address("mx.example.com", "20.1.0.1").address("mx.example.net", "20.1.0.2");

        MailRoute route = route("example.com");

        assertThat(route.authenticated()).isTrue();
        assertThat(route.hosts()).extracting(MxHost::authenticated).containsExactly(true, false, false);
    }

    @Test
    void a_second_mail_asks_nobody() {
        server.mx("example.com", 10, "mx.example.com").address("mx.example.com", "20.1.0.1");

        route("example.com");
        int asked = server.queries().size();
        route("example.com");

        assertThat(server.queries())
                .hasSize(asked)
                .extracting(ReceivedQuery::tcp)
                .containsOnly(false);
    }

    private MailRoute route(String domain) {
        MxVerdict verdict = lookup.find(domain, Answers.soon());
        assertThat(verdict).isInstanceOf(MailRoute.class);
        return (MailRoute) verdict;
    }

    private MxLookup lookup(MxSettings settings) {
        return new MxLookup(dns, settings, new Random(1));
    }
}

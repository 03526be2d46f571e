// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.smtp.dkim.DkimAlgorithm;
import dev.mailer.smtp.dkim.DkimDnsRecord;
import dev.mailer.smtp.dkim.DkimPrivateKey;
import dev.mailer.smtp.domain.DomainFinding.Level;
import dev.mailer.smtp.domain.DomainFinding.Subject;
import dev.mailer.smtp.mx.PolicyException;
import dev.mailer.smtp.mx.PolicyFetch;
import dev.mailer.smtp.mx.TlsResult;
import dev.mailer.testkit.dns.DnsReaction;
import dev.mailer.testkit.dns.DnsType;
import dev.mailer.testkit.dns.ScriptedDnsServer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Good and bad zones, each with what is said of it and the record that mends it. */
class DomainCheckTest {
    private static final DkimPrivateKey RSA = DkimPrivateKey.generate(DkimAlgorithm.RSA);
    private static final String SOURCE = "9.9.9.9";
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final PolicyFetch NONE = (domain, deadline) -> {
        throw new PolicyException(TlsResult.STS_POLICY_FETCH_ERROR, "nothing is there", null);
    };

    private final ScriptedDnsServer dns = ScriptedDnsServer.start();

    @AfterEach
    void close() {
        dns.close();
    }

    private DomainCheckBuilder builder(String domain) {
        return DomainCheck.of(domain)
                .nameServers("127.0.0.1:" + dns.port())
                .timeout(Duration.ofMinutes(5))
                .clock(InstantSource.fixed(NOW))
                .policies(NONE);
    }

    private List<DomainFinding> run(Subject subject, UnaryOperator<DomainCheckBuilder> more) {
        return more.apply(builder("example.com")).build().run().stream()
                .filter(f -> f.subject() == subject)
                .toList();
    }

    private DomainFinding only(Subject subject, UnaryOperator<DomainCheckBuilder> more) {
        List<DomainFinding> all = run(subject, more);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private static DomainFinding worst(List<DomainFinding> all) {
        return all.stream()
                .filter(f -> f.level() != Level.OK && f.level() != Level.ADVICE)
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is wrong: " + all));
    }

    private static String line(DomainFinding finding) {
        return String.valueOf(finding.record());
    }

    private static UnaryOperator<DomainCheckBuilder> from(String... addresses) {
        return b -> {
            Arrays.stream(addresses).forEach(b::source);
            return b;
        };
    }

    private void goodZone() {
        dns.txt("example.com", "google-site-verification=x").txt("example.com", "v=spf1 ip4:9.9.9.9 -all");
        dns.txt("s1._domainkey.example.com", RSA.record());
        dns.txt("_dmarc.example.com", "v=DMARC1; p=reject; rua=mailto:dmarc@example.com");
        dns.mx("example.com", 10, "mx.example.com").address("mx.example.com", "9.9.9.10");
        dns.ptr("9.9.9.9.in-addr.arpa", "mail.example.com").address("mail.example.com", SOURCE);
        dns.txt("_mta-sts.example.com", "v=STSv1; id=1;");
        dns.txt("_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:tls@example.com,https://example.com/tls");
        dns.address("go.example.com", "9.9.9.11");
    }

    @Test
    void a_domain_in_order_has_nothing_to_mend() {
        goodZone();

        List<DomainFinding> all = builder("Example.COM")
                .key("example.com", "s1", RSA)
                .source(SOURCE)
                .ehlo("mail.example.com")
                .unsubscribe(URI.create("https://go.example.com/u/secret-token"))
                .policies((domain, deadline) -> "version: STSv1\nmode: enforce\nmx: *.example.com\nmax_age: 1209600\n")
                .build()
                .run();

        assertThat(all).allMatch(f -> f.level() == Level.OK && f.record() == null && f.advice() == null);
        assertThat(all.stream().map(DomainFinding::subject).distinct()).containsExactly(Subject.values());
        assertThat(all.toString()).doesNotContain("secret-token");
    }

    @Test
    void an_empty_domain_is_told_each_record() {
        dns.exists("example.com").txt("_spf.relay.example", "v=spf1 ip4:9.9.9.20 -all");

        List<DomainFinding> all = builder("example.com")
                .key("example.com", "s1", RSA)
                .source(SOURCE)
                .source("2620:fe::9")
                .include("_spf.relay.example")
                .ehlo("mail.example.com")
                .reportsTo("reports@example.com")
                .build()
                .run();

        assertThat(all.stream().filter(f -> f.record() != null).map(DomainCheckTest::line))
                .containsExactly(
                        "example.com. IN TXT \"v=spf1 ip4:9.9.9.9 ip6:2620:fe:0:0:0:0:0:9 include:_spf.relay.example ~all\"",
                        DkimDnsRecord.of("example.com", "s1", RSA).zoneLine(),
                        "_dmarc.example.com. IN TXT \"v=DMARC1; p=none; rua=mailto:reports@example.com\"",
                        "9.9.9.9.in-addr.arpa. IN PTR mail.example.com.",
                        "9.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.e.f.0.0.0.2.6.2.ip6.arpa. IN PTR mail.example.com.",
                        "_mta-sts.example.com. IN TXT \"v=STSv1; id=20261122100000\"",
                        "_smtp._tls.example.com. IN TXT \"v=TLSRPTv1; rua=mailto:reports@example.com\"");
    }

    /** What is proposed is tried: published, it passes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "v=spf1 -all                   | v=spf1 ip4:9.9.9.9 -all",
                "v=spf1 mx ~all                | v=spf1 ip4:9.9.9.9 mx ~all",
                "v=spf1 mx                     | v=spf1 ip4:9.9.9.9 mx ~all",
                "v=spf1 mx ?all                | v=spf1 ip4:9.9.9.9 mx ~all",
                "v=spf1 +all                   | v=spf1 ip4:9.9.9.9 ~all",
                "v=spf1 all                    | v=spf1 ip4:9.9.9.9 ~all",
                "v=spf1 -ip4:9.9.9.0/24 -all ip4:1.2.3.4 | v=spf1 ip4:9.9.9.9 -ip4:9.9.9.0/24 -all",
                "v=spf1 redirect=_s.example.org| v=spf1 ip4:9.9.9.9 redirect=_s.example.org"
            })
    void an_address_that_does_not_pass_is_written_into_the_record(String published, String proposed) {
        dns.txt("_s.example.org", "v=spf1 -all")
                .mx("example.com", 1, "mx.example.com")
                .address("mx.example.com", "9.9.9.10");
        dns.txt("example.com", published);

        DomainFinding finding = worst(run(Subject.SPF, from(SOURCE)));
        assertThat(finding.record()).isEqualTo(DnsRecord.txt("example.com", proposed));
        assertThat(finding.published()).isEqualTo(published);

        dns.remove("example.com").mx("example.com", 1, "mx.example.com").txt("example.com", proposed);
        assertThat(run(Subject.SPF, from(SOURCE))).allMatch(f -> f.level() == Level.OK);
    }

    @Test
    void lookups_are_counted_through_includes() {
        dns.txt("example.com", "v=spf1 include:a.example include:b.example mx -all")
                .mx("example.com", 1, "mx.example.com");
        dns.address("h.example", "9.9.9.1");
        dns.txt("a.example", "v=spf1 include:c.example a:h.example -all")
                .txt("c.example", "v=spf1 a:h.example ptr -all");
        dns.txt("b.example", "v=spf1 a:h.example a:h.example exists:%{i}.x.example -all a:h.example");

        List<DomainFinding> ten = run(Subject.SPF, from(SOURCE));
        assertThat(ten).extracting(DomainFinding::text).anyMatch(t -> t.contains("all 10 look-ups"));
        assertThat(ten).extracting(DomainFinding::text).anyMatch(t -> t.startsWith("ptr is slow"));

        dns.remove("c.example").txt("c.example", "v=spf1 a:h.example ptr a:h.example -all");
        List<DomainFinding> eleven = run(Subject.SPF, from(SOURCE));
        assertThat(worst(eleven).text()).startsWith("the record needs 11 look-ups, allowed are 10");
        assertThat(eleven.get(eleven.size() - 1).text())
                .isEqualTo("9.9.9.9 does not pass (permerror): more than 10 look-ups");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "v=spf1 include:none.example -all | include:none.example: there is no SPF record",
                "v=spf1 include:example.com -all  | include:example.com leads back to itself",
                "v=spf1 include:bad.example -all  | include:bad.example: 'ip4:1' has no IPv4 address",
                "v=spf1 ip4:1.2.3 -all            | 'ip4:1.2.3' has no IPv4 address",
                "v=spf1 a:x.example a:y.example mx:z.example -all | leads to nothing: a:x.example a:y.example mx:z.example",
                "v=spf1 +all                      | +all lets anybody send as example.com",
                "v=spf1 include:open.example -all | include:open.example lets anybody send: it ends in all",
                "v=spf1 a                         | the record has no all at its end"
            })
    void what_is_wrong_with_a_record_is_named(String record, String text) {
        dns.txt("open.example", "v=spf1 all").txt("bad.example", "v=spf1 ip4:1").txt("example.com", record);

        assertThat(run(Subject.SPF, b -> b)).extracting(DomainFinding::text).anyMatch(t -> t.contains(text));
    }

    @Test
    void the_record_of_the_envelope_is_looked_at_and_includes_are_wanted() {
        dns.txt("example.com", "v=spf1 -all").txt("bounces.example.com", "v=spf1 include:relay.example -all");
        dns.txt("other.example", "v=spf1 ip4:9.9.9.21 -all");
        dns.txt("relay.example", "v=spf1 include:deep.relay.example -all")
                .txt("deep.relay.example", "v=spf1 ip4:9.9.9.9 -all");

        assertThat(run(
                        Subject.SPF,
                        b -> b.returnPathDomain("bounces.example.com")
                                .source(SOURCE)
                                .include("deep.relay.example")))
                .allMatch(f -> f.level() == Level.OK);
        DomainFinding finding = worst(
                run(Subject.SPF, b -> b.returnPathDomain("bounces.example.com").include("other.example")));
        assertThat(line(finding))
                .isEqualTo("bounces.example.com. IN TXT \"v=spf1 include:relay.example include:other.example -all\"");
    }

    @Test
    void keys_are_compared_with_what_is_published() {
        String name = "s1._domainkey.example.com";
        UnaryOperator<DomainCheckBuilder> signed = b -> b.key("example.com", "s1", RSA);
        String other = DkimPrivateKey.generate(DkimAlgorithm.RSA).record();
        dns.txt(name, RSA.record().replace("; p=", "; t=y; p="));
        assertThat(worst(run(Subject.DKIM, signed)).text()).contains("t=y");

        dns.remove(name).txt(name, other);
        assertThat(worst(run(Subject.DKIM, signed)).text()).contains("has another key");
        assertThat(worst(run(Subject.DKIM, signed)).record()).isEqualTo(DnsRecord.txt(name, RSA.record()));
        assertThat(only(Subject.DKIM, b -> b.selector("s1")).level()).isEqualTo(Level.OK);

        dns.remove(name).txt(name, "v=DKIM1; p=");
        assertThat(worst(run(Subject.DKIM, signed)).text()).contains("revoked");
        dns.remove(name).txt(name, "v=DKIM1; p=AAAA");
        assertThat(only(Subject.DKIM, signed).level()).isEqualTo(Level.PROBLEM);
        dns.txt(name, RSA.record());
        assertThat(only(Subject.DKIM, signed).text()).contains("2 TXT records");
        dns.remove(name);
        assertThat(only(Subject.DKIM, signed).text()).contains("has no record");
        assertThat(only(Subject.DKIM, b -> b).level()).isEqualTo(Level.WARNING);

        DkimPrivateKey ed25519 = DkimPrivateKey.generate(DkimAlgorithm.ED25519);
        dns.txt("e1._domainkey.example.com", ed25519.record());
        assertThat(worst(run(Subject.DKIM, b -> b.key("example.com", "e1", ed25519)))
                        .text())
                .contains("Ed25519 alone");
    }

    @Test
    void a_policy_is_found_above_and_reports_elsewhere_are_agreed_to() {
        dns.txt("_dmarc.example.com", "v=DMARC1; p=reject; sp=none; rua=mailto:r@reports.example!10m");
        dns.exists("news.example.com");

        List<DomainFinding> all = builder("shop.news.example.com").build().run().stream()
                .filter(f -> f.subject() == Subject.DMARC)
                .toList();
        assertThat(all)
                .extracting(DomainFinding::text)
                .anyMatch(t -> t.contains("_dmarc.example.com, which holds for"));
        assertThat(all).extracting(DomainCheckTest::line).anyMatch(r -> r.contains("p=reject; sp=quarantine;"));
        assertThat(worst(all).record())
                .isEqualTo(DnsRecord.txt("example.com._report._dmarc.reports.example", "v=DMARC1"));

        dns.txt("example.com._report._dmarc.reports.example", "v=DMARC1;");
        assertThat(run(Subject.DMARC, b -> b)).allMatch(f -> f.level() == Level.OK);
    }

    @Test
    void reports_to_the_own_organisation_need_no_consent() {
        dns.txt("_dmarc.news.example.com", "v=DMARC1; p=reject; rua=mailto:dmarc@example.com");
        assertThat(dmarc("news.example.com")).allMatch(f -> f.level() == Level.OK);

        dns.txt("_dmarc.example.com", "v=DMARC1; p=reject");
        dns.remove("_dmarc.news.example.com")
                .txt("_dmarc.news.example.com", "v=DMARC1; p=reject; rua=mailto:dmarc@reports.example.com");
        assertThat(dmarc("news.example.com")).allMatch(f -> f.level() == Level.OK);

        dns.txt("_dmarc.gov.example", "v=DMARC1; p=reject; psd=y")
                .txt("_dmarc.city.gov.example", "v=DMARC1; p=reject; rua=mailto:dmarc@gov.example");
        assertThat(worst(dmarc("city.gov.example")).text()).startsWith("gov.example does not agree");
    }

    private List<DomainFinding> dmarc(String domain) {
        return builder(domain).build().run().stream()
                .filter(f -> f.subject() == Subject.DMARC)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            nullValues = "null",
            value = {
                "v=DMARC1; p=none                            | v=DMARC1; p=none; rua=mailto:postmaster@example.com",
                "v=DMARC1; p=none; rua=x                     | null",
                "v=DMARC1; p=none; rua=mailto:a@example.com  | v=DMARC1; p=quarantine; rua=mailto:a@example.com",
                "v=DMARC1; p=maybe                           | null",
                "v=DMARC1; p=none; fo=\u00e9                  | null",
                "v=DMARC1; p=none; x\u00e9                    | null",
                "v=DMARC1; p=none; fo=\u0007; rua=mailto:a@example.com | null"
            })
    void no_more_than_one_policy_is_proposed(String record, String proposed) {
        dns.txt("_dmarc.example.com", record);

        List<DnsRecord> all = run(Subject.DMARC, b -> b).stream()
                .map(DomainFinding::record)
                .filter(Objects::nonNull)
                .toList();

        assertThat(all)
                .isEqualTo(proposed == null ? List.of() : List.of(DnsRecord.txt("_dmarc.example.com", proposed)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "v=DMARC1                         | PROBLEM | p= is missing",
                "v=DMARC1; p=maybe                | PROBLEM | p= is 'maybe'",
                "v=DMARC1; p=reject; p=none       | PROBLEM | the tag p= is there twice",
                "v=DMARC1; reject                 | PROBLEM | 'reject' is no tag",
                "v=DMARC1; p=reject; sp=x         | WARNING | sp= is 'x'",
                "v=DMARC1; p=reject; adkim=x      | WARNING | adkim= is 'x'",
                "v=DMARC1; p=reject; pct=200      | WARNING | pct= is '200'",
                "v=DMARC1; p=reject; pct=50       | ADVICE  | for 50 % of the mail",
                "v=DMARC1; p=none                 | ADVICE  | is not kept out",
                "v=DMARC1; p=reject               | ADVICE  | rua= is missing",
                "v=DMARC1; p=reject; rua=x@a.example | WARNING | rua= has 'x@a.example'",
                "v=dmarc1; p=reject               | PROBLEM | has a DMARC record"
            })
    void policies_are_read(String record, Level level, String text) {
        dns.txt("_dmarc.example.com", record);

        assertThat(run(Subject.DMARC, b -> b))
                .anyMatch(f -> f.level() == level && f.text().contains(text));
    }

    @Test
    void alignment_is_told_for_signature_and_envelope() {
        dns.txt("_dmarc.example.com", "v=DMARC1; p=reject; rua=mailto:a@example.com");
        dns.txt("_dmarc.strict.example.com", "v=DMARC1; p=reject; adkim=s; aspf=s; rua=mailto:a@example.com");

        assertThat(run(Subject.DMARC, b -> b.returnPathDomain("relay.example").key("relay.example", "s", RSA)))
                .extracting(DomainFinding::level)
                .contains(Level.PROBLEM);
        assertThat(run(Subject.DMARC, b -> b.returnPathDomain("relay.example").key("mail.example.com", "s", RSA)))
                .extracting(DomainFinding::level)
                .containsExactly(Level.OK, Level.OK, Level.ADVICE);
        List<DomainFinding> strict = builder("strict.example.com")
                .key("example.com", "s", RSA)
                .build()
                .run();
        assertThat(strict).anyMatch(f -> f.text().contains("adkim=s wants the same domain"));
        List<DomainFinding> below = builder("a.example.com")
                .key("example.com", "s", RSA)
                .returnPathDomain("b.example.com")
                .build()
                .run();
        assertThat(below).filteredOn(f -> f.subject() == Subject.DMARC).allMatch(f -> f.level() == Level.OK);
    }

    @Test
    void a_registry_is_no_organisation() {
        dns.txt("_dmarc.gov.example", "v=DMARC1; p=reject; psd=y").txt("_dmarc.city.gov.example", "v=DMARC1; p=reject");

        List<DomainFinding> all = builder("city.gov.example")
                .returnPathDomain("town.gov.example")
                .build()
                .run();

        assertThat(all).anyMatch(f -> f.text().contains("town.gov.example is not aligned with From"));
    }

    @Test
    void mail_hosts_are_looked_at() {
        assertThat(only(Subject.MX, b -> b).text()).contains("does not exist");
        dns.exists("example.com");
        assertThat(only(Subject.MX, b -> b).text()).contains("no MX record and no address");
        dns.address("example.com", "9.9.9.9");
        assertThat(only(Subject.MX, b -> b).level()).isEqualTo(Level.ADVICE);
        dns.nullMx("example.com");
        assertThat(only(Subject.MX, b -> b).text()).contains("takes no mail, as its null MX says: answers and bounces");
        dns.mx("example.com", 10, "mx.example.com").address("mx.example.com", "9.9.9.10");
        assertThat(only(Subject.MX, b -> b).text()).contains("names mail hosts beside it");

        dns.remove("example.com");
        dns.mx("example.com", 10, "mx.example.com")
                .mx("example.com", 20, "gone.example.com")
                .mx("example.com", 30, "alias.example.com")
                .mx("example.com", 40, "inside.example.com")
                .mx("example.com", 50, "9.9.9.12");
        dns.cname("alias.example.com", "mx.example.com").address("inside.example.com", "10.0.0.1");
        assertThat(run(Subject.MX, b -> b))
                .extracting(DomainFinding::text)
                .containsExactlyInAnyOrder(
                        "the mail host gone.example.com has no address",
                        "the mail host alias.example.com is an alias of mx.example.com; MX records must not name aliases"
                                + " (RFC 2181 §10.3)",
                        "the mail host inside.example.com has addresses that are not of the public Internet: 10.0.0.1",
                        "an MX record of example.com names the address 9.9.9.12; it has to name a host");
        assertThat(run(Subject.MX, b -> b.returnPathDomain("bounces.example.com")))
                .extracting(DomainFinding::text)
                .anyMatch(t -> t.contains("the domain bounces.example.com does not exist: bounces are lost"));
    }

    @Test
    void names_of_addresses_lead_back_and_are_greeted_by() {
        UnaryOperator<DomainCheckBuilder> greeted = b -> b.source(SOURCE).ehlo("mail.example.com");
        dns.ptr("9.9.9.9.in-addr.arpa", "host9.provider.example");
        assertThat(only(Subject.PTR, greeted).text()).isEqualTo("no name of 9.9.9.9 leads back to it");
        assertThat(line(only(Subject.PTR, greeted))).isEqualTo("9.9.9.9.in-addr.arpa. IN PTR mail.example.com.");
        assertThat(line(only(Subject.PTR, from(SOURCE)))).isEqualTo("host9.provider.example. IN A 9.9.9.9");

        dns.address("host9.provider.example", SOURCE);
        assertThat(only(Subject.PTR, greeted).level()).isEqualTo(Level.WARNING);
        assertThat(line(only(Subject.PTR, greeted))).isEqualTo("9.9.9.9.in-addr.arpa. IN PTR mail.example.com.");
        assertThat(only(Subject.PTR, from(SOURCE)).level()).isEqualTo(Level.OK);
        assertThat(worst(run(Subject.PTR, b -> b.source(SOURCE).ehlo("buildbox")))
                        .text())
                .startsWith("EHLO says buildbox,");
        assertThat(only(Subject.PTR, from("192.168.1.1")).text()).contains("receivers see another");
        assertThat(only(Subject.PTR, b -> b).level()).isEqualTo(Level.ADVICE);
    }

    @Test
    void a_name_that_has_an_address_is_left_to_it() {
        UnaryOperator<DomainCheckBuilder> greeted = b -> b.source(SOURCE).ehlo("mail.example.com");
        dns.ptr("9.9.9.9.in-addr.arpa", "mail.example.com");
        assertThat(line(only(Subject.PTR, greeted))).isEqualTo("mail.example.com. IN A 9.9.9.9");

        dns.address("mail.example.com", "2620:fe::9");
        assertThat(only(Subject.PTR, greeted).record()).isNull();
        assertThat(only(Subject.PTR, from(SOURCE)).record()).isNull();
        dns.address("mail.example.com", "9.9.9.10");
        assertThat(only(Subject.PTR, greeted).record()).isNull();
        assertThat(only(Subject.PTR, greeted).advice()).startsWith("let mail.example.com lead to 9.9.9.9, or");
    }

    @Test
    void a_policy_that_takes_all_the_time_is_not_known() {
        dns.txt("_mta-sts.example.com", "v=STSv1; id=1");
        PolicyFetch slow = (domain, deadline) -> {
            while (!deadline.isOver()) {
                Thread.onSpinWait();
            }
            throw new PolicyException(TlsResult.STS_POLICY_FETCH_ERROR, "no time is left", null);
        };

        DomainFinding finding = only(Subject.MTA_STS, b -> b.policies(slow).timeout(Duration.ofSeconds(2)));

        assertThat(finding.level()).isEqualTo(Level.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "mode: enforce, mx: other.example.com, max_age: 1209600 | PROBLEM | does not name the mail host mx.example.com",
                "mode: testing, mx: other.example.com, max_age: 1209600 | WARNING | does not name the mail host mx.example.com",
                "mode: testing, mx: mx.example.com, max_age: 1209600    | ADVICE  | of mode testing",
                "mode: none, max_age: 1209600                           | ADVICE  | of mode none",
                "mode: enforce, mx: mx.example.com, max_age: 60         | ADVICE  | kept for 60 s",
                "mode: all, max_age: 60                                 | PROBLEM | cannot be read: mode is 'all'"
            })
    void policies_of_transport_security_are_read(String policy, Level level, String text) {
        dns.mx("example.com", 1, "mx.example.com").txt("_mta-sts.example.com", "v=STSv1; id=1");
        String file = "version: STSv1\n" + policy.replace(", ", "\n") + '\n';

        assertThat(run(Subject.MTA_STS, b -> b.policies((domain, deadline) -> file)))
                .anyMatch(f -> f.level() == level && f.text().contains(text));
    }

    @Test
    void records_of_transport_security_are_read() {
        dns.txt("_mta-sts.example.com", "v=STSv1; id=1");
        assertThat(only(Subject.MTA_STS, b -> b).text()).isEqualTo("the policy cannot be had: nothing is there");
        dns.txt("_mta-sts.example.com", "v=STSv1; id=2");
        assertThat(only(Subject.MTA_STS, b -> b).text()).contains("has 2 records");
        dns.remove("_mta-sts.example.com").txt("_mta-sts.example.com", "v=STSv1; id=a-b");
        assertThat(only(Subject.MTA_STS, b -> b).text()).contains("cannot be read");

        dns.txt("_smtp._tls.example.com", "v=TLSRPTv1; rua=ftp://x");
        assertThat(only(Subject.TLS_RPT, b -> b).text()).contains("rua= has 'ftp://x'");
        dns.txt("_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:a@example.com");
        assertThat(only(Subject.TLS_RPT, b -> b).text()).contains("has 2 records");
    }

    @ParameterizedTest
    @CsvSource({
        "http://go.example.com/u, PROBLEM",
        "mailto:u@example.com, PROBLEM",
        "https://me:pw@go.example.com/u, PROBLEM",
        "https://9.9.9.9/u, PROBLEM",
        "https://[2620:fe::9]/u, PROBLEM",
        "https://inside.example.com/u, PROBLEM",
        "https://nowhere.example.com/u, PROBLEM",
        "https://sick.example.com/u, UNKNOWN",
        "https://go.example.com/u, OK"
    })
    void urls_for_one_click_are_judged_without_a_request(URI url, Level level) {
        dns.address("go.example.com", "9.9.9.9").address("inside.example.com", "10.0.0.1");
        dns.always("sick.example.com", DnsReaction.servfail());

        DomainFinding finding = only(Subject.UNSUBSCRIBE, b -> b.selector("s1").unsubscribe(url));

        assertThat(finding.level()).isEqualTo(level);
        assertThat(finding.toString()).doesNotContain("pw@").doesNotContain("/u");
    }

    @Test
    void a_name_server_that_fails_leaves_everything_unknown() {
        for (String name : List.of(
                "example.com",
                "s1._domainkey.example.com",
                "_dmarc.example.com",
                "9.9.9.9.in-addr.arpa",
                "_mta-sts.example.com",
                "_smtp._tls.example.com",
                "go.example.com")) {
            dns.always(name, DnsReaction.servfail());
        }

        List<DomainFinding> all = builder("example.com")
                .selector("s1")
                .source(SOURCE)
                .unsubscribe(URI.create("https://go.example.com/u"))
                .build()
                .run();

        assertThat(all).hasSize(Subject.values().length).allMatch(f -> f.level() == Level.UNKNOWN);
        assertThat(all).allMatch(f -> f.text().contains("dns-servfail"));
    }

    @Test
    void a_name_server_that_says_nothing_costs_no_more_than_the_time() {
        dns.always("example.com", DnsReaction.silence()).always("_dmarc.example.com", DnsReaction.garbage());

        List<DomainFinding> all =
                builder("example.com").timeout(Duration.ofMillis(300)).build().run();

        assertThat(all.get(0).level()).isEqualTo(Level.UNKNOWN);
        assertThat(all).filteredOn(f -> f.subject() == Subject.DMARC).first().matches(f -> f.level() == Level.UNKNOWN);
    }

    @Test
    void hostile_zones_cost_little_and_write_nothing() {
        String many = "a:h.example ".repeat(4_000);
        dns.txt("example.com", "v=spf1 " + many + "-all");
        assertThat(worst(run(Subject.SPF, from(SOURCE))).text()).contains("the record has 48011 characters");

        dns.remove("example.com").txt("example.com", "v=spf1 include:i0.example -all");
        for (int i = 0; i < 1_000; i++) {
            dns.txt("i" + i + ".example", "v=spf1 include:i" + (i + 1) + ".example include:j" + i + ".example -all");
        }
        int before = dns.queries().size();
        assertThat(worst(run(Subject.SPF, from(SOURCE))).text()).contains("the record needs more than 50 look-ups");
        assertThat(dns.queries().size() - before).isLessThan(200);

        dns.remove("example.com").txt("example.com", "v=spf1 \u001b[31mred\u0007 \u202e -all");
        DomainFinding finding = worst(run(Subject.SPF, b -> b));
        assertThat(finding.text() + finding.published()).matches("[ -~]*");

        dns.remove("example.com").txt("example.com", "v=spf1 exp=" + "x".repeat(8_000) + ".example -all");
        assertThat(worst(run(Subject.SPF, b -> b)).published()).hasSize(DomainFinding.MAX_PUBLISHED);
    }

    @Test
    void aliases_that_go_round_and_records_without_number_are_bounded() {
        dns.cname("example.com", "b.example.com").cname("b.example.com", "example.com");
        for (int i = 0; i < 500; i++) {
            dns.ptr("9.9.9.9.in-addr.arpa", "h" + i + ".provider.example");
        }

        List<DomainFinding> all = builder("example.com").source(SOURCE).build().run();

        assertThat(all.get(0).text()).contains("dns-alias-loop");
        assertThat(all).anyMatch(f -> f.text().equals("no name of 9.9.9.9 leads back to it"));
        assertThat(dns.queries().size()).isLessThan(60);
    }

    @Test
    void hosts_that_cannot_be_looked_up_are_not_called_missing() {
        dns.mx("example.com", 1, "mx.example.com").always("mx.example.com", DnsType.A, DnsReaction.servfail());

        assertThat(only(Subject.MX, b -> b).level()).isEqualTo(Level.UNKNOWN);
    }

    @Test
    void what_is_no_name_is_refused() {
        assertThatThrownBy(() -> DomainCheck.of("localhost")).hasMessage("\"localhost\" is no domain");
        assertThatThrownBy(() -> DomainCheck.of("a b.example")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DomainCheck.of("example.com").source("mail.example.com"))
                .hasMessageContaining("is no address");
        assertThatThrownBy(() -> DomainCheck.of("example.com").selector("s 1")).hasMessageContaining("is no name");
        assertThatThrownBy(() -> DomainCheck.of("example.com").reportsTo("nobody"))
                .hasMessageContaining("is no address");
        DomainCheckBuilder full = DomainCheck.of("bücher.example");
        for (int i = 0; i < DomainCheckBuilder.MAX_EACH; i++) {
            full.selector("s" + i);
        }
        assertThatThrownBy(() -> full.selector("more")).hasMessageContaining("more than 20 selectors");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.smtp.domain.DomainFinding.Level;
import dev.mailer.smtp.domain.DomainFinding.Subject;
import dev.mailer.testkit.dns.DnsReaction;
import dev.mailer.testkit.dns.ScriptedDnsServer;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records that are proposed hold when they are published, and where that is not known none is proposed. */
class SpfProposalTest {
    private final ScriptedDnsServer dns = ScriptedDnsServer.start();

    @AfterEach
    void close() {
        dns.close();
    }

    private List<DomainFinding> run(UnaryOperator<DomainCheckBuilder> more) {
        DomainCheckBuilder builder = DomainCheck.of("example.com")
                .nameServers("127.0.0.1:" + dns.port())
                .timeout(Duration.ofMinutes(5))
                .source("9.9.9.9");
        return more.apply(builder).build().run().stream()
                .filter(f -> f.subject() == Subject.SPF)
                .toList();
    }

    private DomainFinding only(UnaryOperator<DomainCheckBuilder> more) {
        List<DomainFinding> all = run(more);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "v=spf1 ip4:9.9.9.1 -all | v=spf1 a:h.example ip4:9.9.9.1 ~all | ip4:9.9.9.1 a:h.example include:relay.example ~all",
                "v=spf1 ip4:9.9.9.1 -all | v=spf1 a:h.example -all | ip4:9.9.9.1 a:h.example include:relay.example -all",
                "v=spf1 ip4:9.9.9.1 -all | v=spf1 a:h.example      | ip4:9.9.9.1 a:h.example include:relay.example ~all",
                "v=spf1 ip4:9.9.9.1 -all exp=a.example | v=spf1 INCLUDE:relay.example -all exp=b.example"
                        + "| ip4:9.9.9.1 INCLUDE:relay.example -all exp=a.example",
                "v=spf1 -all ip4:9.9.9.9 | v=spf1 ip4:9.9.9.1 -all | ip4:9.9.9.1 include:relay.example -all"
            })
    void several_spf_records_become_one_with_what_is_given(String one, String other, String terms) {
        dns.txt("relay.example", "v=spf1 ip4:9.9.9.20 -all").address("h.example", "9.9.9.2");
        dns.txt("example.com", one).txt("example.com", other);

        DomainFinding finding = only(b -> b.include("relay.example"));

        assertThat(finding.level()).isEqualTo(Level.PROBLEM);
        assertThat(finding.text()).contains("2 SPF records");
        String proposed = "v=spf1 ip4:9.9.9.9 " + terms;
        assertThat(finding.record()).isEqualTo(DnsRecord.txt("example.com", proposed));
        dns.remove("example.com").txt("example.com", proposed);
        assertThat(run(b -> b.include("relay.example"))).allMatch(f -> f.level() == Level.OK);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "v=spf1 ip4:9.9.9.1 -all      | v=spf1 ip4:9.9.9 a -all | one of the records cannot be read: 'ip4:9.9.9' has no",
                "v=spf1 redirect=a.example    | v=spf1 ip4:9.9.9.1 -all      | by redirect=a.example; put what",
                "v=spf1 -ip4:9.9.9.1 ~all     | v=spf1 ip4:9.9.9.0/24 -all   | '-ip4:9.9.9.1' may keep out",
                "v=spf1 include:no.example    | v=spf1 ip4:9.9.9.0/24 -all   | include:no.example: there is no SPF record",
                "v=spf1 include:open.example  | v=spf1 ip4:9.9.9.0/24 -all   | include:open.example lets anybody send",
                "v=spf1 include:six.example   | v=spf1 include:too.example   | need 14 look-ups, allowed are 10",
                "v=spf1 a:x.example a:y.example | v=spf1 a:z.example         | lead to nothing: a:x.example a:y.example a:z.example",
                "v=spf1 include:sick.example  | v=spf1 ip4:9.9.9.0/24 -all   | what is at sick.example, which it leads to: dns-servfail"
            })
    void what_may_harm_is_not_proposed(String one, String other, String why) {
        dns.txt("open.example", "v=spf1 all").always("sick.example", DnsReaction.servfail());
        dns.address("h.example", "9.9.9.2");
        dns.txt("six.example", "v=spf1 " + "a:h.example ".repeat(6) + "-all")
                .txt("too.example", "v=spf1 " + "a:h.example ".repeat(6) + "-all");
        dns.txt("example.com", one).txt("example.com", other);

        DomainFinding finding = only(b -> b);

        assertThat(finding.record()).isNull();
        assertThat(finding.advice()).startsWith("no record is proposed: ").contains(why);
    }

    @Test
    void an_include_without_a_record_is_not_proposed() {
        UnaryOperator<DomainCheckBuilder> relayed = b -> b.include("no.example");
        dns.exists("example.com");
        assertThat(only(relayed).record()).isNull();
        assertThat(only(relayed).advice()).contains("include:no.example: there is no SPF record");

        dns.txt("example.com", "v=spf1 ip4:9.9.9.1 ?all");
        List<DomainFinding> all = run(relayed);
        assertThat(all).hasSize(3).allMatch(f -> f.record() == null);
        assertThat(all)
                .allMatch(f -> String.valueOf(f.advice()).contains("include:no.example: there is no SPF record"));
    }

    @Test
    void of_more_records_than_are_looked_at_nothing_is_proposed() {
        for (int i = 0; i < Lookups.MAX_RECORDS; i++) {
            dns.txt("example.com", "token=" + i);
        }
        dns.txt("example.com", "v=spf1 ip4:9.9.9.1 -all");

        DomainFinding finding = only(b -> b);

        assertThat(finding.level()).isEqualTo(Level.UNKNOWN);
        assertThat(finding.text()).startsWith("example.com has 100 TXT records or more");
    }
}

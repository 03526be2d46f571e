// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Outcome;
import dev.mailer.testkit.TestClock;
import dev.mailer.testkit.dns.DnsReaction;
import dev.mailer.testkit.dns.DnsType;
import dev.mailer.testkit.dns.ScriptedDnsServer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which TLS a host must show, by what its domain publishes. */
class TlsDemandsTest {
    private static final String TLSA = "_25._tcp.mx.example.com";

    private final ScriptedDnsServer server = ScriptedDnsServer.start();
    private final StubResolver dns = Answers.resolver(TestClock.now(), server);

    @AfterEach
    void close() {
        dns.close();
        server.close();
    }

    @Test
    void nothing_is_published_and_nothing_is_demanded() {
        host("mx.example.com");

        TlsDemand demand = demand(StsDecision.NONE);

        assertThat(demand.kind()).isEqualTo(TlsDemand.Kind.OPPORTUNISTIC);
        assertThat(demand.policy().word()).isEqualTo("no-policy-found");
        assertThat(server.queries(TLSA)).as("the zone is not signed").isEmpty();
    }

    @Test
    void records_of_a_signed_zone_are_demanded() {
        host("mx.example.com");
        server.signed("example.com").tlsa(TLSA, 3, 1, 1, new byte[32]).tlsa(TLSA, 1, 1, 1, new byte[32]);

        TlsDemand demand = demand(sts(StsMode.ENFORCE, "other.example"));

        assertThat(demand.kind()).isEqualTo(TlsDemand.Kind.DANE);
        assertThat(demand.policy().word()).isEqualTo("tlsa");
        assertThat(demand.associations()).as("usage 1 is none for mail").hasSize(1);
        assertThat(demand.names()).containsExactlyInAnyOrder("mx.example.com", "example.com");
    }

    @Test
    void records_that_nobody_understands_demand_encryption() {
        host("mx.example.com");
        server.signed("example.com").tlsa(TLSA, 1, 1, 1, new byte[32]).tlsa(TLSA, 3, 1, 1, new byte[3]);

        assertThat(demand(StsDecision.NONE).kind()).isEqualTo(TlsDemand.Kind.ENCRYPTED);
    }

    @Test
    void records_that_were_not_validated_demand_nothing() {
        host("mx.example.com");
        server.signed("example.com").tlsa(TLSA, 3, 1, 1, new byte[32]);
        StubResolver wary = new StubResolver(Answers.settings(server).trusted(false), TestClock.now());

        assertThat(demand(wary, StsDecision.NONE).kind()).isEqualTo(TlsDemand.Kind.OPPORTUNISTIC);
    }

    @Test
    void records_elsewhere_than_in_the_signed_zone_demand_nothing() {
        server.signed("example.com").mx("example.com", 10, "mx.example.net").address("mx.example.net", "20.1.0.1");
        server.tlsa("_25._tcp.mx.example.net", 3, 1, 1, new byte[32]);

        assertThat(demand(StsDecision.NONE).kind()).isEqualTo(TlsDemand.Kind.OPPORTUNISTIC);
        assertThat(server.queries("_25._tcp.mx.example.net")).isEmpty();
    }

    @Test
    void a_signed_host_of_an_unsigned_domain_demands_nothing() {
        server.signed("example.net").mx("example.com", 10, "mx.example.net").address("mx.example.net", "20.1.0.1");
        server.tlsa("_25._tcp.mx.example.net", 3, 1, 1, new byte[32]);

        assertThat(demand(StsDecision.NONE).kind()).isEqualTo(TlsDemand.Kind.OPPORTUNISTIC);
    }

    @Test
    void records_in_an_unsigned_part_of_the_zone_demand_nothing() {
        host("mx.example.com");
        server.signed("example.com").cname(TLSA, "tlsa.example.net").tlsa("tlsa.example.net", 3, 1, 1, new byte[32]);

        assertThat(demand(StsDecision.NONE).kind()).isEqualTo(TlsDemand.Kind.OPPORTUNISTIC);
    }

    @Test
    void a_host_whose_records_cannot_be_had_is_not_used() {
        host("mx.example.com");
        server.signed("example.com").always(TLSA, DnsType.TLSA, DnsReaction.servfail());

        TlsDemand demand = demand(StsDecision.NONE);

        assertThat(demand.kind()).isEqualTo(TlsDemand.Kind.NOT_USABLE);
        assertThat(demand.problem()).isEqualTo(TlsResult.DNSSEC_INVALID);
        Outcome outcome = demand.refusal("mx.example.com");
        assertThat(outcome.kind()).isEqualTo(Outcome.Kind.DEFERRED);
        assertThat(outcome.scope()).isEqualTo(Outcome.Scope.DESTINATION);
        assertThat(outcome.failure().toString())
                .isEqualTo("dane-failed at TLS 4.7.0: the name servers gave no answer about the certificate of "
                        + "mx.example.com");
    }

    @Test
    void the_name_behind_an_alias_counts_before_the_alias() {
        server.signed("example.com").mx("example.com", 10, "mx.example.com");
        server.cname("mx.example.com", "real.example.com").address("real.example.com", "20.1.0.1");
        server.tlsa(TLSA, 3, 1, 1, new byte[32]);

        assertThat(demand(StsDecision.NONE).names())
                .as("only the alias has records")
                .containsExactlyInAnyOrder("mx.example.com", "example.com");

        server.tlsa("_25._tcp.real.example.com", 3, 1, 2, new byte[64]);
        TlsDemand demand = demand(Answers.resolver(TestClock.now(), server), StsDecision.NONE);
        assertThat(demand.associations()).extracting(TlsaRecord::matching).containsExactly(2);
        assertThat(demand.names()).contains("real.example.com");
    }

    @Test
    void an_enforced_policy_demands_a_certificate_that_verifies() {
        host("mx.example.com");

        TlsDemand demand = demand(sts(StsMode.ENFORCE, "*.example.com"));

        assertThat(demand.kind()).isEqualTo(TlsDemand.Kind.VERIFIED);
        assertThat(demand.policy().word()).isEqualTo("sts");
        assertThat(demand.names()).containsExactly("mx.example.com");
    }

    @Test
    void a_host_that_an_enforced_policy_does_not_name_is_not_used() {
        host("mx.example.com");

        TlsDemand demand = demand(sts(StsMode.ENFORCE, "*.example.net"));

        assertThat(demand.kind()).isEqualTo(TlsDemand.Kind.NOT_USABLE);
        assertThat(demand.refusal("mx.example.com").failure().toString())
                .isEqualTo("sts-refused at TLS 4.7.0: the MTA-STS policy of the domain does not name mx.example.com");
    }

    @Test
    void a_tested_policy_demands_nothing_and_counts() {
        host("mx.example.com");

        TlsDemand named = demand(sts(StsMode.TESTING, "mx.example.com"));
        TlsDemand other = demand(sts(StsMode.TESTING, "mx.example.net"));

        assertThat(List.of(named, other)).allMatch(d -> d.kind() == TlsDemand.Kind.OPPORTUNISTIC && d.isTested());
        assertThat(named.problem()).isEqualTo(TlsResult.SUCCESS);
        assertThat(other.problem()).isEqualTo(TlsResult.VALIDATION_FAILURE);
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsResult.class,
            names = {"STS_POLICY_FETCH_ERROR", "STS_POLICY_INVALID", "STS_WEBPKI_INVALID"})
    void a_policy_that_cannot_be_had_demands_nothing_and_is_told(TlsResult problem) {
        host("mx.example.com");

        TlsDemand demand = demand(new StsDecision(null, problem));

        assertThat(demand.kind()).isEqualTo(TlsDemand.Kind.OPPORTUNISTIC);
        assertThat(demand.problem()).isEqualTo(problem);
        assertThat(demand.policy()).isEqualTo(TlsDemand.PolicyKind.STS);
    }

    private void host(String name) {
        server.mx("example.com", 10, name).address(name, "20.1.0.1");
    }

    private TlsDemand demand(StsDecision sts) {
        return demand(dns, sts);
    }

    private static TlsDemand demand(StubResolver dns, StsDecision sts) {
        MailRoute route =
                (MailRoute) new MxLookup(dns, MxSettings.DEFAULT, new Random(1)).find("example.com", Answers.soon());
        return new TlsDemands(new DaneLookup(dns)).of(route, route.hosts().get(0), 25, sts, Answers.soon());
    }

    private static StsDecision sts(StsMode mode, String mx) {
        return new StsDecision(new StsPolicy(mode, Duration.ofDays(1), List.of(mx)), null);
    }
}

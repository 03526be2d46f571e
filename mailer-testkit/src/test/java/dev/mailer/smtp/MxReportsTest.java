// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.SiteState;
import dev.mailer.api.spi.TlsCount;
import dev.mailer.testkit.dns.DnsReaction;
import dev.mailer.testkit.dns.DnsType;
import dev.mailer.testkit.smtp.Reaction;
import dev.mailer.testkit.smtp.Stage;
import dev.mailer.testkit.smtp.TestTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of the sites: how TLS went with them, and which are slowed down and why. */
class MxReportsTest {
    private static final class Once {
        static final TestTls TLS = TestTls.forNames("mx.example.org");
        static final TestTls OTHER = TestTls.otherHost();
    }

    @Test
    void without_a_policy_tls_is_a_success_and_clear_text_is_not() {
        try (MxRig rig = MxRig.withStartTls(Once.TLS).open("", Once.TLS)) {
            rig.send("jo@example.org");
            rig.send("al@example.org");

            assertThat(rig.server.sessions()).hasSize(1);
            assertCounts(rig, "no-policy-found", 1, Map.of());
        }
        try (MxRig rig = new MxRig().open("", Once.TLS)) {
            assertThat(rig.send("jo@example.org").kind()).isEqualTo(Kind.ACCEPTED);

            assertCounts(rig, "no-policy-found", 0, Map.of("starttls-not-supported", 1L));
        }
    }

    @Test
    void tls_that_fails_is_counted_once_though_mail_goes_on_in_clear() {
        try (MxRig rig = MxRig.withStartTls(Once.TLS).open("", Once.TLS)) {
            rig.server.once(Stage.STARTTLS, Reaction.reply("454 4.7.0 not now"));

            assertThat(rig.send("jo@example.org").kind()).isEqualTo(Kind.ACCEPTED);

            assertThat(rig.server.sessions()).hasSize(2);
            assertCounts(rig, "no-policy-found", 0, Map.of("validation-failure", 1L));
        }
    }

    @Test
    void a_refusal_inside_tls_is_a_success_of_tls() {
        try (MxRig rig =
                MxRig.withStartTls(Once.TLS).policy("enforce", "mx.example.org").open("", Once.TLS)) {
            rig.server.once(Stage.MAIL_FROM, Reaction.reply("451 4.7.1 later"));

            assertThat(rig.send("jo@example.org").kind()).isEqualTo(Kind.DEFERRED);

            assertCounts(rig, "sts", 1, Map.of());
        }
    }

    @Test
    void a_certificate_that_fails_an_enforced_policy_is_told_by_what_is_wrong_with_it() {
        try (MxRig rig =
                MxRig.withStartTls(Once.TLS).policy("enforce", "mx.example.org").open("", Once.OTHER)) {
            assertThat(rig.send("jo@example.org").kind()).isEqualTo(Kind.DEFERRED);

            assertCounts(rig, "sts", 0, Map.of("certificate-not-trusted", 1L));
        }
        try (MxRig rig = MxRig.withStartTls(Once.OTHER)
                .policy("enforce", "mx.example.org")
                .open("", Once.OTHER)) {
            rig.send("jo@example.org");

            assertCounts(rig, "sts", 0, Map.of("certificate-host-mismatch", 1L));
        }
        TestTls expired = TestTls.expired();
        try (MxRig rig =
                MxRig.withStartTls(expired).policy("enforce", "mx.example.org").open("", expired)) {
            rig.send("jo@example.org");

            assertCounts(rig, "sts", 0, Map.of("certificate-expired", 1L));
        }
    }

    @Test
    void a_policy_in_testing_counts_what_it_would_refuse_and_mail_goes_on() {
        try (MxRig rig = MxRig.withStartTls(Once.OTHER)
                .policy("testing", "mx.example.org")
                .open("", Once.TLS)) {
            Outcome outcome = rig.send("jo@example.org");

            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.ACCEPTED);
            assertThat(rig.server.sessions().get(1).secure()).isTrue();
            assertCounts(rig, "sts", 0, Map.of("certificate-not-trusted", 1L));
        }
        try (MxRig rig =
                MxRig.withStartTls(Once.TLS).policy("testing", "mx.example.org").open("", Once.TLS)) {
            rig.send("jo@example.org");

            assertThat(rig.server.sessions()).hasSize(1);
            assertCounts(rig, "sts", 1, Map.of());
        }
        try (MxRig rig = MxRig.withStartTls(Once.TLS)
                .policy("testing", "other.example.org")
                .open("", Once.TLS)) {
            assertThat(rig.send("jo@example.org").kind()).isEqualTo(Kind.ACCEPTED);

            assertCounts(rig, "sts", 0, Map.of("validation-failure", 1L));
        }
    }

    @Test
    void a_host_that_is_not_used_for_its_policy_is_a_failure_without_a_session() {
        try (MxRig rig = MxRig.withStartTls(Once.TLS)
                .policy("enforce", "other.example.org")
                .open("", Once.TLS)) {
            rig.send("jo@example.org");

            assertThat(rig.server.sessions()).isEmpty();
            assertCounts(rig, "sts", 0, Map.of("validation-failure", 1L));
        }
    }

    @Test
    void dane_is_counted_as_tlsa() {
        try (MxRig rig = MxRig.withStartTls(Once.TLS).open("", Once.TLS)) {
            String name = "_" + rig.server.port() + "._tcp.mx.example.org";
            rig.dns.signed("example.org").tlsa(name, 3, 1, 1, new byte[32]);

            assertThat(rig.send("jo@example.org").kind()).isEqualTo(Kind.DEFERRED);

            assertCounts(rig, "tlsa", 0, Map.of("tlsa-invalid", 1L));
        }
        try (MxRig rig = MxRig.withStartTls(Once.TLS).open("", Once.TLS)) {
            String name = "_" + rig.server.port() + "._tcp.mx.example.org";
            rig.dns.signed("example.org").always(name, DnsType.TLSA, DnsReaction.servfail());

            rig.send("jo@example.org");

            assertCounts(rig, "tlsa", 0, Map.of("dnssec-invalid", 1L));
        }
    }

    @Test
    void a_site_is_shown_with_its_connections_and_with_what_slows_it_down(@TempDir Path folder) throws Exception {
        Path rules = Files.writeString(folder.resolve("shaping.conf"), "451 4.7.0 -> suspend 15m\n");
        try (MxRig rig = new MxRig().open("&shaping=" + rules, Once.TLS)) {
            assertThat(rig.transport().sites()).isEmpty();
            rig.send("a@example.org");
            assertThat(rig.transport().sites())
                    .containsExactly(new SiteState("mx:", "mx.example.org", 0, 1, 5, null, null, "", ""));

            rig.server.once(Stage.MAIL_FROM, Reaction.reply("451 4.7.0 too much from you, b@example.org"));
            rig.send("b@example.org");

            assertThat(rig.context.gauge("mailer.sites.slowed")).isEqualTo(1);
            List<SiteState> sites = rig.transport().sites();
            assertThat(sites).hasSize(1);
            assertThat(sites.get(0).rule()).isEqualTo("451 4.7.0 -> suspend 15m");
            assertThat(sites.get(0).reply()).isEqualTo("451 4.7.0 too much from you, ");
            assertThat(sites.get(0).suspendedUntil())
                    .isEqualTo(rig.context.clock().instant().plus(Duration.ofMinutes(15)));
            rig.context.advance(Duration.ofMinutes(15));
            assertThat(rig.context.gauge("mailer.sites.slowed")).isZero();
            assertThat(rig.transport().sites())
                    .as("it ends by itself")
                    .noneMatch(s -> s.suspendedUntil() != null || !s.rule().isEmpty());
        }
    }

    @Test
    void a_site_that_an_operator_releases_gets_mail_at_once(@TempDir Path folder) throws Exception {
        Path rules = Files.writeString(folder.resolve("shaping.conf"), "451 4.7.0 -> suspend 15m\n");
        try (MxRig rig = new MxRig().open("&shaping=" + rules, Once.TLS)) {
            rig.server.once(Stage.MAIL_FROM, Reaction.reply("451 4.7.0 too much"));
            rig.send("a@example.org");
            assertThat(rig.send("b@example.org").isBusy()).isTrue();

            assertThat(rig.transport().releaseSite("mx.example.org")).isTrue();

            assertThat(rig.send("c@example.org").kind()).isEqualTo(Outcome.Kind.ACCEPTED);
            assertThat(rig.transport().releaseSite("mx.example.org")).isFalse();
        }
    }

    private static void assertCounts(MxRig rig, String policy, long successes, Map<String, Long> failures) {
        List<TlsCount> counts = rig.transport().tlsCounts();
        assertThat(counts)
                .extracting(TlsCount::domain, TlsCount::policy, TlsCount::successes, TlsCount::failures)
                .containsExactly(tuple("example.org", policy, successes, failures));
        assertCounted(rig, policy, "success", successes);
        failures.forEach((result, sessions) -> assertCounted(rig, policy, result, sessions));
    }

    private static void assertCounted(MxRig rig, String policy, String result, long sessions) {
        assertThat(rig.context.counted("mailer.smtp.tls", Map.of("policy", policy, "result", result)))
                .as("meter of %s, %s", policy, result)
                .isEqualTo(sessions);
    }
}

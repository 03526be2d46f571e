// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.TlsCount;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TlsReportsTest {
    private static final LocalDate DAY = LocalDate.of(2026, 1, 1);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T23:59:59Z"));
    private final TlsReports reports = new TlsReports(now::get);

    @Test
    void sessions_are_counted_by_domain_policy_and_result() {
        reports.count("example.com", TlsDemand.PolicyKind.STS, TlsResult.SUCCESS);
        reports.count("example.com", TlsDemand.PolicyKind.STS, TlsResult.SUCCESS);
        reports.count("example.com", TlsDemand.PolicyKind.STS, TlsResult.CERTIFICATE_EXPIRED);
        reports.count("example.com", TlsDemand.PolicyKind.TLSA, TlsResult.TLSA_INVALID);
        reports.count("a.example", TlsDemand.PolicyKind.NONE, TlsResult.STARTTLS_NOT_SUPPORTED);

        assertThat(reports.counts())
                .containsExactly(
                        new TlsCount(DAY, "a.example", "no-policy-found", 0, Map.of("starttls-not-supported", 1L)),
                        new TlsCount(DAY, "example.com", "sts", 2, Map.of("certificate-expired", 1L)),
                        new TlsCount(DAY, "example.com", "tlsa", 0, Map.of("tlsa-invalid", 1L)));
    }

    @Test
    void days_are_those_of_utc_and_the_old_ones_go() {
        reports.count("example.com", TlsDemand.PolicyKind.STS, TlsResult.SUCCESS);
        now.set(Instant.parse("2026-01-02T00:00:00Z"));
        reports.count("example.com", TlsDemand.PolicyKind.STS, TlsResult.SUCCESS);

        assertThat(reports.counts()).extracting(TlsCount::day).containsExactly(DAY, DAY.plusDays(1));
        now.updateAndGet(t -> t.plus(Duration.ofDays(2)));
        assertThat(reports.counts()).extracting(TlsCount::day).containsExactly(DAY.plusDays(1));
        reports.count("example.com", TlsDemand.PolicyKind.STS, TlsResult.SUCCESS);
        assertThat(reports.counts()).extracting(TlsCount::day).containsExactly(DAY.plusDays(1), DAY.plusDays(3));
    }

    @Test
    void domains_beyond_the_room_are_not_counted_and_those_before_go_on() {
        for (int i = 0; i < TlsReports.MAX_SUBJECTS + 5; i++) {
            reports.count("d" + i + ".example", TlsDemand.PolicyKind.NONE, TlsResult.SUCCESS);
        }
        reports.count("d0.example", TlsDemand.PolicyKind.NONE, TlsResult.SUCCESS);

        assertThat(reports.counts()).hasSize(TlsReports.MAX_SUBJECTS);
        assertThat(reports.counts().get(0).successes()).isEqualTo(2);
    }

    @Test
    void the_words_are_those_of_the_registry() {
        assertThat(Arrays.stream(TlsResult.values()).map(TlsResult::word))
                .containsExactly(
                        "",
                        "starttls-not-supported",
                        "certificate-host-mismatch",
                        "certificate-expired",
                        "certificate-not-trusted",
                        "validation-failure",
                        "tlsa-invalid",
                        "dnssec-invalid",
                        "dane-required",
                        "sts-policy-fetch-error",
                        "sts-policy-invalid",
                        "sts-webpki-invalid");
    }
}

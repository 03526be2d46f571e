// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.tracking.TrackingPlugin.Rescored;
import dev.mailer.tracking.internal.verdict.Hit;
import dev.mailer.tracking.internal.verdict.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stored hits are judged again by the rules as they are now; nothing that is stored changes. */
class RescoringTest {
    private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");

    private static final Verdict HUMAN = new Verdict(Verdict.Kind.HUMAN, "browser");
    private static final List<String> NETWORKS = List.of("198.51.100.0/24", "192.0.2.128/25");

    private final FakeLedger ledger = new FakeLedger();
    private final FakeEngine engine = new FakeEngine();
    private final TrackingPlugin plugin = TrackedMailTest.tracking()
            .scanners(NETWORKS, Duration.ofSeconds(60))
            .build();
    private boolean installed;

    @Test
    void a_network_that_became_known_later_turns_clicks_soon_after_sending_into_those_of_a_scanner() {
        ledger.add(EventType.SENT, 1, 0, Map.of());
        hit("soon", 1, 10, "198.51.100.0");
        hit("late", 1, 100, "198.51.100.0");
        hit("elsewhere", 1, 10, "203.0.113.0");

        assertThat(rescore()).isEqualTo("3 1");

        Report verdict = engine.reports.get(0);
        assertThat(verdict.type()).isEqualTo(EventType.VERDICT);
        assertThat(verdict.detail())
                .isEqualTo(Map.of("of", "soon", "verdict", "bot", "reason", "scanner-network", "rules", "1"));
    }

    @Test
    void done_again_it_appends_nothing() {
        ledger.add(EventType.SENT, 1, 0, Map.of());
        hit("soon", 1, 10, "198.51.100.0");
        rescore();
        Report verdict = engine.reports.get(0);
        ledger.add(verdict.type(), verdict.deliveryId(), 200, verdict.detail());

        assertThat(rescore()).isEqualTo("1 0");
        assertThat(engine.reports).hasSize(1);
    }

    @Test
    void only_what_came_in_the_time_is_judged() {
        ledger.add(EventType.SENT, 1, -90, Map.of());
        hit("before", 1, -1, "203.0.113.0");
        hit("first", 1, 0, "203.0.113.0");
        hit("last", 1, 86_399, "203.0.113.0");
        hit("behind", 1, 86_400, "203.0.113.0");

        assertThat(rescore()).isEqualTo("2 0");
    }

    @Test
    void events_of_providers_are_left_alone() {
        ledger.add(EventType.OPENED, 1, 5, Map.of("userAgent", "Googlebot"));

        assertThat(rescore()).isEqualTo("0 0");
    }

    @ParameterizedTest
    @CsvSource({"scanner-network, BOT", "apple-privacy, PROXY"})
    void who_it_was_by_the_address_stays_where_that_is_not_kept(String reason, Verdict.Kind kind) {
        ledger.add(EventType.SENT, 1, 0, Map.of());
        hit("hit", 1, 0, 10, null, new Verdict(kind, reason));

        assertThat(rescore()).isEqualTo("1 0");
    }

    @Test
    void a_part_of_an_address_is_not_taken_for_all_of_it() {
        ledger.add(EventType.SENT, 1, 0, Map.of());
        hit("was within", 1, 0, 10, "192.0.2.0", new Verdict(Verdict.Kind.BOT, "scanner-network"));
        hit("may have been", 1, 0, 11, "192.0.2.0", new Verdict(Verdict.Kind.HUMAN, "browser"));
        hit("is within", 1, 0, 12, "192.0.2.200", new Verdict(Verdict.Kind.HUMAN, "browser"));
        hit("is beside", 1, 0, 13, "192.0.2.7", new Verdict(Verdict.Kind.BOT, "scanner-network"));

        assertThat(rescore()).isEqualTo("4 2");
        assertThat(engine.reports).extracting(r -> r.detail().get("of")).containsExactly("is within", "is beside");
    }

    @Test
    void at_the_edges_what_came_before_and_after_counts() {
        int end = 86_400;
        hit("a", 1, 1, -2, null, HUMAN);
        hit("b", 1, 2, -1, null, HUMAN);
        hit("third of a burst", 1, 3, 1, null, HUMAN);
        hit("first of a burst", 2, 1, end - 1, null, HUMAN);
        hit("c", 2, 2, end, null, HUMAN);
        hit("d", 2, 3, end + 1, null, HUMAN);

        assertThat(rescore()).isEqualTo("2 2");
        assertThat(engine.reports)
                .extracting(r -> r.detail().get("of"))
                .containsExactly("third of a burst", "first of a burst");
    }

    @Test
    void a_burst_stays_one_though_a_part_of_it_was_not_stored() {
        hit("third", 1, 3, 10, null, new Verdict(Verdict.Kind.BOT, "burst"));
        hit("trapped", 2, 3, 10, null, new Verdict(Verdict.Kind.BOT, "trap"));

        assertThat(rescore()).isEqualTo("2 0");
    }

    @Test
    void it_begins_at_the_time_and_ends_behind_it() {
        for (int i = 0; i < 60_000; i++) {
            ledger.add(EventType.QUEUED, 1, (i - 30_000) * 10, Map.of());
            if (i == 31_000) {
                hit("hit", 1, 1, 10_000, null, HUMAN);
            }
        }
        ledger.looked = 0;

        assertThat(rescore()).isEqualTo("1 0");
        assertThat(ledger.looked).isLessThan(45_000);
    }

    /** One delivery's hits and verdicts, more than any timeline shows. */
    @Test
    void all_hits_of_a_delivery_are_judged_again_however_many_there_are() {
        int all = 2_400;
        ledger.add(EventType.SENT, 1, -60, Map.of());
        for (int i = 0; i < all; i++) {
            hit("hit" + i, 1, 1, i * 10, null, new Verdict(Verdict.Kind.BOT, "crawler"));
        }

        assertThat(rescore()).isEqualTo(all + " " + all);

        engine.reports.forEach(r -> ledger.add(r.type(), r.deliveryId(), 90_000, r.detail()));
        assertThat(rescore()).isEqualTo(all + " 0");
        assertThat(engine.reports)
                .extracting(r -> r.detail().get("of"))
                .doesNotHaveDuplicates()
                .hasSize(all);
    }

    @Test
    void a_part_ends_where_the_next_one_begins() {
        installed();
        for (int i = 1; i <= 3 * Rescoring.DELIVERIES; i++) {
            hit("hit" + i, i, 1, i, null, HUMAN);
        }

        Rescored first = plugin.rescore(ledger.events(), DAY, DAY.plus(Duration.ofDays(1)), 0);

        assertThat(first.more()).isTrue();
        assertThat(first.hits()).isBetween(Rescoring.DELIVERIES, Rescoring.DELIVERIES + Rescoring.PAGE);
        assertThat(rescore()).isEqualTo(3 * Rescoring.DELIVERIES + " 0");
    }

    private void installed() {
        if (!installed) {
            plugin.configure(engine);
            installed = true;
        }
    }

    /** Hits and changes of all parts. */
    private String rescore() {
        installed();
        int hits = 0;
        int changed = 0;
        Rescored part = new Rescored(0, 0, 0, true);
        while (part.more()) {
            part = plugin.rescore(ledger.events(), DAY, DAY.plus(Duration.ofDays(1)), part.position());
            hits += part.hits();
            changed += part.changed();
        }
        return hits + " " + changed;
    }

    private void hit(String id, long delivery, int seconds, @Nullable String address) {
        hit(id, delivery, 1, seconds, address, HUMAN);
    }

    private void hit(String id, long delivery, int link, int seconds, @Nullable String address, Verdict verdict) {
        Hit hit = new Hit(
                id,
                Hit.Kind.CLICK,
                delivery,
                link,
                DAY,
                DAY.plusSeconds(seconds),
                false,
                null,
                Asking.BROWSER,
                address);
        Report report = HitDetail.event(hit, verdict, "https://a.example/", address);
        ledger.add(report.type(), delivery, seconds, report.detail());
    }
}

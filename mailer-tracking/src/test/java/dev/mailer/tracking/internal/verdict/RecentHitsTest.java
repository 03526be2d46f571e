// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.internal.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RecentHitsTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Verdict HUMAN = new Verdict(Verdict.Kind.HUMAN, "browser");

    private final RecentHits recent = new RecentHits();

    @Test
    void what_is_remembered_stays_within_its_bytes() {
        for (int i = 0; i < 3 * RecentHits.BYTES / 200; i++) {
            see(i / 50, NOON, "i".repeat(36) + i);
        }

        assertThat(recent.bytes()).isLessThanOrEqualTo(RecentHits.BYTES).isGreaterThan(RecentHits.BYTES / 2);
        assertThat(recent.deliveries()).isLessThan(RecentHits.DELIVERIES);
    }

    @Test
    void nothing_of_what_somebody_says_of_himself_is_remembered() {
        see(1, NOON, "one");
        long short1 = recent.bytes();
        Hit said =
                new Hit("two", Hit.Kind.CLICK, 2, 1, NOON, NOON, false, "p".repeat(64), "u".repeat(512), "203.0.113.7");
        recent.hasRoom(said);
        recent.add(said, HUMAN);

        assertThat(recent.bytes()).isEqualTo(2 * short1);
    }

    @Test
    void a_delivery_that_nothing_came_from_for_long_is_forgotten() {
        for (int i = 0; i < 100; i++) {
            see(i, NOON, "hit" + i);
        }
        see(7, NOON.plus(RecentHits.KEPT), "later");

        see(1_000, NOON.plus(RecentHits.KEPT).plus(Duration.ofMillis(1)), "new");

        assertThat(recent.deliveries()).isEqualTo(2);
        Hit click = hit(7, NOON.plus(RecentHits.KEPT), "same");
        assertThat(recent.clicks(click, Duration.ofSeconds(5))).hasSize(1);
        see(7, NOON.plus(RecentHits.KEPT.multipliedBy(5)), "much later");
        assertThat(recent.deliveries()).isEqualTo(1);
    }

    @Test
    void the_latest_deliveries_are_kept() {
        for (int i = 0; i < RecentHits.DELIVERIES + 50; i++) {
            see(i, NOON, "hit" + i);
        }

        assertThat(recent.deliveries()).isEqualTo(RecentHits.DELIVERIES);
        assertThat(recent.clicks(hit(RecentHits.DELIVERIES, NOON, "x"), Duration.ofSeconds(5)))
                .hasSize(1);
    }

    private void see(long delivery, Instant at, String id) {
        Hit hit = hit(delivery, at, id);
        assertThat(recent.hasRoom(hit)).isTrue();
        recent.add(hit, HUMAN);
    }

    private static Hit hit(long delivery, Instant at, String id) {
        return new Hit(id, Hit.Kind.CLICK, delivery, 1, NOON, at, false, null, null, null);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SettlementRulesTest {
    private static final Instant BEGIN = Instant.parse("2026-09-05T03:04:05Z");
    private static final Failure FULL =
            Failure.builder("too-many-recipients", Phase.RCPT_TO).code(452).build();

    private final SettlementRules rules = new SettlementRules(
            new RetrySchedule(Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofDays(1), 0), new Random(1));
    private final Claim claim = TestClaims.claim(1, 1, "a.example");

    @Test
    void a_deferral_burns_a_retry_and_waits_at_least_as_long_as_the_schedule_says() {
        Settlement settled = settle(Outcome.deferred(Outcome.Scope.RECIPIENT, FULL, Duration.ofSeconds(1)), BEGIN);

        assertThat(settled.retries()).isEqualTo(1);
        assertThat(settled.dueAt()).isEqualTo(BEGIN.plus(Duration.ofMinutes(5)));
    }

    @Test
    void what_nobody_looked_at_comes_again_at_once_and_burns_no_retry() {
        Settlement settled = settle(Outcome.untried(FULL, Duration.ofSeconds(1)), BEGIN);

        assertThat(settled.state()).isEqualTo(DeliveryState.DEFERRED);
        assertThat(settled.event()).isEqualTo(EventType.DEFERRED);
        assertThat(settled.failure()).isEqualTo(FULL);
        assertThat(settled.retries()).isZero();
        assertThat(settled.dueAt()).isEqualTo(BEGIN.plusSeconds(1));
    }

    @Test
    void what_nobody_looked_at_ends_with_its_lifetime_too() {
        Settlement settled = settle(Outcome.untried(FULL, Duration.ofSeconds(1)), BEGIN.plus(Duration.ofDays(1)));

        assertThat(settled.state()).isEqualTo(DeliveryState.EXPIRED);
    }

    @Test
    void a_mail_without_a_route_waits_for_better_settings() {
        Settlement settled = rules.heldBack(claim, 7, FULL, null, BEGIN);

        assertThat(settled.state()).isEqualTo(DeliveryState.DEFERRED);
        assertThat(settled.event()).isEqualTo(EventType.DEFERRED);
        assertThat(settled.retries()).isZero();
        assertThat(settled.dueAt()).isBetween(BEGIN.plusSeconds(30), BEGIN.plusSeconds(45));
    }

    @Test
    void wrong_settings_are_tried_less_and_less_often_up_to_some_minutes() {
        List<Duration> waits = new ArrayList<>();
        for (int attempt : new int[] {1, 2, 3, 6, 1_000}) {
            Settlement settled =
                    rules.ofOutcome(claim.withAttempt(attempt), 7, Outcome.misconfigured(FULL), "smtp", BEGIN, BEGIN);
            assertThat(settled.retries()).isZero();
            waits.add(Duration.between(BEGIN, settled.dueAt()));
        }

        assertThat(waits.get(1)).isBetween(Duration.ofMinutes(1), Duration.ofSeconds(90));
        assertThat(waits.get(2)).isBetween(Duration.ofMinutes(2), Duration.ofMinutes(3));
        assertThat(waits.subList(3, 5))
                .allMatch(w -> w.compareTo(Duration.ofMinutes(10)) >= 0 && w.compareTo(Duration.ofMinutes(15)) <= 0);
    }

    @Test
    void wrong_settings_end_with_the_lifetime_and_the_last_refusal() {
        Settlement settled = settle(Outcome.misconfigured(FULL), BEGIN.plus(Duration.ofDays(1)));

        assertThat(settled.state()).isEqualTo(DeliveryState.EXPIRED);
        assertThat(settled.failure().reason()).isEqualTo("expired");
        assertThat(settled.failure().code()).isEqualTo(452);
        assertThat(settled.failure().text()).contains("too-many-recipients");
    }

    @Test
    void a_suspect_that_is_put_off_stays_one_that_is_tried_alone() {
        Claim suspect = claim.withCrashes(SettlementRules.CRASHES_BEFORE_ALONE);

        Settlement settled = rules.putOff(suspect, 7, Duration.ofSeconds(10), BEGIN);

        assertThat(settled.state()).isEqualTo(DeliveryState.QUEUED);
        assertThat(settled.alone()).isTrue();
        assertThat(settled.dueAt()).isAfter(BEGIN);
        assertThat(settled.crashes()).isEqualTo(SettlementRules.CRASHES_BEFORE_ALONE);
    }

    @Test
    void what_waits_for_a_time_that_is_known_comes_soon_after_it() {
        Failure why = SettlementRules.ours("site-suspended", "it asked for patience");

        Settlement settled = rules.putOff(claim, 7, Duration.ofHours(4), why, BEGIN, BEGIN);

        assertThat(settled.dueAt())
                .isBetween(
                        BEGIN.plus(Duration.ofHours(4)),
                        BEGIN.plus(Duration.ofHours(4)).plusSeconds(30));
    }

    @Test
    void what_cannot_be_read_counts_like_a_crash_and_fails_in_the_end() {
        Settlement first = rules.unreadable(claim, 7, "no such state", BEGIN);
        Settlement last = rules.unreadable(claim.withCrashes(2), 7, "no such state", BEGIN);

        assertThat(first.state()).isEqualTo(DeliveryState.DEFERRED);
        assertThat(first.crashes()).isEqualTo(1);
        assertThat(last.state()).isEqualTo(DeliveryState.FAILED);
        assertThat(last.failure().reason()).isEqualTo("content-corrupt");
    }

    private Settlement settle(Outcome outcome, Instant now) {
        return rules.ofOutcome(claim, 7, outcome, "smtp", BEGIN, now);
    }
}

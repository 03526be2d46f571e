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
        Settlement settled = rules.unroutable(claim, 7, BEGIN);

        assertThat(settled.state()).isEqualTo(DeliveryState.DEFERRED);
        assertThat(settled.retries()).isZero();
        assertThat(settled.dueAt()).isBetween(BEGIN.plusSeconds(30), BEGIN.plusSeconds(45));
    }

    private Settlement settle(Outcome outcome, Instant now) {
        return rules.ofOutcome(claim, 7, outcome, "smtp", BEGIN, now);
    }
}

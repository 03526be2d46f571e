// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.spi.DeliveryReports.Report;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class IntakeTest {
    private final Intake intake = new Intake(10);
    private int reported;

    private void report(EventType type, int times) {
        for (int i = 0; i < times; i++) {
            CompletableFuture<?> unused =
                    intake.report(new Report("ses", "event-" + reported++, type, 1, Instant.EPOCH, null, Map.of()));
        }
    }

    /** Sizes of the rounds until nothing waits, and that each report is in one, in order. */
    private List<Integer> rounds() throws InterruptedException {
        intake.close();
        List<Integer> sizes = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (Round round = intake.take(); round != null; round = intake.take()) {
            sizes.add(round.reports.size());
            round.reports.forEach(r -> ids.add(r.report.eventId()));
        }
        assertThat(ids).hasSize(reported);
        for (int i = 0; i < reported; i++) {
            assertThat(ids.get(i)).isEqualTo("event-" + i);
        }
        return sizes;
    }

    @Test
    void many_reports_that_only_add_an_event_go_into_one_round() throws Exception {
        report(EventType.OPENED, 4_500);

        assertThat(rounds()).containsExactly(2_000, 2_000, 500);
    }

    @Test
    void few_reports_that_list_a_recipient_go_into_one_round() throws Exception {
        report(EventType.BOUNCED, 150);
        report(EventType.COMPLAINED, 60);

        assertThat(rounds()).containsExactly(100, 100, 10);
    }

    @Test
    void a_round_of_both_kinds_has_no_more_work_than_one_of_either() throws Exception {
        report(EventType.OPENED, 1_990);
        report(EventType.BOUNCED, 1);
        report(EventType.CLICKED, 3);

        assertThat(rounds()).containsExactly(1_990, 4);
    }
}

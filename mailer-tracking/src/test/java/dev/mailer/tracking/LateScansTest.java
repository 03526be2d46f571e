// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.DeliveryReports.Result;
import dev.mailer.tracking.HitTokens.Target;
import dev.mailer.tracking.internal.verdict.Hit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A click soon after sending is a scanner's also where the mail waited before. */
class LateScansTest {
    private static final Instant ACCEPTED = Instant.parse("2026-03-01T00:00:00Z");
    private static final int NINE_HOURS = 9 * 3_600;
    private static final String SCANNER = "198.51.100.7";

    private final FakeLedger ledger = new FakeLedger();
    private final FakeEngine engine = new FakeEngine();
    private final BlockingQueue<Report> verdicts = new LinkedBlockingQueue<>();
    private final TrackingPlugin plugin = TrackedMailTest.tracking()
            .scanners(List.of("198.51.100.0/24"), Duration.ofSeconds(60))
            .build();

    LateScansTest() {
        plugin.configure(engine);
        engine.start(ledger.events());
        engine.store = report -> {
            if (report.type() == EventType.VERDICT) {
                verdicts.add(report);
            }
            return CompletableFuture.completedFuture(Result.APPLIED);
        };
    }

    @AfterEach
    void close() {
        plugin.close();
    }

    @Test
    void a_mail_that_waited_nine_hours_was_scanned_seconds_after_it_was_sent() throws Exception {
        ledger.add(EventType.DEFERRED, 1, 60, Map.of());
        ledger.add(EventType.SENT, 1, NINE_HOURS, Map.of());

        click(1, NINE_HOURS + 3, SCANNER);

        String hit = engine.reports.get(0).detail().get("hit");
        assertThat(engine.reports.get(0).detail()).containsEntry("verdict", "human");
        Report verdict = next();
        assertThat(verdict.deliveryId()).isEqualTo(1);
        assertThat(verdict.detail())
                .isEqualTo(Map.of("of", hit, "verdict", "bot", "reason", "scanner-network", "rules", "1"));
    }

    @Test
    void a_click_before_the_sending_is_told_is_one_of_the_same_moment() throws Exception {
        ledger.add(EventType.QUEUED, 1, 0, Map.of());
        ledger.add(EventType.SENT, 2, NINE_HOURS, Map.of());

        click(1, NINE_HOURS, SCANNER);
        click(2, NINE_HOURS - 1, SCANNER);

        assertThat(List.of(next().deliveryId(), next().deliveryId())).containsExactly(1L, 2L);
    }

    @Test
    void what_may_have_been_sent_counts_from_when_that_was_found() throws Exception {
        ledger.add(EventType.AMBIGUOUS, 1, NINE_HOURS, Map.of());
        ledger.add(EventType.AMBIGUOUS, 2, NINE_HOURS, Map.of());

        click(1, NINE_HOURS + 61, SCANNER);
        click(2, NINE_HOURS + 59, SCANNER);

        assertThat(next().deliveryId()).as("the first was a person's").isEqualTo(2);
    }

    @Test
    void later_clicks_stay_those_of_people_and_so_do_those_from_elsewhere() throws Exception {
        for (int delivery = 1; delivery < 4; delivery++) {
            ledger.add(EventType.SENT, delivery, NINE_HOURS, Map.of());
        }

        click(1, NINE_HOURS + 60, SCANNER);
        click(2, NINE_HOURS + 3, "203.0.113.77");
        click(3, NINE_HOURS + 3, SCANNER);

        assertThat(next().deliveryId()).as("the ones before were people's").isEqualTo(3);
    }

    @Test
    void an_answer_waits_for_no_look_up_and_what_is_too_much_is_counted() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch on = new CountDownLatch(1);
        ledger.beforeRead = delivery -> {
            reading.countDown();
            await(on);
        };
        int most = LateScans.WAITING + 1;
        for (int delivery = 1; delivery <= most + 10; delivery++) {
            ledger.add(EventType.SENT, delivery, NINE_HOURS, Map.of());
        }

        click(1, NINE_HOURS + 3, SCANNER);
        await(reading);
        for (int delivery = 2; delivery <= most + 10; delivery++) {
            click(delivery, NINE_HOURS + 3, SCANNER);
        }

        assertThat(engine.counts)
                .filteredOn(c -> c.equals("mailer.tracking.unchecked{reason=overload}"))
                .hasSize(10);
        on.countDown();
        for (int delivery = 1; delivery <= most; delivery++) {
            assertThat(next().deliveryId()).isEqualTo(delivery);
        }
    }

    @Test
    void what_cannot_be_looked_up_keeps_its_verdict_and_is_counted() throws Exception {
        ledger.add(EventType.SENT, 1, NINE_HOURS, Map.of());
        ledger.add(EventType.SENT, 2, NINE_HOURS, Map.of());
        ledger.beforeRead = delivery -> {
            if (delivery == 1) {
                throw new IllegalStateException("gone");
            }
        };

        click(1, NINE_HOURS + 3, SCANNER);
        click(2, NINE_HOURS + 3, SCANNER);

        assertThat(next().deliveryId()).isEqualTo(2);
        assertThat(engine.counts).contains("mailer.tracking.unchecked{reason=unavailable}");
    }

    private void click(long delivery, int seconds, String from) {
        engine.now = ACCEPTED.plusSeconds(seconds);
        String token = new HitTokens(new FakeTokens())
                .token(Hit.Kind.CLICK, new Target(delivery, ACCEPTED, 1, "https://shop.example/"));
        String path = TrackingEndpoint.path(Hit.Kind.CLICK, token);
        assertThat(engine.ask(new Asking("GET", path).from(from)).status()).isEqualTo(302);
    }

    private Report next() throws InterruptedException {
        Report verdict = verdicts.poll(60, TimeUnit.SECONDS);
        assertThat(verdict).isNotNull();
        return verdict;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

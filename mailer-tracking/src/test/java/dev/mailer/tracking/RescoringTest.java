// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.DeliveryReports;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.EventFilter;
import dev.mailer.api.spi.EventStore;
import dev.mailer.tracking.TrackingPlugin.Rescored;
import dev.mailer.tracking.internal.verdict.Hit;
import dev.mailer.tracking.internal.verdict.Verdict;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Stored hits are judged again by the rules as they are now; nothing that is stored changes. */
class RescoringTest {
    private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");

    private final List<MailEvent> feed = new ArrayList<>();
    private final DeliveryReports reports = new FakeEngine();
    private final TrackingPlugin plugin = TrackedMailTest.tracking()
            .scanners(List.of("198.51.100.0/24"), Duration.ofSeconds(60))
            .build();

    @Test
    void a_network_that_became_known_later_turns_clicks_soon_after_sending_into_those_of_a_scanner() {
        add(EventType.SENT, 1, 0, Map.of());
        hit("soon", 1, 10, "198.51.100.0");
        hit("late", 1, 100, "198.51.100.0");
        hit("elsewhere", 1, 10, "203.0.113.0");
        hit("never sent", 2, 0, "198.51.100.0");

        assertThat(rescore()).isEqualTo(new Rescored(4, 1));

        Report verdict = reported().get(0);
        assertThat(verdict.type()).isEqualTo(EventType.VERDICT);
        assertThat(verdict.detail())
                .isEqualTo(Map.of("of", "soon", "verdict", "bot", "reason", "scanner-network", "rules", "1"));
    }

    @Test
    void done_again_it_appends_nothing() {
        add(EventType.SENT, 1, 0, Map.of());
        hit("soon", 1, 10, "198.51.100.0");
        rescore();
        Report verdict = reported().get(0);
        add(verdict.type(), verdict.deliveryId(), 200, verdict.detail());

        assertThat(rescore()).isEqualTo(new Rescored(1, 0));
        assertThat(reported()).hasSize(1);
    }

    @Test
    void only_what_came_in_the_time_is_judged() {
        add(EventType.SENT, 1, -90, Map.of());
        hit("before", 1, -1, "203.0.113.0");
        hit("first", 1, 0, "203.0.113.0");
        hit("last", 1, 86_399, "203.0.113.0");
        hit("behind", 1, 86_400, "203.0.113.0");

        assertThat(rescore()).isEqualTo(new Rescored(2, 0));
    }

    @Test
    void events_of_providers_are_left_alone() {
        add(EventType.OPENED, 1, 5, Map.of("userAgent", "Googlebot"));

        assertThat(rescore()).isEqualTo(new Rescored(0, 0));
    }

    private Rescored rescore() {
        return plugin.rescore(store(), reports, DAY, DAY.plus(Duration.ofDays(1)), DAY.plus(Duration.ofDays(2)));
    }

    private List<Report> reported() {
        return ((FakeEngine) reports).reports;
    }

    private void hit(String id, long delivery, int seconds, @Nullable String address) {
        Hit hit = new Hit(
                id, Hit.Kind.CLICK, delivery, 1, DAY, DAY.plusSeconds(seconds), false, null, Asking.BROWSER, address);
        Report report = HitDetail.event(hit, new Verdict(Verdict.Kind.HUMAN, "browser"), "https://a.example/", address);
        add(report.type(), delivery, seconds, report.detail());
    }

    private void add(EventType type, long delivery, int seconds, Map<String, String> detail) {
        feed.add(MailEvent.builder(type, DAY.plusSeconds(seconds), "default")
                .id(feed.size() + 1L)
                .delivery(delivery, "jo@example.org")
                .detail(detail)
                .build());
    }

    /** A feed that is read only, by its one method. */
    private EventStore store() {
        return (EventStore) Proxy.newProxyInstance(
                EventStore.class.getClassLoader(), new Class<?>[] {EventStore.class}, (proxy, method, args) -> {
                    if (!method.getName().equals("read") || args.length != 3) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    EventFilter filter = (EventFilter) args[0];
                    int after = (int) (long) (Long) args[1];
                    int end = Math.min(feed.size(), after + 2);
                    List<EventStore.Positioned> found = new ArrayList<>();
                    for (int i = after; i < end; i++) {
                        if (filter.takes(feed.get(i))) {
                            found.add(new EventStore.Positioned(i + 1, feed.get(i)));
                        }
                    }
                    return new EventStore.Part(found, end, end < feed.size());
                });
    }
}

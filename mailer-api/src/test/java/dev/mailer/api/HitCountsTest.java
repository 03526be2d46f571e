// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HitCountsTest {
    private final List<MailEvent> events = new ArrayList<>();

    @Test
    void all_are_counted_and_those_that_fetch_unasked_apart() {
        add(EventType.QUEUED, Map.of());
        add(EventType.OPENED, Map.of("hit", "1", "verdict", "human"));
        add(EventType.OPENED, Map.of("hit", "2", "verdict", "proxy", "reason", "mail-proxy"));
        add(EventType.OPENED, Map.of("hit", "3", "verdict", "bot"));
        add(EventType.OPENED, Map.of("hit", "6", "verdict", "proxy", "reason", "apple-privacy"));
        add(EventType.OPENED, Map.of("hit", "7", "verdict", "prefetch", "reason", "purpose"));
        add(EventType.OPENED, Map.of("hit", "8", "verdict", "unknown", "reason", "no-user-agent"));
        add(EventType.CLICKED, Map.of("hit", "4", "verdict", "bot", "link", "trap"));
        add(EventType.CLICKED, Map.of("hit", "5", "verdict", "human"));

        assertThat(HitCounts.of(events)).isEqualTo(new HitCounts(6, 3, 2, 1));
    }

    @Test
    void the_newest_verdict_counts() {
        add(EventType.CLICKED, Map.of("hit", "1", "verdict", "human"));
        add(EventType.CLICKED, Map.of("hit", "2", "verdict", "human"));
        add(EventType.VERDICT, Map.of("of", "1", "verdict", "bot"));
        add(EventType.VERDICT, Map.of("of", "2", "verdict", "bot"));
        add(EventType.VERDICT, Map.of("of", "2", "verdict", "human"));
        add(EventType.VERDICT, Map.of("of", "9", "verdict", "bot"));

        assertThat(HitCounts.of(events)).isEqualTo(new HitCounts(0, 0, 2, 1));
    }

    @Test
    void the_order_of_the_events_does_not_matter() {
        add(EventType.VERDICT, Map.of("of", "1", "verdict", "bot"), 20);
        add(EventType.VERDICT, Map.of("of", "1", "verdict", "human"), 10);
        add(EventType.VERDICT, Map.of("of", "2", "verdict", "human"), 20);
        add(EventType.CLICKED, Map.of("hit", "1", "verdict", "human"), 30);
        add(EventType.CLICKED, Map.of("hit", "2", "verdict", "bot"), 5);
        add(EventType.VERDICT, Map.of("of", "2", "verdict", "bot"), 10);

        for (int i = 0; i < events.size(); i++) {
            Collections.rotate(events, 1);
            assertThat(HitCounts.of(events)).isEqualTo(new HitCounts(0, 0, 2, 1));
        }
    }

    @Test
    void what_an_erasure_leaves_of_a_hit_is_nobody_s() {
        add(EventType.OPENED, Map.of());
        add(EventType.CLICKED, Map.of());
        add(EventType.VERDICT, Map.of());

        assertThat(HitCounts.of(events)).isEqualTo(new HitCounts(1, 0, 1, 0));
    }

    @Test
    void what_a_provider_tells_without_a_verdict_counts_as_a_person_s() {
        add(EventType.OPENED, Map.of("userAgent", "x"));

        assertThat(new Trace(
                                MessageStatus.builder(
                                                MessageId.of("00000000-0000-7000-8000-000000000001"), Instant.EPOCH)
                                        .build(),
                                events)
                        .hits())
                .isEqualTo(new HitCounts(1, 1, 0, 0));
        assertThat(HitCounts.of(List.of())).isEqualTo(new HitCounts(0, 0, 0, 0));
    }

    private void add(EventType type, Map<String, String> detail) {
        add(type, detail, 0);
    }

    private void add(EventType type, Map<String, String> detail, int seconds) {
        events.add(MailEvent.builder(type, Instant.EPOCH.plusSeconds(seconds), "default")
                .id(events.size() + 1L)
                .delivery(1, "jo@example.org")
                .detail(detail)
                .build());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DnsCacheTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final DnsCache<String> cache = new DnsCache<>(now::get, 10_000);

    @Test
    void an_answer_is_kept_until_it_expires() {
        cache.put("a", answer("1"), 10);

        assertThat(cache.get("a")).isEqualTo(answer("1"));
        now.set(Instant.EPOCH.plusSeconds(60));
        assertThat(cache.get("a")).isNull();
        assertThat(cache.size()).isZero();
    }

    @Test
    void octets_are_bounded_and_what_nobody_asked_for_goes_first() {
        for (int i = 0; i < 10; i++) {
            cache.put("n" + i, answer("x"), 700);
        }
        assertThat(cache.size()).isEqualTo(10);

        cache.get("n0");
        cache.put("more", answer("x"), 700);

        assertThat(cache.size()).isEqualTo(10);
        assertThat(cache.get("n0")).isNotNull();
        assertThat(cache.get("n1")).isNull();
        assertThat(cache.get("more")).isNotNull();
    }

    @Test
    void an_answer_replaces_the_one_before_and_its_octets() {
        for (int i = 0; i < 1_000; i++) {
            cache.put("a", answer(Integer.toString(i)), 700);
        }
        for (int i = 0; i < 9; i++) {
            cache.put("n" + i, answer("x"), 700);
        }

        assertThat(cache.size()).isEqualTo(10);
        assertThat(cache.get("a")).isEqualTo(answer("999"));
    }

    @Test
    void an_answer_larger_than_all_is_not_kept() {
        cache.put("a", answer("1"), 10);
        cache.put("b", answer("2"), 10_000);

        assertThat(cache.get("a")).isNotNull();
        assertThat(cache.get("b")).isNull();
    }

    private static DnsAnswer<String> answer(String text) {
        return new DnsAnswer<>(DnsAnswer.Kind.RECORDS, List.of(text), "name", false, Duration.ofSeconds(60), "");
    }
}

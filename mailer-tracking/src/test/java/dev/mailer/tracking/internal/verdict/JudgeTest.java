// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.internal.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.tracking.internal.verdict.Verdict.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules beyond a program's name for itself. */
class JudgeTest {
    private static final String BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
    private static final String APPLE_MAIL =
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)";
    private static final Instant SENT = Instant.parse("2026-03-01T12:00:00Z");

    private final Judge judge = new Judge(Networks.of("scanners", List.of("198.51.100.0/24")), Duration.ofSeconds(60));
    private int hits;

    @Test
    void a_click_from_a_network_of_scanners_soon_after_sending_is_theirs() {
        assertThat(judge(click(1, 1, 59, "198.51.100.7"))).isEqualTo(new Verdict(Kind.BOT, "scanner-network"));
        assertThat(judge(click(2, 1, 60, "198.51.100.7"))).isEqualTo(new Verdict(Kind.HUMAN, "browser"));
        assertThat(judge(click(3, 1, 1, "198.51.101.7"))).isEqualTo(new Verdict(Kind.HUMAN, "browser"));
    }

    @Test
    void many_links_at_once_are_a_program_and_the_first_of_them_too() {
        Hit first = click(1, 1, 100, null);
        Hit second = click(1, 2, 101, null);
        assertThat(judge(first).kind()).isEqualTo(Kind.HUMAN);
        assertThat(judge(second).kind()).isEqualTo(Kind.HUMAN);

        Judge.Finding third = judge.judge(click(1, 3, 102, null));

        Verdict burst = new Verdict(Kind.BOT, "burst");
        assertThat(third.verdict()).isEqualTo(burst);
        assertThat(third.later())
                .containsExactly(new Judge.Later(first.id(), 1, burst), new Judge.Later(second.id(), 1, burst));
        assertThat(judge.judge(click(1, 4, 103, null)).later()).as("told once").isEmpty();
    }

    @Test
    void a_person_follows_links_one_after_the_other_or_one_link_often() {
        for (int i = 1; i < 10; i++) {
            assertThat(judge(click(1, i, i * 6, null)).kind()).isEqualTo(Kind.HUMAN);
            assertThat(judge(click(2, 1, 100, null)).kind()).isEqualTo(Kind.HUMAN);
            assertThat(judge(click(10 + i, i, 100, null)).kind()).isEqualTo(Kind.HUMAN);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"prefetch", "prefetch;prerender", "Preview", "prefetch;anonymous-client-ip"})
    void a_browser_that_looks_ahead_says_so(String purpose) {
        assertThat(judge(open(false, purpose, BROWSER, null))).isEqualTo(new Verdict(Kind.PREFETCH, "purpose"));
    }

    @Test
    void apples_proxy_is_known_by_its_network() {
        assertThat(judge(open(false, null, APPLE_MAIL, "17.58.1.2")))
                .isEqualTo(new Verdict(Kind.PROXY, "apple-privacy"));
        assertThat(judge(open(false, null, APPLE_MAIL, "203.0.113.1"))).isEqualTo(new Verdict(Kind.HUMAN, "browser"));
    }

    @Test
    void without_networks_of_scanners_no_click_depends_on_when_the_mail_was_sent() {
        Judge none = new Judge(Networks.NONE, Duration.ofSeconds(60));
        Hit click = click(1, 1, 100, "198.51.100.1");
        Verdict human = new Verdict(Kind.HUMAN, "browser");

        assertThat(none.dependsOnSending(click, human)).isFalse();
        assertThat(judge.dependsOnSending(click, human)).isTrue();
        assertThat(judge.dependsOnSending(click, new Verdict(Kind.BOT, "burst")))
                .isFalse();
        assertThat(judge.dependsOnSending(click(1, 1, 100, "203.0.113.1"), human))
                .isFalse();
        assertThat(judge.dependsOnSending(open(false, null, BROWSER, "198.51.100.1"), human))
                .isFalse();
    }

    @Test
    void a_click_long_after_the_trap_stands_for_itself() {
        assertThat(judge(hit(Hit.Kind.TRAP, 1, 0, 0, false, null, BROWSER, null)))
                .isEqualTo(new Verdict(Kind.BOT, "trap"));
        assertThat(judge(click(1, 1, 600, null)).reason()).isEqualTo("trap");
        assertThat(judge(click(1, 1, 601, null)).reason()).isEqualTo("browser");
    }

    @Test
    void memory_is_bounded_and_what_is_forgotten_is_judged_alone() {
        judge(hit(Hit.Kind.TRAP, 1, 0, 0, false, null, BROWSER, null));
        for (int i = 0; i < RecentHits.DELIVERIES; i++) {
            judge(click(100 + i, 1, 1, null));
        }

        assertThat(judge(click(1, 1, 2, null)).kind()).isEqualTo(Kind.HUMAN);
    }

    private Verdict judge(Hit hit) {
        Verdict verdict = judge.judge(hit).verdict();
        assertThat(verdict).isNotNull();
        return verdict;
    }

    private Hit click(long delivery, int link, int seconds, @Nullable String address) {
        return hit(Hit.Kind.CLICK, delivery, link, seconds, false, null, BROWSER, address);
    }

    private Hit open(boolean head, @Nullable String purpose, String userAgent, @Nullable String address) {
        return hit(Hit.Kind.OPEN, 1, 0, 0, head, purpose, userAgent, address);
    }

    private Hit hit(
            Hit.Kind kind,
            long delivery,
            int link,
            int seconds,
            boolean head,
            @Nullable String purpose,
            String userAgent,
            @Nullable String address) {
        return new Hit(
                "h" + hits++, kind, delivery, link, SENT, SENT.plusSeconds(seconds), head, purpose, userAgent, address);
    }
}

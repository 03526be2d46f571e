// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.EnhancedCode;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.SmtpReply;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapingTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final MxSite SITE = site("mx.example.com", "mx.example.com");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final Shaping shaping = new Shaping(ShapingRules.builtIn(), now::get);

    @ParameterizedTest(name = "{0}: {1} -> {2} s, {3} connections")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        any          | 421 4.7.0 Too many concurrent SMTP connections        | 0     | 1
        any          | 421 Too many connections from your host               | 0     | 1
        any          | 450 4.7.1 Greylisted, come back later                 | 0     | 2
        any          | 451 4.7.1 You are sending too fast, slow down         | 300   | 0
        any          | 421 Service not available                             | 60    | 0
        any          | 554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked | 1800 | 0
        any          | 554 5.7.1 The message contains a listed URL           | 0     | 0
        any          | 550 5.1.1 no such user, too many connections          | 0     | 0
        any          | 450 4.2.1 The user is receiving mail at a rate limit  | 0     | 0
        any          | 452 4.2.2 mailbox full                                | 0     | 0
        any          | 452 4.5.3 too many recipients                         | 0     | 0
        any          | 421 4.4.2 idle for too long                           | 0     | 0
        any          | 451 4.3.0 try later                                   | 0     | 0
        any          | 250 2.0.0 too many connections                        | 0     | 0
        google       | 421 4.7.28 unusual rate                               | 1800  | 0
        any          | 421 4.7.28 unusual rate                               | 60    | 0
        yahoo        | 421 4.7.0 [TSS04] temporarily deferred                | 1800  | 0
        yahoo        | 421 4.7.1 [TS03] All messages permanently deferred    | 14400 | 0
        outlook      | 550 5.7.1 part of their network is on our block list (S3140) | 3600 | 0
        microsoft365 | 451 4.7.500 Server busy. Please try again later       | 900   | 0
        orange       | 421 mwinf5c ME Trop de connexions OFR005_104          | 0     | 1
        """)
    void what_a_site_says_slows_it_down(String group, String reply, long seconds, int connections) {
        SiteShape shape = shaping.observe(site("site", group), reply(reply), false, 1);

        assertThat(shape.suspendedUntil()).isEqualTo(seconds == 0 ? null : START.plusSeconds(seconds));
        assertThat(shape.connections()).isEqualTo(connections == 0 ? Integer.MAX_VALUE : connections);
        assertThat(shape.isSuspended()).isEqualTo(seconds > 0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        421 4.7.0 Error: too many connections from 192.0.2.1  | 0  | 3
        421 4.3.2 Service not available                       | 0  | 3
        451 4.7.0 connection rate limit                       | 0  | 3
        421 4.4.2 idle for too long                           | 0  | 0
        450 4.7.1 Error: too much mail from 192.0.2.1         | 60 | 0
        452 4.3.1 Rate limit exceeded                         | 60 | 0
        454 Throttling failure: Daily message quota exceeded  | 60 | 0
        454 Throttling failure: Maximum sending rate exceeded | 0  | 1
        450 4.2.1 The user is receiving mail at a rate limit  | 0  | 0
        450 4.7.1 Greylisted, come back later                 | 0  | 0
        452 4.5.3 too many recipients                         | 0  | 0
        451 4.3.0 try later                                   | 0  | 0
        550 5.7.1 too many connections                        | 0  | 0
        """)
    void what_a_relay_says_slows_it_down(String reply, long seconds, int connections) {
        Shaping relays = new Shaping(ShapingRules.ofRelays(), now::get);

        SiteShape shape = relays.observe(SITE, reply(reply), false, 3);

        assertThat(shape.suspendedUntil()).isEqualTo(seconds == 0 ? null : START.plusSeconds(seconds));
        assertThat(shape.connections()).isEqualTo(connections == 0 ? Integer.MAX_VALUE : connections);
    }

    @Test
    void those_in_use_are_kept_and_where_there_are_none_nothing_is_lowered() {
        Shaping relays = new Shaping(ShapingRules.ofRelays(), now::get);

        assertThat(relays.observe(SITE, reply("421 no more"), true, 0).connections())
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(relays.observe(SITE, reply("450 no more"), false, 5).connections())
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(relays.observe(SITE, reply("450 no more"), true, 5).connections())
                .isEqualTo(5);
        assertThat(relays.observe(SITE, reply("421 no more"), true, 7).connections())
                .isEqualTo(5);
        assertThat(relays.isOfCrowd(SITE, reply("450 no more"), true)).isTrue();
        assertThat(relays.isOfCrowd(SITE, reply("450 no more"), false)).isFalse();
        assertThat(relays.isOfCrowd(SITE, reply("450 too much mail"), true)).isFalse();
    }

    @Test
    void a_site_that_is_slow_gets_fewer_connections() {
        assertThat(shaping.observe(SITE, Duration.ofSeconds(59)).connections()).isEqualTo(Integer.MAX_VALUE);
        assertThat(shaping.observe(SITE, Duration.ofSeconds(60)).connections()).isEqualTo(2);
    }

    @Test
    void only_the_site_that_said_it_is_slowed_down() {
        shaping.observe(SITE, reply("421 go away"), false, 1);

        assertThat(shaping.of("mx.example.com").isSuspended()).isTrue();
        assertThat(shaping.of("mx.example.net").isSuspended()).isFalse();
        assertThat(shaping.snapshot()).extracting(SiteShape::site).containsExactly("mx.example.com");
    }

    @Test
    void what_is_slowed_down_is_seen_with_its_reason_and_ends_by_itself() {
        shaping.observe(SITE, reply("421 too many connections"), false, 1);
        now.set(START.plusSeconds(590));
        SiteShape both = shaping.observe(SITE, reply("421 go away"), false, 1);

        assertThat(both)
                .isEqualTo(new SiteShape(
                        "mx.example.com",
                        START.plusSeconds(650),
                        1,
                        START.plusSeconds(600),
                        "421 * -> suspend 1m",
                        "421 go away"));
        assertThat(shaping.snapshot()).containsExactly(both);
        now.set(START.plusSeconds(600));
        assertThat(shaping.of("mx.example.com"))
                .isEqualTo(new SiteShape(
                        "mx.example.com",
                        START.plusSeconds(650),
                        Integer.MAX_VALUE,
                        null,
                        "421 * -> suspend 1m",
                        "421 go away"));
        now.set(START.plusSeconds(650));
        assertThat(shaping.snapshot()).isEmpty();
        assertThat(shaping.of("mx.example.com")).isEqualTo(SiteShape.free("mx.example.com"));
    }

    @Test
    void the_longer_time_and_the_lower_number_count() {
        shaping.observe(SITE, reply("421 too many connections"), false, 1);
        shaping.observe(SITE, reply("450 greylisted"), false, 1);
        assertThat(shaping.of("mx.example.com").connections()).isEqualTo(1);

        shaping.observe(SITE, reply("451 rate limit"), false, 1);
        shaping.observe(SITE, reply("421 go away"), false, 1);
        assertThat(shaping.of("mx.example.com").suspendedUntil()).isEqualTo(START.plusSeconds(300));
    }

    @Test
    void an_operator_can_let_a_site_go_on() {
        shaping.observe(SITE, reply("421 go away"), false, 1);

        assertThat(shaping.release("mx.example.org")).isFalse();
        assertThat(shaping.release("mx.example.com")).isTrue();

        assertThat(shaping.of("mx.example.com").isSuspended()).isFalse();
        assertThat(shaping.release("mx.example.com")).isFalse();
    }

    @Test
    void what_has_ended_by_itself_cannot_be_let_go_on() {
        shaping.observe(SITE, reply("421 go away"), false, 1);
        now.set(START.plusSeconds(300));

        assertThat(shaping.release("mx.example.com")).isFalse();
    }

    @Test
    void there_is_room_for_so_many_sites_and_the_next_to_be_free_makes_room() {
        shaping.observe(site("first", "x"), reply("421 go away"), false, 1);
        for (int i = 0; i < Shaping.MAX_SITES; i++) {
            shaping.observe(site("site" + i, "x"), reply("451 rate limit"), false, 1);
        }

        assertThat(shaping.snapshot()).hasSize(Shaping.MAX_SITES);
        assertThat(shaping.of("first").isSuspended()).isFalse();
        assertThat(shaping.of("site0").isSuspended()).isTrue();
    }

    @Test
    void rules_of_a_user_come_first() {
        ShapingRules rules = ShapingRules.builtIn().behind("ours.conf", """
                # our contract with them
                @school 421 * -> ignore
                45x 4.9.* "ABC" "d e" -> connections 7 for 24h
                @school slow 5s -> suspend 2s
                """);
        Shaping ours = new Shaping(rules, now::get);

        assertThat(ours.observe(site("a", "school"), reply("421 go away"), false, 1)
                        .isSuspended())
                .isFalse();
        assertThat(ours.observe(site("b", "other"), reply("421 go away"), false, 1)
                        .isSuspended())
                .isTrue();
        assertThat(ours.observe(site("c", "other"), reply("459 4.9.7 x D E x"), false, 1)
                        .connections())
                .isEqualTo(7);
        assertThat(ours.observe(site("d", "other"), reply("459 4.90.7 abc"), false, 1)
                        .connections())
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(ours.observe(site("e", "other"), reply("469 4.9.7 abc"), false, 1)
                        .connections())
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(ours.observe(site("f", "school"), Duration.ofSeconds(5)).suspendedUntil())
                .isEqualTo(START.plusSeconds(2));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        nonsense                           | form
        421 -> suspend 5m                  | form
        421 * -> suspend                   | form
        421 * -> suspend 5                 | form
        250 * -> suspend 5m                | form
        42 * -> suspend 5m                 | form
        421 4.7 -> suspend 5m              | form
        421 * too many -> suspend 5m       | form
        421 * "too many -> suspend 5m      | form
        421 * -> connections 2             | form
        421 * -> suspend 0s                | times
        421 * -> suspend 25h               | times
        421 * -> connections 0 for 5m      | times
        421 * -> connections 2 for 0m      | times
        421 * -> connections all for 5m    | form
        greetings 421 * -> suspend 5m      | form
        slow 0s -> suspend 5m              | times
        """)
    void an_error_names_the_line_and_what_may_be(String rule, String kind) {
        String expected = kind.equals("form")
                ? "[@provider] [greeting] code enhanced [\"text\"…] -> suspend 5m, connections 2 for 10m, connections used for 1m or ignore"
                : "times from 1s to 24h and at least 1 connection";

        assertThatThrownBy(() -> ShapingRules.builtIn().behind("ours.conf", "# ours\n" + rule))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageContaining("ours.conf, line 2: '" + rule + "'; expected " + expected);
    }

    private static MxSite site(String name, String group) {
        return new MxSite(name, group, Providers.UNKNOWN, !name.equals(group));
    }

    private static SmtpReply reply(String line) {
        String text = line.substring(4);
        return new SmtpReply(Integer.parseInt(line.substring(0, 3)), EnhancedCode.find(text), text);
    }
}

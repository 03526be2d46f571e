// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportCapabilities;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MailerBuilderTest {
    private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE);
    private static final Duration NEGATIVE = Duration.ofSeconds(-1);

    @ParameterizedTest
    @MethodSource("refused")
    void a_value_outside_of_the_bounds_is_refused_at_once(String error, Consumer<MailerBuilder> option) {
        MailerBuilder builder = Mailers.builder();

        assertThatThrownBy(() -> option.accept(builder))
                .isInstanceOf(MailerConfigException.class)
                .hasMessage(error);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                refused("closeTimeout: is PT-1S, at least zero is needed", b -> b.closeTimeout(NEGATIVE)),
                refused(
                        "closeTimeout: is PT1H0.001S, at most 1 hour is allowed",
                        b -> b.closeTimeout(Duration.ofHours(1).plusMillis(1))),
                refused("nodeName: has 0 characters, allowed are 1 to 255", b -> b.nodeName("")),
                refused("nodeName: has 256 characters, allowed are 1 to 255", b -> b.nodeName("n".repeat(256))),
                refused(
                        "streams: a name has 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_', '.'; 'a b' is none",
                        b -> b.stream("a b", s -> {})),
                refused(
                        "streams.news.weight: is 1001, allowed are 1 to 1000",
                        b -> b.stream("news", s -> s.weight(1_001))),
                refused(
                        "streams.news.reserved: is -1, at least 0 is needed",
                        b -> b.stream("news", s -> s.reserved(-1))),
                refused("retry.first: is PT0S, more than zero is needed", b -> b.retry(r -> r.first(Duration.ZERO))),
                refused("retry.longest: is PT-1S, more than zero is needed", b -> b.retry(r -> r.longest(NEGATIVE))),
                refused(
                        "retry.lifetime: is " + ENDLESS + ", at most 36500 days are allowed",
                        b -> b.retry(r -> r.lifetime(ENDLESS))),
                refused("retry.jitter: is NaN, allowed are 0 to 0.5", b -> b.retry(r -> r.jitter(Double.NaN))),
                refused("limits.slots: is 0, at least 1 is needed", b -> b.limits(l -> l.slots(0))),
                refused("limits.slots: is 10001, at most 10000 are allowed", b -> b.limits(l -> l.slots(10_001))),
                refused("limits.slowCalls: is -1, at least 0 is needed", b -> b.limits(l -> l.slowCalls(-1))),
                refused(
                        "limits.slowCalls: is 10001, at most 10000 are allowed",
                        b -> b.limits(l -> l.slowCalls(10_001))),
                refused(
                        "limits.lease: is PT1.999S, at least 2 seconds are needed",
                        b -> b.limits(l -> l.lease(Duration.ofMillis(1_999)))),
                refused(
                        "limits.lease: is PT2H, at most 1 hour is allowed",
                        b -> b.limits(l -> l.lease(Duration.ofHours(2)))),
                refused(
                        "retention.content: is PT-1S, at least zero is needed",
                        b -> b.retention(r -> r.content(NEGATIVE))),
                refused(
                        "retention.messages: is " + ENDLESS + ", at most 36500 days are allowed",
                        b -> b.retention(r -> r.messages(ENDLESS))),
                refused(
                        "retention.idempotencyKeys: is PT23H, at least 24 hours are needed",
                        b -> b.retention(r -> r.idempotencyKeys(Duration.ofHours(23)))),
                refused(
                        "plugins: 'p' is installed twice",
                        b -> b.install(MailerPlugin.of("p", c -> {})).install(MailerPlugin.of("p", c -> {}))));
    }

    @Test
    void one_transport_takes_the_place_of_all_whenever_they_are_set() {
        AtomicBoolean closed = new AtomicBoolean();
        Transport given = new Transport() {
            @Override
            public String name() {
                return "given:";
            }

            @Override
            public TransportCapabilities capabilities() {
                return TransportCapabilities.DEFAULT;
            }

            @Override
            public void send(List<Submission> submissions, OutcomeSink outcomes) {}

            @Override
            public void close() {
                closed.set(true);
            }
        };

        try (MailerEngine mailer = Mailers.builder()
                .transport("first", "smtp://127.0.0.1:9")
                .onlyTransport("memory:")
                .transport("second", "nowhere:")
                .transport(given)
                .build()) {
            assertThat(mailer.transports()).containsExactly("memory:", "memory:", "memory:");
            assertThat(closed).isTrue();
        }
    }

    @Test
    void the_bounds_themselves_are_taken() {
        try (MailerEngine mailer = Mailers.builder()
                .transport("memory:")
                .closeTimeout(Duration.ZERO)
                .nodeName("n".repeat(255))
                .retry(r -> r.first(Duration.ofDays(36_500))
                        .longest(Duration.ofDays(36_500))
                        .lifetime(Duration.ofDays(36_500)))
                .retention(r -> r.messages(Duration.ofDays(36_500)))
                .limits(l -> l.lease(Duration.ofHours(1)).slots(2))
                .build()) {
            assertThat(mailer.health().accepting()).isTrue();
        }
    }

    @Test
    void retries_whose_longest_wait_is_less_than_the_first_are_refused_when_the_mailer_is_built() {
        MailerBuilder builder = Mailers.builder().transport("memory:").retry(r -> r.first(Duration.ofHours(5)));

        assertThatThrownBy(builder::build)
                .isInstanceOf(MailerConfigException.class)
                .hasMessage("retry.longest: is PT4H, at least retry.first is needed, which is PT5H");
    }

    @Test
    void reserved_slots_must_leave_one_for_all() {
        MailerBuilder builder =
                Mailers.builder().transport("memory:").limits(l -> l.slots(4)).stream("orders", s -> s.reserved(2))
                        .stream("news", s -> s.reserved(1));

        assertThatThrownBy(builder::build)
                .isInstanceOf(MailerConfigException.class)
                .hasMessage("streams.reserved: sums up to 4 of 4 slots; at least one must be left for all");
    }

    private static Arguments refused(String error, Consumer<MailerBuilder> option) {
        return arguments(error, option);
    }
}

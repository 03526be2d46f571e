// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TestContextTest {
    private final TestContext context = TestContext.create();

    @Test
    void the_clock_stands_still_until_it_is_moved() {
        Instant start = context.clock().instant();

        assertThat(start).isEqualTo("2026-01-01T12:00:00Z");
        context.advance(Duration.ofMinutes(5));
        assertThat(context.clock().instant()).isEqualTo(start.plusSeconds(300));
        context.instant(start.minusSeconds(1));
        assertThat(context.clock().instant()).isEqualTo(start.minusSeconds(1));
    }

    @Test
    void random_numbers_are_the_same_each_time() {
        assertThat(context.random().nextLong())
                .isEqualTo(TestContext.create().random().nextLong());
    }

    @Test
    void threads_are_named_and_remembered_until_they_end() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = context.threads().newThread(() -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(context.liveThreads()).isEmpty();

        thread.start();

        assertThat(thread.getName()).isEqualTo("transport-test-1");
        assertThat(thread.isDaemon()).isTrue();
        assertThat(context.liveThreads()).containsExactly(thread);
        assertThat(context.awaitThreads(Duration.ofMillis(1))).isFalse();
        end.countDown();
        assertThat(context.awaitThreads(Duration.ofSeconds(30))).isTrue();
        assertThat(context.liveThreads()).isEmpty();
    }

    @Test
    void secrets_and_the_name_of_the_host_can_be_set() {
        assertThat(context.secrets().find("relay")).isNull();
        assertThat(context.hostName()).isEqualTo("client.example.com");

        context.secret("relay", "old").secret("relay", "new").hostName("mail.example.com");

        assertThat(context.secrets().find("relay").reveal()).isEqualTo("new");
        assertThat(context.hostName()).isEqualTo("mail.example.com");
    }
}

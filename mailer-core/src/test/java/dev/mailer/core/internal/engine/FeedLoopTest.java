// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.mailer.api.spi.EventStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FeedLoopTest {
    private final EventStore feed = mock(EventStore.class);

    @Test
    void it_lives_through_errors_and_interrupts_until_it_is_stopped() throws Exception {
        CountDownLatch reads = new CountDownLatch(3);
        when(feed.read(anyLong(), anyInt())).thenAnswer(call -> {
            reads.countDown();
            Thread.currentThread().interrupt();
            throw new StackOverflowError("on purpose");
        });
        NodeLease lease = new NodeLease(NanoClock.SYSTEM, Duration.ofSeconds(30));
        FeedLoop loop = new FeedLoop(feed, List.of(e -> {}), List.of(), lease, new MailerThreads());
        assertThat(loop.isAlive()).as("not begun is not dead").isTrue();
        loop.start();

        assertThat(reads.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(loop.isAlive()).isTrue();
        loop.stop(Duration.ofSeconds(20));
        assertThat(loop.isAlive()).isFalse();
    }
}

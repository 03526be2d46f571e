// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.EventSink;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.EventStore.Positioned;
import java.time.Duration;
import java.time.Instant;
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

    @Test
    void a_sink_that_does_not_return_holds_up_no_other() throws Exception {
        when(feed.takeCursor(anyString(), anyLong())).thenReturn(0L);
        when(feed.moveCursor(anyString(), anyLong(), anyLong())).thenReturn(true);
        when(feed.read(anyLong(), anyInt()))
                .thenAnswer(call -> call.<Long>getArgument(0) == 0
                        ? List.of(new Positioned(
                                1,
                                MailEvent.builder(EventType.SENT, Instant.EPOCH, "shop")
                                        .build()))
                        : List.of());
        NodeLease lease = new NodeLease(NanoClock.SYSTEM, Duration.ofSeconds(30));
        lease.prolonged(7, NanoClock.SYSTEM.nanos());
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(2);
        EventSink slow = EventSink.listener("slow", e -> awaitUninterruptibly(held), EventSink.Start.EARLIEST);
        EventSink quick = EventSink.listener("quick", e -> told.countDown(), EventSink.Start.EARLIEST);
        FeedLoop loop =
                new FeedLoop(feed, List.of(e -> told.countDown()), List.of(slow, quick), lease, new MailerThreads());
        loop.start();

        assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();

        held.countDown();
        loop.stop(Duration.ofSeconds(20));
        assertThat(loop.isAlive()).isFalse();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // goes on
            }
        }
    }
}

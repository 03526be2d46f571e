// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.EventSink;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.EventStore.Positioned;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

class SinkFeedTest {
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final EventStore store = mock(EventStore.class);
    private final List<Long> told = new ArrayList<>();
    private long now;
    private boolean failing;
    private final NodeLease lease = new NodeLease(() -> now, LEASE);
    private final SinkFeed feed = new SinkFeed(new Sink(), store, lease, () -> now);

    @BeforeEach
    void an_event_waits_at_each_position() {
        when(store.read(anyLong(), anyInt())).thenAnswer(call -> {
            long after = call.getArgument(0);
            return after < 3 ? List.of(event(after + 1)) : List.of();
        });
        when(store.moveCursor(anyString(), anyLong(), anyLong())).thenReturn(true);
        when(store.takeCursor("sink", 7)).thenReturn(0L);
        lease.prolonged(7, now);
    }

    @Test
    void each_batch_moves_the_cursor_that_was_taken_once() throws Exception {
        feed.bring();
        feed.bring();

        assertThat(told).containsExactly(1L, 2L, 3L);
        verify(store, times(1)).takeCursor("sink", 7);
        verify(store).moveCursor("sink", 7, 3);
    }

    @Test
    void without_a_lease_nothing_is_taken_or_told() throws Exception {
        pass(LEASE);

        feed.bring();

        verify(store, never()).takeCursor(anyString(), anyLong());
        assertThat(told).isEmpty();
    }

    @Test
    void a_lease_that_ends_amid_the_events_ends_the_telling() throws Exception {
        when(store.moveCursor("sink", 7, 1)).thenAnswer(call -> {
            pass(LEASE);
            return true;
        });

        feed.bring();

        assertThat(told).containsExactly(1L);
    }

    @Test
    void a_node_that_goes_on_under_another_number_leaves_the_cursor_and_takes_it_again() throws Exception {
        feed.bring();
        lease.abandon();
        lease.prolonged(8, now);
        when(store.takeCursor("sink", 8)).thenReturn(2L);
        pass(Duration.ofSeconds(1));

        feed.bring();

        InOrder order = inOrder(store);
        order.verify(store).giveCursorBack("sink", 7);
        order.verify(store).takeCursor("sink", 8);
        order.verify(store).moveCursor("sink", 8, 3);
        assertThat(told).containsExactly(1L, 2L, 3L, 3L);
    }

    @Test
    void a_cursor_that_another_node_has_is_asked_for_once_a_second() throws Exception {
        when(store.takeCursor("sink", 7)).thenReturn(null);
        feed.bring();
        feed.bring();
        verify(store, times(1)).takeCursor("sink", 7);

        pass(Duration.ofSeconds(1));
        feed.bring();

        verify(store, times(2)).takeCursor("sink", 7);
        assertThat(told).isEmpty();
    }

    @Test
    void a_cursor_that_was_lost_meanwhile_ends_the_telling() throws Exception {
        when(store.moveCursor("sink", 7, 1)).thenReturn(false);

        feed.bring();
        feed.bring();

        assertThat(told).containsExactly(1L);
        verify(store, times(1)).takeCursor("sink", 7);
    }

    @Test
    void what_fails_is_left_to_any_node_and_tried_again_after_a_second() throws Exception {
        failing = true;
        assertThatThrownBy(feed::bring).isInstanceOf(IOException.class);
        verify(store).giveCursorBack("sink", 7);
        failing = false;
        feed.bring();
        assertThat(told).isEmpty();

        pass(Duration.ofSeconds(1));
        feed.bring();

        assertThat(told).containsExactly(1L, 2L, 3L);
    }

    @Test
    void a_cursor_that_cannot_be_moved_is_left_and_the_events_come_again_after_a_second() throws Exception {
        IllegalStateException full = new IllegalStateException("disk full");
        IllegalStateException still = new IllegalStateException("still full");
        when(store.moveCursor("sink", 7, 1)).thenThrow(full);
        doThrow(still).when(store).giveCursorBack("sink", 7);
        assertThatThrownBy(feed::bring).isSameAs(full).hasSuppressedException(still);

        feed.bring();
        assertThat(told).containsExactly(1L);

        pass(Duration.ofSeconds(1));
        assertThatThrownBy(feed::bring).isSameAs(full);
        assertThat(told).containsExactly(1L, 1L);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static Positioned event(long position) {
        return new Positioned(
                position,
                MailEvent.builder(EventType.SENT, Instant.EPOCH, "default")
                        .id(position)
                        .build());
    }

    private final class Sink implements EventSink {
        @Override
        public String name() {
            return "sink";
        }

        @Override
        public void accept(List<Positioned> events) throws IOException {
            if (failing) {
                throw new IOException("on purpose");
            }
            events.forEach(e -> told.add(e.position()));
        }
    }
}

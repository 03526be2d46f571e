// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.MailerEngine.MessageEvents;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TimelineEventsTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final MessageId ID = MessageId.of("019c0000-0000-7000-8000-000000000001");

    private final OutboxStore store = mock(OutboxStore.class);
    private final Timeline timeline = new Timeline(store, mock(ParkedQueues.class), mock(Routes.class));

    @Test
    void the_events_alone_are_given_without_reading_those_that_are_left_out() {
        List<MailEvent> shown = LongStream.range(0, 2 * OutboxStore.MOST_EVENTS)
                .mapToObj(i -> MailEvent.builder(EventType.OPENED, NOON, "default")
                        .id(i)
                        .message(ID)
                        .delivery(1, "jo@example.org")
                        .build())
                .toList();
        when(store.find(ID)).thenReturn(MessageStatus.builder(ID, NOON).build());
        when(store.events(ID)).thenReturn(shown);
        when(store.countEvents(ID)).thenReturn(5_000L);

        assertThat(timeline.events(ID)).isEqualTo(new MessageEvents(shown, 4_000));
        verify(store, never()).eventFeed();
    }

    @Test
    void of_no_mail_there_are_none() {
        assertThat(timeline.events(ID)).isNull();
    }
}

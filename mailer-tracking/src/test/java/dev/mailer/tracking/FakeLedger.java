// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.Mailer;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.Trace;
import dev.mailer.api.spi.EventFilter;
import dev.mailer.api.spi.EventStore;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A feed, and the timelines of its mails, each of one delivery. */
final class FakeLedger {
    private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");

    private final List<MailEvent> feed = new ArrayList<>();
    /** How many events were looked at. */
    int looked;

    void add(EventType type, long delivery, int seconds, Map<String, String> detail) {
        feed.add(MailEvent.builder(type, DAY.plusSeconds(seconds), "default")
                .id(feed.size() + 1L)
                .message(message(delivery))
                .delivery(delivery, "jo@example.org")
                .detail(detail)
                .build());
    }

    private static MessageId message(long delivery) {
        return MessageId.of(new UUID(0x7000L, 0x8000_0000_0000_0000L | delivery).toString());
    }

    EventStore events() {
        return (EventStore) Proxy.newProxyInstance(
                EventStore.class.getClassLoader(),
                new Class<?>[] {EventStore.class},
                (proxy, method, args) -> switch (method.getName()) {
                    case "lastPosition" -> (Object) (long) feed.size();
                    case "read" -> read((EventFilter) args[0], (int) (long) (Long) args[1], (Integer) args[2]);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    Mailer mailer() {
        return (Mailer) Proxy.newProxyInstance(
                Mailer.class.getClassLoader(), new Class<?>[] {Mailer.class}, (proxy, method, args) -> {
                    if (!method.getName().equals("trace")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    MessageId id = (MessageId) args[0];
                    return new Trace(
                            MessageStatus.builder(id, DAY).build(),
                            feed.stream()
                                    .filter(e -> id.equals(e.messageId()))
                                    .sorted(Comparator.comparing(MailEvent::at))
                                    .toList());
                });
    }

    private EventStore.Part read(EventFilter filter, int after, int limit) {
        int end = Math.min(feed.size(), after + limit);
        List<EventStore.Positioned> found = new ArrayList<>();
        for (int i = after; i < end; i++) {
            looked++;
            if (filter.takes(feed.get(i))) {
                found.add(new EventStore.Positioned(i + 1, feed.get(i)));
            }
        }
        return new EventStore.Part(found, end, end < feed.size());
    }
}

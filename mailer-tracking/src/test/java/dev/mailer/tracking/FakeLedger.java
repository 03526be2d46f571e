// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.EventFilter;
import dev.mailer.api.spi.EventStore;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongConsumer;

/** A feed, and the events of its deliveries, each of a mail of its own. */
final class FakeLedger {
    private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");

    private final List<MailEvent> feed = new ArrayList<>();
    /** Is told of a delivery before its events are read. */
    volatile LongConsumer beforeRead = delivery -> {};
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
                    case "ofDelivery" ->
                        args.length == 1
                                ? InvocationHandler.invokeDefault(proxy, method, args)
                                : ofDelivery((Long) args[0], (Long) args[1], (Integer) args[2]);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private List<MailEvent> ofDelivery(long delivery, long after, int limit) {
        beforeRead.accept(delivery);
        return feed.stream()
                .filter(e -> e.deliveryId() == delivery && e.id() > after)
                .limit(limit)
                .toList();
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

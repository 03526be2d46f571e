// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.MailEvent;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** All events of a delivery, of which one page is in memory at a time. Not thread-safe. */
final class EventPages implements Iterator<MailEvent> {
    private final EventStore store;
    private final long deliveryId;
    private List<MailEvent> page;
    private int next;

    EventPages(EventStore store, long deliveryId) {
        this.store = store;
        this.deliveryId = deliveryId;
        this.page = store.ofDelivery(deliveryId, 0, EventStore.PAGE);
    }

    @Override
    public boolean hasNext() {
        if (next == EventStore.PAGE) {
            page = store.ofDelivery(deliveryId, page.get(next - 1).id(), EventStore.PAGE);
            next = 0;
        }
        return next < page.size();
    }

    @Override
    public MailEvent next() {
        if (!hasNext()) {
            throw new NoSuchElementException("delivery " + deliveryId + " has no more events");
        }
        return page.get(next++);
    }
}

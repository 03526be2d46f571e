// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.HitCounts;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.Trace;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.Router;
import dev.mailer.api.spi.WebhookStore;
import dev.mailer.core.MailerEngine.MessageEvents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What happened to a message, and what keeps it back, as this node knows it. Thread-safe. */
final class Timeline {
    private final OutboxStore store;
    private final ParkedQueues parked;
    private final Routes routes;

    Timeline(OutboxStore store, ParkedQueues parked, Routes routes) {
        this.store = store;
        this.parked = parked;
        this.routes = routes;
    }

    @Nullable
    Trace of(MessageId id) {
        MessageStatus status = store.find(id);
        if (status == null) {
            return null;
        }
        MessageEvents events = stored(id);
        return new Trace(status, events.shown(), events.omitted(), hits(status, events), holds(status), told(id));
    }

    @Nullable
    MessageEvents events(MessageId id) {
        return store.find(id) == null ? null : stored(id);
    }

    private MessageEvents stored(MessageId id) {
        List<MailEvent> shown = store.events(id);
        return new MessageEvents(shown, omitted(store, id, shown));
    }

    /** Where some events are left out all are read, those of one delivery after the other: a mail may be opened any number of times. */
    private HitCounts hits(MessageStatus status, MessageEvents events) {
        if (events.omitted() == 0) {
            return HitCounts.of(events.shown());
        }
        HitCounts counts = HitCounts.NONE;
        for (DeliveryStatus delivery : status.deliveries()) {
            counts = counts.plus(HitCounts.of(store.eventFeed().ofDelivery(delivery.id())));
        }
        return counts;
    }

    private List<Trace.Told> told(MessageId id) {
        return store.webhooks().told(id, Trace.MOST_TOLD).stream()
                .map(Timeline::told)
                .toList();
    }

    private static Trace.Told told(WebhookStore.Told told) {
        WebhookStore.Delivery d = told.delivery();
        WebhookStore.Attempt last = told.last();
        return new Trace.Told(
                d.event(),
                d.endpoint(),
                d.status().name().toLowerCase(Locale.ROOT),
                last == null ? d.createdAt() : last.at(),
                d.attempts(),
                last == null ? 0 : last.status(),
                last == null ? null : last.result(),
                d.dueAt());
    }

    /** How many events of a message are missing among those that its store gave. */
    static long omitted(OutboxStore store, MessageId id, List<MailEvent> given) {
        return given.size() < 2 * OutboxStore.MOST_EVENTS ? 0 : Math.max(0, store.countEvents(id) - given.size());
    }

    private List<Trace.Hold> holds(MessageStatus status) {
        List<DeliveryStatus> waiting =
                status.deliveries().stream().filter(d -> !d.state().isFinal()).toList();
        if (waiting.isEmpty()) {
            return List.of();
        }
        List<ParkedQueue> queues = parked.all();
        List<Trace.Hold> holds = new ArrayList<>();
        for (DeliveryStatus delivery : waiting) {
            queues.stream()
                    .filter(p -> holds(p, status, delivery))
                    .forEach(p -> holds.add(hold(delivery, "the queue rests: " + p.reason(), p.until())));
            Outlet outlet = routes.outlet(
                    new Router.Delivery(status.tenant(), status.stream(), domain(delivery), delivery.attempts() + 1));
            if (outlet != null && outlet.guard().isOpen()) {
                String name = outlet.transport().name();
                holds.add(hold(delivery, "the transport " + name + " has failed as a whole and is left alone", null));
            }
        }
        return holds;
    }

    private static boolean holds(ParkedQueue parked, MessageStatus status, DeliveryStatus delivery) {
        return parked.queue().lane().tenant().equals(status.tenant())
                && parked.queue().lane().stream().equals(status.stream())
                && parked.queue().domain().equals(domain(delivery));
    }

    private static String domain(DeliveryStatus delivery) {
        String recipient = delivery.recipient();
        return recipient.substring(recipient.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    }

    private static Trace.Hold hold(DeliveryStatus delivery, String reason, @Nullable Instant until) {
        return new Trace.Hold(delivery.id(), reason, Instant.MAX.equals(until) ? null : until);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.spi.EventSink;
import dev.mailer.api.spi.EventStore.Positioned;
import dev.mailer.api.spi.WebhookStore;
import dev.mailer.api.spi.WebhookStore.Due;
import dev.mailer.api.spi.WebhookStore.Endpoint;
import dev.mailer.api.spi.WebhookStore.Status;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Makes each event wait for the endpoints that want it, before the feed goes on. */
final class WebhookSink implements EventSink {
    private final WebhookStore store;
    private final KnownEndpoints endpoints;
    private final InstantSource clock;
    private final Runnable wake;

    WebhookSink(WebhookStore store, KnownEndpoints endpoints, InstantSource clock, Runnable wake) {
        this.store = store;
        this.endpoints = endpoints;
        this.clock = clock;
        this.wake = wake;
    }

    @Override
    public String name() {
        return WebhooksPlugin.NAME;
    }

    @Override
    public void accept(List<Positioned> events) {
        List<Due> due = new ArrayList<>();
        // another node may have made one a moment ago, and an event that is passed over does not come again
        endpoints.changed();
        KnownEndpoints.View view = endpoints.view();
        for (Known known : view.readable()) {
            for (Positioned p : events) {
                if (known.takes(p)) {
                    due.add(new Due(known.endpoint(), p.event().id(), p.event().type()));
                }
            }
        }
        for (Endpoint endpoint : view.unreadable()) {
            for (Positioned p : events) {
                if (mayTake(endpoint, p)) {
                    due.add(new Due(endpoint, p.event().id(), p.event().type(), Status.HELD));
                }
            }
        }
        if (!due.isEmpty()) {
            store.enqueue(due, clock.instant());
            wake.run();
        }
    }

    /** What it asked for cannot be read either. */
    private static boolean mayTake(Endpoint endpoint, Positioned p) {
        return endpoint.state().enabled()
                && endpoint.tenant().equals(p.event().tenant())
                && p.position() > endpoint.after();
    }
}

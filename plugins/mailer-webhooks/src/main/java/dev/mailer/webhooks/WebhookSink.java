// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.spi.EventSink;
import dev.mailer.api.spi.EventStore.Positioned;
import dev.mailer.api.spi.WebhookStore;
import dev.mailer.api.spi.WebhookStore.Due;
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
        for (Known known : endpoints.all()) {
            for (Positioned p : events) {
                if (known.takes(p.event())) {
                    due.add(new Due(known.endpoint(), p.event().id(), p.event().type()));
                }
            }
        }
        if (!due.isEmpty()) {
            store.enqueue(due, clock.instant());
            wake.run();
        }
    }
}

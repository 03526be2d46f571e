// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.EventStore.Positioned;
import dev.mailer.api.spi.WebhookStore.Endpoint;

/** An endpoint whose configuration can be read. */
record Known(Endpoint endpoint, EndpointConfig config) {
    String id() {
        return endpoint.id();
    }

    boolean isEnabled() {
        return endpoint.state().enabled();
    }

    /** It is told what came into the feed since it was made, whenever that happened. */
    boolean takes(Positioned p) {
        return isEnabled() && p.position() > endpoint.after() && wants(p.event());
    }

    /** Whether it asked for such an event. */
    boolean wants(MailEvent event) {
        return config.options().filter(endpoint.tenant()).takes(event)
                && (config.options().format() != WebhookFormat.POSTAL || PostalPayload.event(event.type()) != null);
    }
}

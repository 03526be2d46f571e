// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.WebhookStore.Endpoint;

/** An endpoint whose configuration can be read. */
record Known(Endpoint endpoint, EndpointConfig config) {
    String id() {
        return endpoint.id();
    }

    boolean isEnabled() {
        return endpoint.state().enabled();
    }

    /** It is told what happened since it was made. */
    boolean takes(MailEvent event) {
        return isEnabled()
                && !event.at().isBefore(endpoint.createdAt())
                && config.options().filter(endpoint.tenant()).takes(event)
                && (config.options().format() != WebhookFormat.POSTAL || PostalPayload.event(event.type()) != null);
    }
}

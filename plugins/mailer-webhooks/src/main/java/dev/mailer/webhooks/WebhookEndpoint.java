// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.spi.WebhookStore.State;
import java.time.Instant;
import java.util.List;

/**
 * An endpoint as it is shown; its secrets are not.
 *
 * @param named settings or a program have made it, and change it; by hand it can only be enabled and disabled
 * @param publicKeys what receivers verify with, where it signs with Ed25519
 */
public record WebhookEndpoint(
        String id,
        String tenant,
        WebhookOptions options,
        boolean named,
        Instant createdAt,
        State state,
        List<String> publicKeys) {
    public WebhookEndpoint {
        publicKeys = List.copyOf(publicKeys);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.WebhookStore;
import dev.mailer.api.spi.WebhookStore.Added;
import dev.mailer.api.spi.WebhookStore.Endpoint;
import dev.mailer.api.spi.WebhookStore.State;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Stores endpoints as settings have them. Several programs may name one; as the last has it, it is. */
final class NamedEndpoints {
    private static final int TRIES = 100;
    /** How much of a removed endpoint goes at once, and how often, so that its name is free again. */
    private static final int CLEARED = 1_000;

    private final EventStore events;
    private final WebhookStore store;

    NamedEndpoints(EventStore events, WebhookStore store) {
        this.events = events;
        this.store = store;
    }

    /** @throws MailerConfigException its name is taken */
    void adopt(NamedWebhook n, Instant now) {
        EndpointConfig config = new EndpointConfig(
                n.options(),
                n.secrets().stream().map(s -> new EndpointConfig.Key(s, null)).toList(),
                true);
        for (int i = 0; i < TRIES; i++) {
            Endpoint stored = find(n);
            if (stored == null) {
                Endpoint endpoint = new Endpoint(
                        n.name(), n.tenant(), config.write(), now, events.lastPosition(), State.fresh(true, now));
                if (store.add(endpoint, Integer.MAX_VALUE) == Added.ADDED) {
                    return;
                }
                // one of that name was removed, and its log is still there
                var unused = store.purge(Instant.EPOCH, CLEARED);
            } else if (isAs(stored.config(), config)
                    || store.configure(n.tenant(), n.name(), stored.config(), config.write())) {
                return;
            }
        }
        throw new MailerConfigException(
                n.option(), "is the name of an endpoint that is being removed or changed; try again later");
    }

    private static boolean isAs(Secret stored, EndpointConfig config) {
        return stored.equals(config.write());
    }

    private @Nullable Endpoint find(NamedWebhook n) {
        for (Endpoint e : store.endpoints()) {
            if (e.id().equals(n.name())) {
                if (!e.tenant().equals(n.tenant())) {
                    throw new MailerConfigException(n.option(), "is the name of an endpoint of another tenant");
                }
                return e;
            }
        }
        return null;
    }
}

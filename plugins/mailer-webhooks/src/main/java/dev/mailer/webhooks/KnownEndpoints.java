// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.spi.WebhookStore;
import dev.mailer.api.spi.WebhookStore.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All endpoints, as they were at most a second ago; what is changed here is known at once. Thread-safe. */
final class KnownEndpoints {
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Logger log = LoggerFactory.getLogger(KnownEndpoints.class);

    private final WebhookStore store;
    private final Set<String> unreadable = new HashSet<>();
    private List<Known> known = List.of();
    private long readAt;
    private boolean stale = true;

    KnownEndpoints(WebhookStore store) {
        this.store = store;
    }

    /** Has the next look read them again. */
    synchronized void changed() {
        stale = true;
    }

    synchronized List<Known> all() {
        if (stale || System.nanoTime() - readAt > FRESH.toNanos()) {
            known = read();
            stale = false;
            readAt = System.nanoTime();
        }
        return known;
    }

    private List<Known> read() {
        List<Known> all = new ArrayList<>();
        for (Endpoint endpoint : store.endpoints()) {
            EndpointConfig config = EndpointConfig.read(endpoint.config());
            if (config != null) {
                all.add(new Known(endpoint, config));
            } else if (unreadable.add(endpoint.id())) {
                log.warn(
                        "webhook {} cannot be read, because its key is missing or a newer version wrote it; what it is to be told waits",
                        endpoint.id());
            }
        }
        return List.copyOf(all);
    }
}

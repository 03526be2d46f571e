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
    private View view = new View(List.of(), List.of());
    private long readAt;
    private boolean stale = true;

    KnownEndpoints(WebhookStore store) {
        this.store = store;
    }

    /**
     * All endpoints.
     *
     * @param readable those that this node can work with
     * @param unreadable those whose key is missing here, or that a newer version wrote
     */
    record View(List<Known> readable, List<Endpoint> unreadable) {
        View {
            readable = List.copyOf(readable);
            unreadable = List.copyOf(unreadable);
        }
    }

    /** Has the next look read them again. */
    synchronized void changed() {
        stale = true;
    }

    synchronized View view() {
        if (stale || System.nanoTime() - readAt > FRESH.toNanos()) {
            view = read();
            stale = false;
            readAt = System.nanoTime();
        }
        return view;
    }

    List<Known> all() {
        return view().readable;
    }

    private View read() {
        List<Known> readable = new ArrayList<>();
        List<Endpoint> others = new ArrayList<>();
        for (Endpoint endpoint : store.endpoints()) {
            EndpointConfig config = EndpointConfig.read(endpoint.config());
            if (config == null) {
                others.add(endpoint);
            } else {
                readable.add(new Known(endpoint, config));
            }
        }
        tell(others.stream().map(Endpoint::id).toList());
        return new View(readable, others);
    }

    private void tell(List<String> ids) {
        for (String id : ids) {
            if (unreadable.add(id)) {
                log.warn(
                        "webhook {} cannot be read, because its key is missing or a newer version wrote it; what it is to be told waits",
                        id);
            }
        }
        unreadable.removeIf(id -> {
            boolean again = !ids.contains(id);
            if (again) {
                log.info("webhook {} is no longer one that cannot be read", id);
            }
            return again;
        });
    }
}

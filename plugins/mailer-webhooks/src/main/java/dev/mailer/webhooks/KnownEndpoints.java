// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.spi.WebhookStore;
import dev.mailer.api.spi.WebhookStore.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All endpoints, as they were at most a second ago; what is changed here is known at once. Thread-safe. */
final class KnownEndpoints {
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Logger log = LoggerFactory.getLogger(KnownEndpoints.class);

    private final WebhookStore store;

    @GuardedBy("reading")
    private final Set<String> unreadable = new HashSet<>();

    private final LongSupplier nanos;
    private final ReentrantLock reading = new ReentrantLock();

    @GuardedBy("reading")
    private View view = new View(List.of(), List.of());

    @GuardedBy("reading")
    private long readAt;

    @GuardedBy("reading")
    private @Nullable RuntimeException failure;

    @GuardedBy("reading")
    private long failedAt;

    private volatile boolean stale = true;

    /** @param nanos a clock of which only distances matter */
    KnownEndpoints(WebhookStore store, LongSupplier nanos) {
        this.store = store;
        this.nanos = nanos;
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
    void changed() {
        stale = true;
    }

    /** Whoever waited while the store did not answer is not to wait for that as long again, each in turn. */
    View view() {
        long asked = nanos.getAsLong();
        reading.lock();
        try {
            if (failure != null && failedAt - asked >= 0) {
                throw failure;
            }
            if (stale || nanos.getAsLong() - readAt > FRESH.toNanos()) {
                reread();
            }
            return view;
        } finally {
            reading.unlock();
        }
    }

    @GuardedBy("reading")
    private void reread() {
        // what is changed while it is read is read the next time
        stale = false;
        try {
            view = read();
            readAt = nanos.getAsLong();
            failure = null;
        } catch (RuntimeException e) {
            stale = true;
            failedAt = nanos.getAsLong();
            failure = e;
            throw e;
        }
    }

    List<Known> all() {
        return view().readable;
    }

    /** Null when the tenant has none of this id. */
    @Nullable
    Known find(String tenant, String id) {
        return all().stream()
                .filter(k -> k.id().equals(id) && k.endpoint().tenant().equals(tenant))
                .findFirst()
                .orElse(null);
    }

    @GuardedBy("reading")
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

    @GuardedBy("reading")
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

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.Secret;
import dev.mailer.api.spi.WebhookStore.Added;
import dev.mailer.api.spi.WebhookStore.Endpoint;
import dev.mailer.api.spi.WebhookStore.Health;
import dev.mailer.api.spi.WebhookStore.State;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Endpoints of webhooks, by id. Guarded by the store's lock. */
final class MemoryWebhookEndpoints {
    private final NavigableMap<String, Endpoint> endpoints = new TreeMap<>();

    Added add(Endpoint e, int most) {
        long those = endpoints.values().stream()
                .filter(other -> other.tenant().equals(e.tenant()))
                .count();
        if (those >= most) {
            return Added.FULL;
        }
        return endpoints.putIfAbsent(e.id(), e) == null ? Added.ADDED : Added.TAKEN;
    }

    List<Endpoint> all() {
        return List.copyOf(endpoints.values());
    }

    @Nullable
    Endpoint get(String id) {
        return endpoints.get(id);
    }

    Stream<String> enabled() {
        return endpoints.values().stream().filter(e -> e.state().enabled()).map(Endpoint::id);
    }

    /** Null when the tenant has none of this id. */
    private @Nullable Endpoint of(String tenant, String id) {
        Endpoint e = endpoints.get(id);
        return e == null || !e.tenant().equals(tenant) ? null : e;
    }

    boolean configure(String tenant, String id, Secret expected, Secret config) {
        Endpoint e = of(tenant, id);
        if (e == null || !e.config().equals(expected)) {
            return false;
        }
        endpoints.put(id, new Endpoint(id, tenant, config, e.createdAt(), e.after(), e.state()));
        return true;
    }

    boolean enable(String tenant, String id, boolean enabled, String reason, Instant at) {
        Endpoint e = of(tenant, id);
        if (e == null || e.state().enabled() == enabled) {
            return false;
        }
        change(
                id,
                s -> enabled
                        ? new State(true, reason, at, 0, null, s.succeededAt(), null)
                        : new State(
                                false, reason, at, s.failures(), s.failingSince(), s.succeededAt(), s.restsUntil()));
        return true;
    }

    boolean remove(String tenant, String id) {
        return of(tenant, id) != null && endpoints.remove(id) != null;
    }

    void note(Health h) {
        if (h.succeeded()) {
            change(h.endpoint(), s -> new State(s.enabled(), s.reason(), s.changedAt(), 0, null, h.at(), null));
        }
        if (h.failures() > 0) {
            change(
                    h.endpoint(),
                    s -> new State(
                            s.enabled(),
                            s.reason(),
                            s.changedAt(),
                            s.failures() + h.failures(),
                            s.failingSince() == null ? h.at() : s.failingSince(),
                            s.succeededAt(),
                            h.restsUntil() == null ? s.restsUntil() : h.restsUntil()));
        }
    }

    boolean probe(String id, Instant seen, Instant next) {
        Endpoint e = endpoints.get(id);
        if (e == null || !Objects.equals(seen, e.state().restsUntil())) {
            return false;
        }
        change(
                id,
                s -> new State(
                        s.enabled(), s.reason(), s.changedAt(), s.failures(), s.failingSince(), s.succeededAt(), next));
        return true;
    }

    private void change(String id, UnaryOperator<State> change) {
        endpoints.computeIfPresent(
                id,
                (same, e) ->
                        new Endpoint(id, e.tenant(), e.config(), e.createdAt(), e.after(), change.apply(e.state())));
    }
}

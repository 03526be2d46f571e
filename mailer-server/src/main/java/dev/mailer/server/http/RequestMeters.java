// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Times answers by method, route and status, as {@code http.server.requests}. Thread-safe. */
final class RequestMeters {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final MeterRegistry registry;
    /** The registry finds a timer by sorting its tags each time. */
    private final Map<Answer, Timer> timers = new ConcurrentHashMap<>();

    private record Answer(String method, String route, int status) {}

    RequestMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** @param route the pattern that answered; null for none */
    void record(String method, @Nullable String route, int status, Duration time) {
        Answer answer = new Answer(METHODS.contains(method) ? method : "other", route == null ? "none" : route, status);
        timers.computeIfAbsent(answer, this::timer).record(time);
    }

    private Timer timer(Answer answer) {
        return registry.timer(
                "http.server.requests",
                "method",
                answer.method,
                "route",
                answer.route,
                "status",
                String.valueOf(answer.status));
    }
}

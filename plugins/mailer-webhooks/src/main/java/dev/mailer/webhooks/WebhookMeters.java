// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What is counted. */
final class WebhookMeters {
    private final MeterRegistry registry;
    private final Counter disablings;
    private final Counter dead;
    private final AtomicLong disabled = new AtomicLong();
    private final AtomicLong resting = new AtomicLong();
    private final AtomicLong unreadable = new AtomicLong();
    final AtomicInteger requests = new AtomicInteger();

    WebhookMeters(MeterRegistry registry) {
        this.registry = registry;
        this.disablings = Counter.builder("mailer.webhooks.disablings")
                .description("Endpoints that were disabled because they failed or were gone")
                .register(registry);
        this.dead = Counter.builder("mailer.webhooks.dead")
                .description("Deliveries that were given up")
                .register(registry);
        registry.gauge("mailer.webhooks.endpoints.disabled", disabled);
        registry.gauge("mailer.webhooks.endpoints.resting", resting);
        registry.gauge("mailer.webhooks.endpoints.unreadable", unreadable);
        registry.gauge("mailer.webhooks.requests", requests);
        // shown from the start
        var unused = timer("delivered");
    }

    private Timer timer(String result) {
        return Timer.builder("mailer.webhooks.attempts")
                .description("Requests to endpoints")
                .tag("result", result)
                .register(registry);
    }

    void attempt(Answer answer) {
        timer(answer.result()).record(answer.took());
    }

    void dead() {
        dead.increment();
    }

    void disabled() {
        disablings.increment();
    }

    void endpoints(long nowDisabled, long nowResting, long nowUnreadable) {
        disabled.set(nowDisabled);
        resting.set(nowResting);
        unreadable.set(nowUnreadable);
    }
}

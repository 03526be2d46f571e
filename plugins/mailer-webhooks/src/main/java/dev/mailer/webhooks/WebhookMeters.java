// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.atomic.AtomicInteger;

/** What is counted. */
final class WebhookMeters {
    private final MeterRegistry registry;
    private final Counter disabledOnce;
    private final AtomicInteger disabled = new AtomicInteger();
    private final AtomicInteger resting = new AtomicInteger();
    final AtomicInteger requests = new AtomicInteger();

    WebhookMeters(MeterRegistry registry) {
        this.registry = registry;
        this.disabledOnce = Counter.builder("mailer.webhooks.disablings")
                .description("Endpoints that were disabled because they failed or were gone")
                .register(registry);
        registry.gauge("mailer.webhooks.endpoints.disabled", disabled);
        registry.gauge("mailer.webhooks.endpoints.resting", resting);
        registry.gauge("mailer.webhooks.requests", requests);
    }

    void attempt(Answer answer) {
        Timer.builder("mailer.webhooks.attempts")
                .description("Requests to endpoints")
                .tag("result", answer.result())
                .register(registry)
                .record(answer.took());
    }

    void dead() {
        Counter.builder("mailer.webhooks.dead")
                .description("Deliveries that were given up")
                .register(registry)
                .increment();
    }

    void disabled() {
        disabledOnce.increment();
    }

    void endpoints(int nowDisabled, int nowResting) {
        disabled.set(nowDisabled);
        resting.set(nowResting);
    }
}

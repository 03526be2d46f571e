// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.WebhookStore.Selection;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.Stores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/** A mailer with webhooks, whose clock can be moved and runs on by itself in between. */
final class Rig implements AutoCloseable {
    static final String TENANT = "default";

    private final AtomicReference<Duration> moved = new AtomicReference<>(Duration.ZERO);
    final InstantSource clock = () -> Instant.now().plus(moved.get());
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final OutboxStore store;
    final WebhooksPlugin plugin;
    final MailerEngine mailer;

    Rig(Consumer<WebhooksBuilder> options) {
        this(null, options);
    }

    Rig(String url, Consumer<WebhooksBuilder> options) {
        this(url, options, store -> store);
    }

    /** @param open what the mailer gets in place of the store */
    Rig(String url, Consumer<WebhooksBuilder> options, UnaryOperator<OutboxStore> open) {
        WebhooksBuilder builder = WebhooksPlugin.builder()
                .allow(List.of("127.0.0.0/8"))
                .timeout(Duration.ofSeconds(15))
                .meters(meters);
        options.accept(builder);
        plugin = builder.build();
        store = open.apply(url == null ? Stores.memory(clock) : Stores.open(url, clock));
        mailer = Mailers.builder()
                .clock(clock)
                .store(store)
                .transport("memory:")
                .tenant("other")
                .install(plugin)
                .build();
    }

    Webhooks webhooks() {
        return plugin.webhooks();
    }

    String create(String url) {
        return webhooks()
                .create(TENANT, WebhookOptions.to(url).build(), null)
                .endpoint()
                .id();
    }

    /** All parts; returns how many wait that did not before. */
    int replay(String tenant, String id, Selection what) {
        int all = 0;
        String after = null;
        do {
            WebhookLog.Replayed part = webhooks().log().replay(tenant, id, what, after);
            all += part.replayed();
            after = part.next();
        } while (after != null);
        return all;
    }

    MessageId send(String to) {
        return mailer.send(Email.builder()
                        .from("Shop <shop@example.com>")
                        .to(to)
                        .subject("Your order")
                        .text("It is on its way.")
                        .tag("kind", "order")
                        .tag("a", "b")
                        .build())
                .id();
    }

    void move(Duration by) {
        moved.updateAndGet(d -> d.plus(by));
    }

    static void until(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(10))
                .until(condition);
    }

    @Override
    public void close() {
        mailer.close();
    }
}

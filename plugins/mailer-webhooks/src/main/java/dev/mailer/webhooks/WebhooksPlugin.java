// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.spi.EventSink;
import dev.mailer.api.spi.EventStore.Positioned;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.PluginContext;
import dev.mailer.api.spi.RunningMailer;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells endpoints over HTTP what became of mail: at least once, each time with the same id, signed as Standard Webhooks has it. All
 * nodes of a ledger share the work. Installed with {@code builder.install(plugin)}; one for one mailer. Thread-safe.
 */
public final class WebhooksPlugin implements MailerPlugin {
    /** Of the plugin, and of the cursor under which the feed is read. */
    public static final String NAME = "webhooks";

    private final List<NamedWebhook> named;
    private final Reach reach;
    private final DeliverySettings delivery;
    private final @Nullable PostalKey postal;
    private final MeterRegistry meters;
    private volatile @Nullable Running running;

    WebhooksPlugin(
            List<NamedWebhook> named,
            Reach reach,
            DeliverySettings delivery,
            @Nullable PostalKey postal,
            MeterRegistry meters) {
        this.named = List.copyOf(named);
        this.reach = reach;
        this.delivery = delivery;
        this.postal = postal;
        this.meters = meters;
    }

    /** With the defaults, and endpoints as they are stored. */
    public static WebhooksPlugin create() {
        return builder().build();
    }

    public static WebhooksBuilder builder() {
        return new WebhooksBuilder();
    }

    private record Running(Webhooks webhooks, WebhookSink sink, DeliveryLoop loop) {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void configure(PluginContext context) {
        InstantSource clock = context.clock();
        context.eventSink(new EventSink() {
            @Override
            public String name() {
                return NAME;
            }

            @Override
            public void accept(List<Positioned> events) {
                running().sink.accept(events);
            }
        });
        context.onStart(mailer -> start(mailer, clock));
    }

    private void start(RunningMailer mailer, InstantSource clock) {
        SecureRandom random = new SecureRandom();
        EndpointRules rules = reach.rules();
        HttpSender sender = new HttpSender(reach.addresses(), reach.tls(), delivery.timeout(), clock);
        try {
            RequestMaker requests = new RequestMaker(sender, rules, postal, clock);
            KnownEndpoints known = new KnownEndpoints(mailer.webhooks(), System::nanoTime);
            DeliveryLoop loop = new DeliveryLoop(
                    new DeliveryLoop.Parts(
                            mailer, known, requests, sender, new RetryWaits(random), new WebhookMeters(meters)),
                    delivery,
                    clock);
            Webhooks webhooks =
                    new Webhooks(mailer, known, rules, requests, postal, new Webhooks.Tools(clock, random, loop::wake));
            webhooks.adopt(named);
            running = new Running(webhooks, new WebhookSink(mailer.webhooks(), known, clock, loop::wake), loop);
            loop.start();
        } catch (RuntimeException e) {
            sender.close();
            throw e;
        }
    }

    /**
     * Endpoints and their logs.
     *
     * @throws IllegalStateException the mailer does not run, or is paused
     */
    public Webhooks webhooks() {
        return running().webhooks;
    }

    /**
     * For health, as counted every 15 seconds; empty when the mailer does not run, or is paused: {@code endpoints}, those of them that are
     * {@code disabled}, {@code resting} after failures or {@code unreadable} here; deliveries that are {@code dead}, up to a thousand; and
     * {@code oldestWaitingSeconds}, since when the one that is due longest is due.
     */
    @Override
    public Map<String, Long> condition() {
        Running r = running;
        return r == null ? Map.of() : r.loop.condition();
    }

    private Running running() {
        Running r = running;
        if (r == null) {
            throw new IllegalStateException("webhooks are of a mailer that runs, and is not paused");
        }
        return r;
    }

    @Override
    public void close() {
        Running r = running;
        if (r != null) {
            r.loop.close();
        }
    }
}

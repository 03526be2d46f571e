// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.NetworkRules;
import dev.mailer.api.spi.RunningMailer;
import dev.mailer.api.spi.WebhookStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** The loop of another node on the ledger of a rig. */
final class SecondNode implements AutoCloseable {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final DeliveryLoop loop;

    SecondNode(Rig rig) {
        NetworkRules networks = NetworkRules.allowing(List.of("127.0.0.0/8"));
        HttpSender sender = new HttpSender(
                new CheckedAddresses(InetAddress::getAllByName, networks), null, Duration.ofSeconds(15), rig.clock);
        RunningMailer mailer = new RunningMailer() {
            @Override
            public EventStore events() {
                return rig.store.eventFeed();
            }

            @Override
            public WebhookStore webhooks() {
                return rig.store.webhooks();
            }
        };
        loop = new DeliveryLoop(
                new DeliveryLoop.Parts(
                        mailer,
                        new KnownEndpoints(rig.store.webhooks(), System::nanoTime),
                        new RequestMaker(sender, new EndpointRules(networks, false), null, rig.clock),
                        sender,
                        new RetryWaits(new Random(1)),
                        new WebhookMeters(meters)),
                new DeliverySettings(8, 64, Duration.ofSeconds(15), Duration.ofDays(5), Duration.ofDays(7)),
                rig.clock);
        loop.start();
    }

    long requests() {
        return meters.find("mailer.webhooks.attempts").timers().stream()
                .mapToLong(t -> t.count())
                .sum();
    }

    @Override
    public void close() {
        loop.close();
    }
}

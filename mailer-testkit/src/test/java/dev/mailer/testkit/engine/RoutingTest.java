// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.EventType;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.Router;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The router is somebody else's code. */
@Timeout(60)
class RoutingTest {
    private final AtomicReference<Router> router = new AtomicReference<>(d -> "default");
    private final Rig rig = new Rig()
            .with(m -> m.transport(new StubTransport())
                    .install(MailerPlugin.of(
                            "router", p -> p.router(d -> router.get().plan(d)))));

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void a_router_that_blocks_holds_up_no_caller() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        router.set(d -> {
            asked.countDown();
            StubTransport.hang(go);
            return "default";
        });
        MessageId first = rig.send("jo@one.example");
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();

        MessageId second = rig.send("jo@two.example");

        assertThat(rig.delivery(second).state()).isEqualTo(DeliveryState.QUEUED);
        go.countDown();
        rig.await(first, DeliveryState.SENT);
        rig.await(second, DeliveryState.SENT);
    }

    @Test
    void a_router_that_throws_delays_its_mail_and_stops_nothing_else() {
        router.set(d -> {
            if (d.recipientDomain().equals("bad.example")) {
                throw new IllegalStateException("on purpose");
            }
            return "default";
        });

        MessageId bad = rig.send("jo@bad.example");

        rig.await(bad, DeliveryState.DEFERRED);
        rig.await(rig.send("jo@good.example"), DeliveryState.SENT);
    }

    @Test
    void a_transport_that_is_not_configured_burns_no_retry() {
        router.set(d -> "nowhere");

        MessageId id = rig.send("jo@one.example");

        DeliveryStatus waiting = rig.await(id, DeliveryState.DEFERRED);
        assertThat(Objects.requireNonNull(waiting.failure()).reason()).isEqualTo("no-route");
        assertThat(rig.events(id)).contains(EventType.DEFERRED);
        router.set(d -> "default");
        rig.clock.advance(Duration.ofMinutes(1));
        rig.await(id, DeliveryState.SENT);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TransportMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TransportMeters meters = new TransportMeters(registry);

    @Test
    void transports_of_one_name_show_their_sum() {
        AtomicInteger first = new AtomicInteger(2);
        AtomicInteger second = new AtomicInteger(3);
        AtomicInteger other = new AtomicInteger(9);
        meters.gauge("connections", "mx:", first, AtomicInteger::get);
        meters.gauge("connections", "mx:", second, AtomicInteger::get);
        meters.gauge("connections", "smtp://relay", other, AtomicInteger::get);

        assertThat(shown("mx:")).isEqualTo(5);
        assertThat(shown("smtp://relay")).isEqualTo(9);
        second.set(0);
        assertThat(shown("mx:")).isEqualTo(2);
    }

    @Test
    void what_is_counted_has_the_transport_and_its_tags() {
        meters.count("tls", "mx:", Map.of("result", "success"));
        meters.count("tls", "mx:", Map.of("result", "success"));
        meters.count("tls", "mx:", Map.of("result", "certificate-expired"));

        assertThat(registry.get("tls")
                        .tags("transport", "mx:", "result", "success")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void a_registry_that_throws_keeps_nothing_back() {
        registry.config().onMeterAdded(meter -> {
            throw new IllegalStateException("full");
        });

        meters.count("tls", "mx:", Map.of());

        assertThat(registry.getMeters()).hasSizeLessThanOrEqualTo(1);
    }

    private double shown(String transport) {
        return registry.get("connections").tag("transport", transport).gauge().value();
    }
}

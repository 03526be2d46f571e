// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.OutboxStore.Depth;
import dev.mailer.core.internal.template.VelocityTemplates;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineMetersTest {
    private static final Lane NEWS = new Lane("default", "news");
    private static final Lane GONE = new Lane("default", "gone");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final EngineMeters meters =
            new EngineMeters(registry, ObservationRegistry.NOOP, List.of(TestClaims.LANE, NEWS));

    @Test
    void a_configured_stream_in_which_nothing_waits_is_zero() {
        meters.depths(List.of(new Depth(NEWS, 3, 2, 1, Duration.ofSeconds(9))));
        assertThat(gauges("news")).containsExactly(3.0, 2.0, 9.0);
        assertThat(gauges("transactional")).containsExactly(0.0, 0.0, 0.0);

        meters.depths(List.of());
        assertThat(gauges("news")).containsExactly(0.0, 0.0, 0.0);
    }

    @Test
    void a_stream_that_is_no_longer_configured_is_told_while_something_waits_in_it() {
        meters.depths(List.of(new Depth(GONE, 1, 0, 0, Duration.ofSeconds(9))));
        assertThat(gauges("gone")).containsExactly(1.0, 0.0, 9.0);

        meters.depths(List.of());
        assertThat(registry.find("mailer.queue.ready").tag("stream", "gone").gauge())
                .isNull();
    }

    @Test
    void compiled_templates_are_counted(@TempDir Path folder) throws IOException {
        Files.writeString(Files.createDirectory(folder.resolve("hello")).resolve("text.vm"), "Hello");
        VelocityTemplates templates = new VelocityTemplates(folder, InstantSource.system(), Duration.ZERO);
        meters.templates(templates);

        templates.currentVersion("default", "hello", null);
        templates.currentVersion("default", "hello", null);
        templates.currentVersion("default", "hello", null);

        assertThat(lookups("miss")).isEqualTo(1);
        assertThat(lookups("hit")).isEqualTo(2);
        assertThat(registry.get("mailer.template.cache.compile").functionTimer().count())
                .isEqualTo(1);
        assertThat(registry.get("mailer.template.cache.evictions")
                        .functionCounter()
                        .count())
                .isZero();
    }

    private double lookups(String result) {
        return registry.get("mailer.template.cache.gets")
                .tag("result", result)
                .functionCounter()
                .count();
    }

    private List<Double> gauges(String stream) {
        return List.of("mailer.queue.ready", "mailer.queue.waiting", "mailer.queue.oldest.age").stream()
                .map(name -> registry.get(name).tag("stream", stream).gauge().value())
                .toList();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.Mailer;
import dev.mailer.api.MessageId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ObservabilityBeansTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(MailerAutoConfiguration.class))
            .withPropertyValues("mailer.transport=memory:");

    @Test
    void an_observation_registry_sees_what_the_mailer_does() {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new ObservationHandler<>() {
            @Override
            public void onStop(Observation.Context context) {
                seen.add(String.valueOf(context.getName()));
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });

        runner.withBean(ObservationRegistry.class, () -> registry).run(context -> {
            send(context.getBean(Mailer.class));

            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(seen)
                            .contains(
                                    "mailer.submit", "mailer.attempt", "mailer.ledger.append", "mailer.ledger.settle"));
        });
    }

    @Test
    void several_mailers_are_told_apart_in_one_meter_registry() {
        runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withPropertyValues("mailer.mailers.billing.transport=memory:", "mailer.mailers.billing.store=memory")
                .run(context -> {
                    send(context.getBean(Mailer.class));
                    send(context.getBean(Mailer.class));
                    send(context.getBean("billingMailer", Mailer.class));

                    MeterRegistry meters = context.getBean(MeterRegistry.class);
                    assertThat(submitted(meters, "default")).isEqualTo(2);
                    assertThat(submitted(meters, "billing")).isEqualTo(1);
                });
    }

    private static double submitted(MeterRegistry meters, String mailer) {
        return meters.get("mailer.submitted").tag("mailer", mailer).counter().count();
    }

    private static void send(Mailer mailer) {
        MessageId id = mailer.send(mail -> mail.from("shop@example.com")
                        .to("jo@example.org")
                        .subject("Welcome")
                        .text("Welcome!"))
                .id();
        assertThat(mailer.await(id, Duration.ofSeconds(20)).isSent()).isTrue();
    }
}

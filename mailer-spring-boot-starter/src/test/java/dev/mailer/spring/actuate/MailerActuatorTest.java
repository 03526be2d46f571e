// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.Email;
import dev.mailer.api.Mailer;
import dev.mailer.api.MessageId;
import dev.mailer.core.MailerEngine;
import dev.mailer.spring.MailerActuatorAutoConfiguration;
import dev.mailer.spring.MailerAutoConfiguration;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class MailerActuatorTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(MailerAutoConfiguration.class, MailerActuatorAutoConfiguration.class))
            .withPropertyValues("management.endpoints.web.exposure.include=mailer");

    @Test
    void a_mailer_that_works_is_up() {
        runner.run(context -> {
            Health health = context.getBean(MailerHealthIndicator.class).health();
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails())
                    .containsEntry("accepting", true)
                    .containsEntry("sending", true)
                    .containsEntry("store", "memory")
                    .doesNotContainKey("problem");
        });
    }

    @Test
    void a_lapse_is_told_and_takes_the_application_down_only_where_mail_is_required() {
        runner.run(context -> {
            context.getBean(MailerEngine.class).close();
            Health health = context.getBean(MailerHealthIndicator.class).health();
            assertThat(health.getStatus()).isEqualTo(new Status(MailerHealthIndicator.DEGRADED));
            assertThat(health.getDetails())
                    .containsEntry("accepting", false)
                    .containsEntry("problem", "the mailer is closed");
        });
        runner.withPropertyValues("mailer.health.required=true").run(context -> {
            context.getBean(MailerEngine.class).close();
            assertThat(context.getBean(MailerHealthIndicator.class).health().getStatus())
                    .isEqualTo(Status.DOWN);
        });
    }

    @Test
    void health_and_endpoint_can_be_left_out() {
        runner.withPropertyValues("management.health.mailer.enabled=false", "management.endpoint.mailer.access=NONE")
                .run(context -> assertThat(context)
                        .doesNotHaveBean(MailerHealthIndicator.class)
                        .doesNotHaveBean(MailerEndpoint.class));
        runner.withClassLoader(
                        new FilteredClassLoader("org.springframework.boot.health", "org.springframework.boot.actuate"))
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(Mailer.class));
    }

    @Test
    void the_endpoint_shows_the_queue_and_what_became_of_a_mail() {
        runner.run(context -> {
            MessageId id = send(context.getBean(Mailer.class), "jo@example.org");
            context.getBean(Mailer.class).await(id, Duration.ofSeconds(20));
            MailerEndpoint endpoint = context.getBean(MailerEndpoint.class);

            assertThat(endpoint.queue("default"))
                    .containsEntry("store", "memory")
                    .containsKeys("transports", "depths", "parked", "sites", "tlsFailures");
            Map<String, Object> trace = endpoint.trace("default", id.toString());
            assertThat(trace).containsKeys("deliveries", "events");
            assertThat(trace.toString()).contains("SENT", "example.org").doesNotContain("jo@");
            assertThat(endpoint.trace("default", "01977d3e-5a00-7000-8000-000000000000"))
                    .isNull();
            assertThat(endpoint.trace("default", "none")).isNull();
        });
    }

    @Test
    void the_endpoint_tries_again_what_is_held() {
        runner.run(context -> {
            MailerEngine mailer = context.getBean(MailerEngine.class);
            MessageId id = mailer.send(mail -> mail.from("shop@example.com")
                            .to("jo+ambiguous@example.org")
                            .subject("Welcome")
                            .text("Welcome!")
                            .ambiguityPolicy(AmbiguityPolicy.HOLD))
                    .id();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> mailer.find(id).deliveries().get(0).state() == DeliveryState.AMBIGUOUS);
            MailerEndpoint endpoint = context.getBean(MailerEndpoint.class);

            assertThatThrownBy(() -> endpoint.retry("default", "none", null))
                    .hasMessage("the mailer 'default' has no such mail; the mailers are [default]");
            assertThat((List<?>) endpoint.retry("default", id.toString(), -1L).get("retried"))
                    .isEmpty();
            assertThat((List<?>) endpoint.retry("default", id.toString(), null).get("retried"))
                    .hasSize(1);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> mailer.find(id).deliveries().get(0).attempts() == 2);
        });
    }

    @Test
    void what_has_ended_or_is_scheduled_is_sent_now_only_where_it_is_named() {
        runner.run(context -> {
            MailerEngine mailer = context.getBean(MailerEngine.class);
            MailerEndpoint endpoint = context.getBean(MailerEndpoint.class);
            MessageId dropped = mailer.send(code("jo+ambiguous@example.org")
                            .ambiguityPolicy(AmbiguityPolicy.DROP)
                            .build())
                    .id();
            MessageId scheduled = mailer.send(code("jo@example.org")
                            .sendAt(Instant.now().plus(Duration.ofDays(1)))
                            .build())
                    .id();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> only(mailer, dropped).state() == DeliveryState.FAILED);

            for (MessageId id : List.of(dropped, scheduled)) {
                assertThat((List<?>)
                                endpoint.retry("default", id.toString(), null).get("retried"))
                        .isEmpty();
            }
            assertThat(only(mailer, dropped).state()).isEqualTo(DeliveryState.FAILED);
            assertThat(only(mailer, scheduled).state()).isEqualTo(DeliveryState.SCHEDULED);
            for (MessageId id : List.of(dropped, scheduled)) {
                long delivery = only(mailer, id).id();
                assertThat(endpoint.retry("default", id.toString(), delivery))
                        .containsEntry("retried", List.of(delivery));
            }
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> only(mailer, scheduled).state() == DeliveryState.SENT);
        });
    }

    private static Email.Builder code(String to) {
        return Email.builder()
                .from("shop@example.com")
                .to(to)
                .subject("Your code")
                .text("4711");
    }

    private static DeliveryStatus only(Mailer mailer, MessageId id) {
        return mailer.find(id).deliveries().get(0);
    }

    private static MessageId send(Mailer mailer, String to) {
        return mailer.send(mail ->
                        mail.from("shop@example.com").to(to).subject("Welcome").text("Welcome!"))
                .id();
    }
}

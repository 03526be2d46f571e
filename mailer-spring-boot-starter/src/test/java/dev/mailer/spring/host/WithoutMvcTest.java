// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Mailer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

@ExtendWith(OutputCaptureExtension.class)
class WithoutMvcTest {
    private static final String NOT_SERVED =
            "[/mailbox] cannot be seen: endpoints are mounted in Spring MVC and WebFlux, and this application has neither";

    @Test
    void in_webflux_endpoints_are_mounted_too(CapturedOutput output) throws Exception {
        try (ConfigurableApplicationContext app = start("reactive")) {
            assertSends(app.getBean(Mailer.class));
            String root = "http://localhost:" + app.getEnvironment().getProperty("local.server.port");

            assertThat(status(root + "/mailbox/")).isEqualTo(200);
            assertThat(status(root + "/mailbox/none")).isEqualTo(404);
            assertThat(status(root + "/actuator/mailer")).isEqualTo(200);
            assertThat(status(root + "/actuator/health/mailer")).isEqualTo(200);
            assertThat(output).contains("mail goes to the development mailbox").doesNotContain(NOT_SERVED);
        }
    }

    @Test
    void without_a_web_it_is_too(CapturedOutput output) {
        try (ConfigurableApplicationContext app = start("none")) {
            assertSends(app.getBean(Mailer.class));

            assertThat(output).contains(NOT_SERVED);
        }
    }

    private static ConfigurableApplicationContext start(String type) {
        return SpringApplication.run(
                App.class,
                "--spring.main.web-application-type=" + type,
                "--server.port=0",
                "--spring.main.banner-mode=off",
                "--management.endpoints.web.exposure.include=health,mailer",
                "--management.endpoint.health.show-details=always");
    }

    private static int status(String uri) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static void assertSends(Mailer mailer) {
        var id = mailer.send(mail -> mail.from("shop@example.com")
                        .to("jo@example.org")
                        .subject("Welcome")
                        .text("Welcome!"))
                .id();
        assertThat(mailer.await(id, Duration.ofSeconds(20)).isSent()).isTrue();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            excludeName = {
                "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
                "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration"
            })
    static class App {}
}

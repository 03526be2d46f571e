// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.MessageId;
import dev.mailer.core.MailerEngine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** Health and endpoint over HTTP, of an application that has a second mailer. */
class SeveralMailersTest {
    private static ConfigurableApplicationContext app;

    @BeforeAll
    static void start() {
        app = SpringApplication.run(
                App.class,
                "--server.port=0",
                "--spring.main.banner-mode=off",
                "--mailer.mailers.billing.transport=smtp://127.0.0.1:1",
                "--mailer.mailers.billing.retry.first=1h",
                "--mailer.mailers.billing.retry.longest=1h",
                "--mailer.mailers.billing.store=memory",
                "--management.endpoints.web.exposure.include=health,mailer",
                "--management.endpoint.health.show-details=always");
    }

    @AfterAll
    static void end() {
        app.close();
    }

    @Test
    void each_is_shown_by_its_name() throws Exception {
        assertThat(get("/actuator/mailer").body())
                .startsWith("{\"mailers\":{\"default\":{\"store\":\"memory\"")
                .contains("\"billing\":{\"store\":\"memory\"");
        assertThat(get("/actuator/mailer/billing").body()).startsWith("{\"store\":\"memory\"");
        assertThat(get("/actuator/mailer/other").statusCode()).isEqualTo(404);
    }

    @Test
    void a_mail_is_traced_and_tried_again_in_its_mailer() throws Exception {
        MailerEngine billing = app.getBean("billingMailer", MailerEngine.class);
        MessageId id = billing.send(mail -> mail.from("shop@example.com")
                        .to("jo@example.org")
                        .subject("Your invoice")
                        .text("Thank you!"))
                .id();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> billing.find(id).deliveries().get(0).state() == DeliveryState.DEFERRED);

        assertThat(get("/actuator/mailer/billing/" + id).body()).contains("DEFERRED", "example.org");
        assertThat(get("/actuator/mailer/default/" + id).statusCode()).isEqualTo(404);
        assertThat(post("/actuator/mailer/default/" + id).statusCode()).isEqualTo(400);
        assertThat(post("/actuator/mailer/billing/" + id).body()).contains("\"retried\":[");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> billing.find(id).deliveries().get(0).attempts() == 2);
    }

    @Test
    void the_health_of_each_is_a_component() throws Exception {
        assertThat(get("/actuator/health/mailer").body())
                .contains("\"components\":{\"billing\":{", "\"default\":{")
                .contains("\"status\":\"UP\"");
        assertThat(get("/actuator/health/mailer/billing").body()).contains("\"store\":\"memory\"");
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return exchange(request(path).build());
    }

    private static HttpResponse<String> post(String path) throws IOException, InterruptedException {
        return exchange(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build());
    }

    private static HttpResponse<String> exchange(HttpRequest request) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://localhost:" + app.getEnvironment().getProperty("local.server.port") + path));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            excludeName = {
                "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
                "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration"
            })
    static class App {}
}

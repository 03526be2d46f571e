// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Email;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.MemoryTransport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The requests of RFC 8058 §8 unsubscribe, whatever else of the application would read a form. */
class OneClickTest {
    private static final Pattern LINK = Pattern.compile("<https://mail\\.example\\.com(/u/[A-Za-z0-9_-]+)>");
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String BOUNDARY = "---FormBoundaryjWmhtjORrn";
    private static final String PARTS = "multipart/form-data; boundary=" + BOUNDARY;

    @ParameterizedTest
    @CsvSource({"servlet, false", "servlet, true", "reactive, false", "reactive, true"})
    void one_click_unsubscribes_in_both_forms(String type, boolean methodFilter) throws Exception {
        try (ConfigurableApplicationContext app = start(type, methodFilter)) {
            assertThat(unsubscribes(app, "jo@example.org", FORM, "List-Unsubscribe=One-Click"))
                    .isTrue();
            assertThat(unsubscribes(app, "ann@example.org", PARTS, parts("--" + BOUNDARY)))
                    .isTrue();
            assertThat(unsubscribes(app, "as-printed@example.org", PARTS, parts(BOUNDARY)))
                    .isTrue();
            assertThat(unsubscribes(app, "page@example.org", FORM, "action=unsubscribe"))
                    .isTrue();
            assertThat(unsubscribes(app, "other@example.org", FORM, "List-Unsubscribe=Two-Clicks"))
                    .isFalse();
        }
    }

    private static String parts(String delimiter) {
        return delimiter + "\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n"
                + delimiter + "--\r\n";
    }

    private static boolean unsubscribes(ConfigurableApplicationContext app, String recipient, String type, String body)
            throws Exception {
        MailerEngine mailer = app.getBean(MailerEngine.class);
        MemoryTransport sent = app.getBean(MemoryTransport.class);
        mailer.await(
                mailer.send(Email.builder().from("news@example.com").to(recipient).subject("News").text("x").stream(
                                        "broadcast")
                                .build())
                        .id(),
                Duration.ofMinutes(1));
        String mail = sent.sent().get(sent.sent().size() - 1).content().asUtf8();
        Matcher link = LINK.matcher(mail.replaceAll("\r\n[ \t]", ""));
        assertThat(link.find()).as(mail).isTrue();
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(address(app, link.group(1)))
                                .header("Content-Type", type)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        boolean listed = mailer.suppressions().entries("default", recipient).stream()
                .map(Suppression::stream)
                .anyMatch("broadcast"::equals);
        assertThat(answer.statusCode() == 200).as(answer.body()).isEqualTo(listed);
        return listed;
    }

    private static URI address(ConfigurableApplicationContext app, String path) {
        return URI.create("http://127.0.0.1:" + app.getEnvironment().getProperty("local.server.port") + path);
    }

    private static ConfigurableApplicationContext start(String type, boolean methodFilter) {
        return new SpringApplication(App.class)
                .run(
                        "--spring.main.web-application-type=" + type,
                        "--spring.mvc.hiddenmethod.filter.enabled=" + methodFilter,
                        "--spring.webflux.hiddenmethod.filter.enabled=" + methodFilter,
                        "--server.port=0",
                        "--spring.main.banner-mode=off",
                        "--mailer.store=memory",
                        "--mailer.public-url=https://mail.example.com");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            excludeName = {
                "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
                "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration"
            })
    static class App {
        @Bean
        MemoryTransport transport() {
            return new MemoryTransport();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.MemoryTransport;
import dev.mailer.spring.docs.RecipientPagesFluxSecurity;
import dev.mailer.spring.docs.RecipientPagesSecurity;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;

/** With the lines of the documents Spring Security lets recipients reach pixel, links and one click; without them it does not. */
class SecuredPagesTest {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String PARTS = "multipart/form-data; boundary=x";

    @ParameterizedTest
    @CsvSource({"servlet, 403", "reactive, 401"})
    void recipients_pass_by_the_lines_of_the_documents_and_nobody_else(String type, int refused) throws Exception {
        Class<?> security = type.equals("servlet") ? RecipientPagesSecurity.class : RecipientPagesFluxSecurity.class;
        try (ConfigurableApplicationContext app = start(type, security)) {
            MailerEngine mailer = app.getBean(MailerEngine.class);
            MessageId id = send(mailer);
            String mail = sent(app);

            HttpResponse<String> open = get(app, path(mail, "/t/o/[A-Za-z0-9_-]+\\.gif"));
            HttpResponse<String> click = get(app, path(mail, "/t/c/[A-Za-z0-9_-]+"));
            String unsubscribe = path(mail, "/u/[A-Za-z0-9_-]+");

            assertThat(open.statusCode()).isEqualTo(200);
            assertThat(click.statusCode()).isEqualTo(302);
            assertThat(click.headers().allValues("Location")).containsExactly("https://shop.example/a?b=1&c=2");
            assertThat(mailer.trace(id).events())
                    .extracting(MailEvent::type)
                    .contains(EventType.OPENED, EventType.CLICKED);
            assertThat(get(app, unsubscribe).statusCode()).isEqualTo(200);
            assertThat(mailer.suppressions().entries("default", "jo@example.org"))
                    .isEmpty();
            HttpResponse<String> form = post(app, unsubscribe, FORM, "List-Unsubscribe=One-Click");
            assertThat(form.statusCode()).as(form.body()).isEqualTo(200);
            assertThat(form.headers().allValues("Set-Cookie")).isEmpty();
            assertThat(mailer.suppressions().entries("default", "jo@example.org"))
                    .hasSize(1);
            HttpResponse<String> parts = post(
                    app,
                    unsubscribe,
                    PARTS,
                    "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n");
            assertThat(parts.statusCode()).as(parts.body()).isEqualTo(200);
            assertThat(get(app, "/elsewhere").statusCode()).isEqualTo(refused);
        }
    }

    @ParameterizedTest
    @CsvSource({"servlet", "reactive"})
    void without_those_lines_recipients_are_refused(String type) throws Exception {
        Class<?> security = type.equals("servlet") ? Locked.class : LockedFlux.class;
        try (ConfigurableApplicationContext app = start(type, security)) {
            MailerEngine mailer = app.getBean(MailerEngine.class);
            send(mailer);
            String mail = sent(app);

            assertThat(get(app, path(mail, "/t/o/[A-Za-z0-9_-]+\\.gif")).statusCode())
                    .isIn(401, 403);
            assertThat(get(app, path(mail, "/t/c/[A-Za-z0-9_-]+")).statusCode()).isIn(401, 403);
            assertThat(post(app, path(mail, "/u/[A-Za-z0-9_-]+"), FORM, "List-Unsubscribe=One-Click")
                            .statusCode())
                    .isIn(401, 403);
            assertThat(mailer.suppressions().entries("default", "jo@example.org"))
                    .isEmpty();
        }
    }

    @Test
    void the_paths_are_those_that_are_mounted() throws Exception {
        try (ConfigurableApplicationContext app = start("servlet", RecipientPagesSecurity.class)) {
            assertThat(app.getBean(MailerEngine.class).endpoints())
                    .filteredOn(endpoint -> !endpoint.forDevelopers())
                    .extracting(HttpEndpoint::path)
                    .containsExactlyInAnyOrder("/t", "/u");
        }
    }

    private static MessageId send(MailerEngine mailer) {
        MessageId id = mailer.send(
                        mail -> mail.from("news@example.com").to("jo@example.org").subject("News").stream("broadcast")
                                .trackOpens(true)
                                .trackClicks(true)
                                .html("<a href=\"https://shop.example/a?b=1&amp;c=2\">x</a>"))
                .id();
        mailer.await(id, Duration.ofMinutes(1));
        return id;
    }

    /** Without what quoted-printable and folding made of it. */
    private static String sent(ConfigurableApplicationContext app) {
        return app.getBean(MemoryTransport.class)
                .sent()
                .get(0)
                .content()
                .asUtf8()
                .replace("=\r\n", "")
                .replaceAll("\r\n[ \t]", "");
    }

    private static String path(String mail, String pattern) {
        Matcher matcher =
                Pattern.compile("https://mail\\.example\\.com(" + pattern + ")").matcher(mail);
        assertThat(matcher.find()).as(mail).isTrue();
        return matcher.group(1);
    }

    private static HttpResponse<String> get(ConfigurableApplicationContext app, String path) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(address(app, path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(ConfigurableApplicationContext app, String path, String type, String body)
            throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(address(app, path))
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static URI address(ConfigurableApplicationContext app, String path) {
        return URI.create("http://127.0.0.1:" + app.getEnvironment().getProperty("local.server.port") + path);
    }

    private static ConfigurableApplicationContext start(String type, Class<?> security) {
        return new SpringApplication(App.class, security)
                .run(
                        "--spring.main.web-application-type=" + type,
                        "--spring.mvc.hiddenmethod.filter.enabled=true",
                        "--spring.webflux.hiddenmethod.filter.enabled=true",
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

    @Configuration(proxyBeanMethods = false)
    @EnableWebSecurity
    static class Locked {
        @Bean
        SecurityFilterChain everything(HttpSecurity http) {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableWebFluxSecurity
    static class LockedFlux {
        @Bean
        SecurityWebFilterChain everything(ServerHttpSecurity http) {
            return http.authorizeExchange(exchanges -> exchanges.anyExchange().authenticated())
                    .build();
        }
    }
}

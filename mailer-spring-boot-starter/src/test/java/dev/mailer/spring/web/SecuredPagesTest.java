// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.web;

import static dev.mailer.spring.web.PagesApp.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.core.MailerEngine;
import dev.mailer.spring.docs.RecipientPagesFluxSecurity;
import dev.mailer.spring.docs.RecipientPagesSecurity;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String PARTS = "multipart/form-data; boundary=x";

    @ParameterizedTest
    @CsvSource({"servlet, 403", "reactive, 401"})
    void recipients_pass_by_the_lines_of_the_documents_and_nobody_else(String type, int refused) throws Exception {
        Class<?> security = type.equals("servlet") ? RecipientPagesSecurity.class : RecipientPagesFluxSecurity.class;
        try (PagesApp app = start(type, security)) {
            MailerEngine mailer = app.mailer();
            MessageId id = send(mailer);
            String mail = app.sent();

            HttpResponse<String> open = app.send("GET", path(mail, "/t/o/[A-Za-z0-9_-]+\\.gif"), "");
            HttpResponse<String> click = app.send("GET", path(mail, "/t/c/[A-Za-z0-9_-]+"), "");
            String unsubscribe = path(mail, "/u/[A-Za-z0-9_-]+");

            assertThat(open.statusCode()).isEqualTo(200);
            assertThat(click.statusCode()).isEqualTo(302);
            assertThat(click.headers().allValues("Location")).containsExactly("https://shop.example/a?b=1&c=2");
            assertThat(mailer.trace(id).events())
                    .extracting(MailEvent::type)
                    .contains(EventType.OPENED, EventType.CLICKED);
            assertThat(app.send("GET", unsubscribe, "").statusCode()).isEqualTo(200);
            assertThat(mailer.suppressions().entries("default", "jo@example.org"))
                    .isEmpty();
            HttpResponse<String> form =
                    app.send("POST", unsubscribe, "List-Unsubscribe=One-Click", "Content-Type", FORM);
            assertThat(form.statusCode()).as(form.body()).isEqualTo(200);
            assertThat(form.headers().allValues("Set-Cookie")).isEmpty();
            assertThat(mailer.suppressions().entries("default", "jo@example.org"))
                    .hasSize(1);
            HttpResponse<String> parts = app.send(
                    "POST",
                    unsubscribe,
                    "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n",
                    "Content-Type",
                    PARTS);
            assertThat(parts.statusCode()).as(parts.body()).isEqualTo(200);
            assertThat(app.send("GET", "/elsewhere", "").statusCode()).isEqualTo(refused);
        }
    }

    @ParameterizedTest
    @CsvSource({"servlet", "reactive"})
    void without_those_lines_recipients_are_refused(String type) throws Exception {
        Class<?> security = type.equals("servlet") ? Locked.class : LockedFlux.class;
        try (PagesApp app = start(type, security)) {
            MailerEngine mailer = app.mailer();
            send(mailer);
            String mail = app.sent();

            assertThat(app.send("GET", path(mail, "/t/o/[A-Za-z0-9_-]+\\.gif"), "")
                            .statusCode())
                    .isIn(401, 403);
            assertThat(app.send("GET", path(mail, "/t/c/[A-Za-z0-9_-]+"), "").statusCode())
                    .isIn(401, 403);
            assertThat(app.send(
                                    "POST",
                                    path(mail, "/u/[A-Za-z0-9_-]+"),
                                    "List-Unsubscribe=One-Click",
                                    "Content-Type",
                                    FORM)
                            .statusCode())
                    .isIn(401, 403);
            assertThat(mailer.suppressions().entries("default", "jo@example.org"))
                    .isEmpty();
        }
    }

    @Test
    void the_paths_are_those_that_are_mounted() throws Exception {
        try (PagesApp app = start("servlet", RecipientPagesSecurity.class)) {
            assertThat(app.mailer().endpoints())
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

    private static PagesApp start(String type, Class<?> security) {
        return new PagesApp(
                type,
                List.of(security),
                "--spring.mvc.hiddenmethod.filter.enabled=true",
                "--spring.webflux.hiddenmethod.filter.enabled=true");
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

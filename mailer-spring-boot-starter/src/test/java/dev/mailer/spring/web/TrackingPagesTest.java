// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.core.servlet.ServletExchange;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

/** What recipients reach of an application, and any endpoint of a plugin, in both kinds of web. */
class TrackingPagesTest {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    private static final CompletableFuture<HttpEndpoint.Response> LATER = new CompletableFuture<>();

    @ParameterizedTest
    @ValueSource(strings = {"servlet", "reactive"})
    void endpoints_get_what_came_and_answer_as_they_say(String type) throws Exception {
        try (ConfigurableApplicationContext app = start(type)) {
            HttpResponse<String> echo = send(app, "POST", "/echo/a%20b/c?x=1&y=%C3%A4&x=2", "text", "User-Agent", "me");
            HttpResponse<String> redirect = send(app, "GET", "/echo/away", "");
            HttpResponse<String> head = send(app, "HEAD", "/echo/away", "");
            HttpResponse<String> large = send(app, "POST", "/echo", "x".repeat(ServletExchange.MAX_BODY + 1));

            assertThat(echo.statusCode()).isEqualTo(200);
            assertThat(echo.body()).isEqualTo("POST /a b/c {x=2, y=\u00e4} me text 127.0.0.1");
            assertThat(redirect.statusCode()).isEqualTo(302);
            assertThat(redirect.headers().allValues("Location")).containsExactly("https://shop.example/");
            assertThat(head.statusCode()).isEqualTo(302);
            assertThat(large.statusCode()).isEqualTo(413);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"servlet", "reactive"})
    void opens_are_answered_and_nothing_else_leads_anywhere(String type) throws Exception {
        try (ConfigurableApplicationContext app = start(type)) {
            assertThat(send(app, "GET", "/t", "").statusCode()).isEqualTo(404);
            HttpResponse<String> post = send(app, "POST", "/t/c/x", "x");
            assertThat(post.statusCode()).isEqualTo(405);
            assertThat(post.headers().firstValue("Allow")).hasValue("GET, HEAD");
            assertThat(post.headers().firstValue("Location")).isEmpty();
        }
    }

    @Test
    void an_answer_that_waits_keeps_no_thread_of_webflux() throws Exception {
        try (ConfigurableApplicationContext app = start("reactive")) {
            List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
            for (int i = 0; i < 3 * Schedulers.DEFAULT_BOUNDED_ELASTIC_SIZE; i++) {
                HttpRequest request =
                        HttpRequest.newBuilder(address(app, "/echo/later")).build();
                waiting.add(HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> LATER.getNumberOfDependents() == waiting.size());

            assertThat(send(app, "GET", "/echo/away", "").statusCode()).isEqualTo(302);

            LATER.complete(HttpEndpoint.Response.text(200, "done"));
            for (CompletableFuture<HttpResponse<String>> answer : waiting) {
                assertThat(answer.get(60, TimeUnit.SECONDS).body()).isEqualTo("done");
            }
        }
    }

    private static URI address(ConfigurableApplicationContext app, String path) {
        return URI.create("http://127.0.0.1:" + app.getEnvironment().getProperty("local.server.port") + path);
    }

    private static ConfigurableApplicationContext start(String type) {
        return SpringApplication.run(
                App.class,
                "--spring.main.web-application-type=" + type,
                "--server.port=0",
                "--spring.main.banner-mode=off",
                "--mailer.transport=memory:",
                "--mailer.store=memory",
                "--mailer.public-url=https://mail.example.com",
                "--mailer.tracking.opens=true");
    }

    private static HttpResponse<String> send(
            ConfigurableApplicationContext app, String method, String path, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(address(app, path))
                .method(method, HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            excludeName = {
                "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
                "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration"
            })
    static class App {
        @Bean
        HttpEndpoint echo() {
            return new HttpEndpoint() {
                @Override
                public String path() {
                    return "/echo";
                }

                @Override
                public CompletionStage<Response> handleAsync(Request r) {
                    return r.path().equals("/later") ? LATER : HttpEndpoint.super.handleAsync(r);
                }

                @Override
                public Response handle(Request r) {
                    if (r.path().equals("/away")) {
                        return new Response(302, Map.of("Location", "https://shop.example/"), Bytes.EMPTY);
                    }
                    return Response.text(
                            200,
                            r.method() + " " + r.path() + " " + new TreeMap<>(r.query()) + " " + r.header("user-agent")
                                    + " " + r.body().asUtf8() + " " + r.remoteAddress());
                }
            };
        }
    }
}

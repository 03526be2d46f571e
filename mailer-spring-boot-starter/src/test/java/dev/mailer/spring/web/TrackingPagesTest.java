// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.web;

import static dev.mailer.spring.web.PagesApp.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.servlet.EndpointServlet;
import dev.mailer.core.servlet.ServletExchange;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

/** What recipients reach of an application, and any endpoint of a plugin, in both kinds of web. */
class TrackingPagesTest {
    private static final CompletableFuture<HttpEndpoint.Response> LATER = new CompletableFuture<>();

    @ParameterizedTest
    @ValueSource(strings = {"servlet", "reactive"})
    void endpoints_get_what_came_and_answer_as_they_say(String type) throws Exception {
        try (PagesApp app = start(type)) {
            HttpResponse<String> echo = app.send("POST", "/echo/a%20b/c?x=1&y=%C3%A4&x=2", "text", "User-Agent", "me");
            HttpResponse<String> redirect = app.send("GET", "/echo/away", "");
            HttpResponse<String> head = app.send("HEAD", "/echo/away", "");
            HttpResponse<String> large = app.send("POST", "/echo", "x".repeat(ServletExchange.MAX_BODY + 1));

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
        try (PagesApp app = start(type)) {
            assertThat(app.send("GET", "/t", "").statusCode()).isEqualTo(404);
            HttpResponse<String> post = app.send("POST", "/t/c/x", "x");
            assertThat(post.statusCode()).isEqualTo(405);
            assertThat(post.headers().firstValue("Allow")).hasValue("GET, HEAD");
            assertThat(post.headers().firstValue("Location")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"servlet", "servlet /endpoints", "reactive"})
    void what_recipients_do_with_a_mail_is_answered_and_on_its_timeline(String where) throws Exception {
        String[] typeAndPath = where.split(" ", 2);
        String at = typeAndPath.length == 2 ? typeAndPath[1] : "";
        try (PagesApp app = start(typeAndPath[0])) {
            MailerEngine mailer = app.mailer();
            MessageId id = mailer.send(mail -> mail.from("shop@example.com")
                            .to("jo@example.org")
                            .subject("News")
                            .trackClicks(true)
                            .html("<a href=\"https://shop.example/a?b=1&amp;c=2\">x</a>"))
                    .id();
            mailer.await(id, Duration.ofSeconds(60));
            String mail = app.sent();

            HttpResponse<byte[]> open = PagesApp.HTTP.send(
                    app.request(at + path(mail, "/t/o/[A-Za-z0-9_-]+\\.gif")).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            HttpResponse<String> click = app.send("GET", at + path(mail, "/t/c/[A-Za-z0-9_-]+"), "");
            HttpResponse<String> peek = app.send("HEAD", at + path(mail, "/t/c/[A-Za-z0-9_-]+"), "");

            assertThat(open.statusCode()).isEqualTo(200);
            assertThat(open.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(contentType -> assertThat(contentType).startsWith("image/gif"));
            assertThat(open.body()).startsWith('G', 'I', 'F', '8', '9', 'a').endsWith(';');
            for (HttpResponse<String> answer : List.of(click, peek)) {
                assertThat(answer.statusCode()).isEqualTo(302);
                assertThat(answer.headers().allValues("Location")).containsExactly("https://shop.example/a?b=1&c=2");
                assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
            }
            assertThat(mailer.trace(id).events())
                    .extracting(MailEvent::type)
                    .containsExactlyInAnyOrder(
                            EventType.QUEUED, EventType.SENT, EventType.OPENED, EventType.CLICKED, EventType.CLICKED);
            assertThat(mailer.trace(id).events())
                    .filteredOn(e -> e.type() == EventType.CLICKED)
                    .extracting(e -> e.detail().get("url"))
                    .containsOnly("https://shop.example/a?b=1&c=2");
        }
    }

    @Test
    void an_answer_that_waits_keeps_no_thread_of_webflux() throws Exception {
        try (PagesApp app = start("reactive")) {
            List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
            for (int i = 0; i < 3 * Schedulers.DEFAULT_BOUNDED_ELASTIC_SIZE; i++) {
                HttpRequest request = app.request("/echo/later").build();
                waiting.add(PagesApp.HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> LATER.getNumberOfDependents() == waiting.size());

            assertThat(app.send("GET", "/echo/away", "").statusCode()).isEqualTo(302);

            LATER.complete(HttpEndpoint.Response.text(200, "done"));
            for (CompletableFuture<HttpResponse<String>> answer : waiting) {
                assertThat(answer.get(60, TimeUnit.SECONDS).body()).isEqualTo("done");
            }
        }
    }

    private static PagesApp start(String type) {
        return new PagesApp(type, List.of(Endpoints.class), "--mailer.tracking.opens=true");
    }

    @Configuration(proxyBeanMethods = false)
    static class Endpoints {
        /** The way in of an application whose container has servlets and no Spring MVC. */
        @Bean
        @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
        ServletRegistrationBean<EndpointServlet> endpoints(MailerEngine mailer) {
            return new ServletRegistrationBean<>(new EndpointServlet(mailer.endpoints()), "/endpoints/*");
        }

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

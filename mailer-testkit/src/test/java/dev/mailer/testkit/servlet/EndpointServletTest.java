// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.core.servlet.EndpointServlet;
import dev.mailer.core.servlet.ServletExchange;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Endpoints in a servlet container, which is Jetty. */
class EndpointServletTest {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    private final EndpointServlet servlet =
            new EndpointServlet(List.of(new Echo("/echo", false), new Echo("/dev", true)));
    private Server jetty = new Server();

    @AfterEach
    void stop() throws Exception {
        jetty.stop();
    }

    @Test
    void an_endpoint_gets_what_came_and_answers_as_it_says() throws Exception {
        start("", servlet.patterns());

        HttpResponse<String> echo =
                send("POST", "/echo/a%20b/c+d;v=1?x=1&y=%C3%A4&x=2&%zz", "text", "User-Agent", "me");
        HttpResponse<String> away = send("GET", "/echo/away", "");

        assertThat(echo.statusCode()).isEqualTo(200);
        assertThat(echo.body()).isEqualTo("POST /a b/c+d;v=1 {%zz=, x=2, y=\u00e4} me text 127.0.0.1");
        assertThat(away.statusCode()).isEqualTo(302);
        assertThat(away.headers().allValues("Location")).containsExactly("https://shop.example/");
        assertThat(send("GET", "/echo", "").body()).startsWith("GET  {}");
        assertThat(send("HEAD", "/echo/away", "").statusCode()).isEqualTo(302);
        assertThat(send("POST", "/echo", "x".repeat(ServletExchange.MAX_BODY + 1))
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void it_may_be_below_a_context_and_a_path() throws Exception {
        start("/app", List.of("/mail/*"));

        assertThat(send("GET", "/app/mail/echo/x", "").body()).startsWith("GET /x {}");
        assertThat(send("GET", "/app/mail/echoes", "").statusCode()).isEqualTo(404);
        assertThat(send("GET", "/app/mail/", "").statusCode()).isEqualTo(404);
        assertThat(send("GET", "/app/mail", "").statusCode()).isEqualTo(404);
    }

    @Test
    void it_may_take_everything() throws Exception {
        start("", List.of("/*"));

        assertThat(send("GET", "/echo/x", "").body()).startsWith("GET /x {}");
        assertThat(send("GET", "/", "").statusCode()).isEqualTo(404);
    }

    @Test
    void what_is_for_developers_is_for_this_machine() throws Exception {
        start("", servlet.patterns());

        assertThat(send("GET", "/dev/x", "").statusCode()).isEqualTo(200);
        HttpResponse<String> proxied = send("GET", "/dev/x", "", "X-Forwarded-For", "203.0.113.7");
        assertThat(proxied.statusCode()).isEqualTo(403);
        assertThat(proxied.body()).isEqualTo("These pages are for this machine only.\n");
    }

    @Test
    void both_kinds_of_forms_come_as_they_were_written() throws Exception {
        start("", servlet.patterns());
        String parts = "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\ny\r\n--b--\r\n";

        assertThat(send("POST", "/echo", "x=y", "Content-Type", "application/x-www-form-urlencoded")
                        .body())
                .contains(" x=y ");
        assertThat(send("POST", "/echo", parts, "Content-Type", "multipart/form-data; boundary=b")
                        .body())
                .contains(" " + parts + " ");
    }

    @Test
    void a_form_that_a_filter_has_read_is_put_together_again() throws Exception {
        Filter curious = (request, response, chain) -> {
            assertThat(request.getParameter("x")).isNotNull();
            chain.doFilter(request, response);
        };
        start("", servlet.patterns(), curious);

        HttpResponse<String> echo = send(
                "POST",
                "/echo?x=of+query",
                "x=1&List-Unsubscribe=One-Click&x=%C3%A4+%26",
                "Content-Type",
                "application/x-www-form-urlencoded");

        assertThat(echo.body()).contains("{x=of query}").contains(" x=1&x=%C3%A4+%26&List-Unsubscribe=One-Click ");
    }

    private void start(String context, List<String> patterns, Filter... filters) throws Exception {
        ServletContextHandler handler = new ServletContextHandler(context.isEmpty() ? "/" : context);
        patterns.forEach(pattern -> handler.addServlet(new ServletHolder(servlet), pattern));
        for (Filter filter : filters) {
            handler.addFilter(new FilterHolder(filter), "/*", EnumSet.of(DispatcherType.REQUEST));
        }
        ServerConnector connector = new ServerConnector(jetty);
        connector.setHost("127.0.0.1");
        jetty.addConnector(connector);
        jetty.setHandler(handler);
        jetty.start();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        int port = ((ServerConnector) jetty.getConnectors()[0]).getLocalPort();
        String raw = path.replace("%zz", "%25zz");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + raw))
                .method(method, HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private record Echo(String path, boolean forDevelopers) implements HttpEndpoint {
        @Override
        public Response handle(Request r) {
            if (r.path().equals("/away")) {
                return new Response(302, Map.of("Location", "https://shop.example/"), Bytes.EMPTY);
            }
            return Response.text(
                    200,
                    r.method() + " " + r.path() + " " + new TreeMap<>(r.query()) + " " + r.header("user-agent") + " "
                            + r.body().asUtf8() + " " + r.remoteAddress());
        }
    }
}

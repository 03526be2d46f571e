// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Mailer;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.mailbox.MailboxPlugin;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

class MailboxPagesTest {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    private static ConfigurableApplicationContext app;
    private static int port;

    @BeforeAll
    static void start() {
        app = start("--server.servlet.context-path=/shop");
        port = port(app);
    }

    @BeforeEach
    void send() {
        Mailer mailer = app.getBean(Mailer.class);
        mailer.await(
                mailer.send(mail -> mail.from("shop@example.com")
                                .to("jo@example.org")
                                .subject("Your order 4711")
                                .text("Thank you!"))
                        .id(),
                Duration.ofSeconds(20));
    }

    @AfterAll
    static void end() {
        app.close();
    }

    @Test
    void the_mailbox_is_shown_below_the_context_path() throws Exception {
        HttpResponse<String> page = get(port, "localhost", "/shop/mailbox");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("Your order 4711");
        assertThat(page.uri().getPath()).isEqualTo("/shop/mailbox/");
        assertThat(get(port, "localhost", "/shop/mailbox/api/messages?q=4711&limit=5")
                        .body())
                .contains("jo@example.org");
        assertThat(get(port, "localhost", "/shop/mailbox/api/messages?q=other").body())
                .doesNotContain("jo@example.org");
    }

    @Test
    void controllers_keep_their_paths() throws Exception {
        assertThat(get(port, "localhost", "/shop/anything").body()).isEqualTo("page anything");
    }

    @Test
    void a_form_deletes_although_a_filter_has_read_it() throws Exception {
        String list = get(port, "localhost", "/shop/mailbox/").body();
        Matcher form = Pattern.compile("action=\"(clear)\".*name=\"token\" value=\"([^\"]+)\"")
                .matcher(list);
        assertThat(form.find()).as(list).isTrue();

        HttpResponse<String> deleted = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/shop/mailbox/")
                                .resolve(form.group(1)))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("token=" + form.group(2)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(deleted.body()).doesNotContain("Your order 4711");
    }

    @Test
    void who_is_not_on_this_machine_gets_403() throws Exception {
        assertThat(get(port, address(), "/shop/mailbox/").statusCode()).isEqualTo(403);
        assertThat(with("X-Forwarded-For", "127.0.0.1").statusCode()).isEqualTo(403);
        assertThat(with("Forwarded", "for=127.0.0.1").statusCode()).isEqualTo(403);
    }

    @Test
    void behind_a_trusted_proxy_nobody_is_let_in_unless_it_is_open() throws Exception {
        for (String strategy : new String[] {"native", "framework"}) {
            try (ConfigurableApplicationContext proxied = start("--server.forward-headers-strategy=" + strategy)) {
                assertThat(get(port(proxied), "localhost", "/mailbox/").statusCode())
                        .isEqualTo(403);
            }
        }
        try (ConfigurableApplicationContext open = start(
                "--server.forward-headers-strategy=framework",
                "--mailer.mailbox.open=true",
                "--mailer.mailbox.path=/dev/mail")) {
            assertThat(get(port(open), address(), "/dev/mail/").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void a_mailbox_of_the_applications_own_is_guarded_too() throws Exception {
        try (ConfigurableApplicationContext own = start(OwnMailbox.class, "--mailer.transport=mailbox:")) {
            assertThat(get(port(own), "localhost", "/mails/").statusCode()).isEqualTo(200);
            assertThat(get(port(own), address(), "/mails/").statusCode()).isEqualTo(403);
            assertThat(get(port(own), address(), "/mailbox/").body()).isEqualTo("open");
        }
    }

    private static ConfigurableApplicationContext start(String... arguments) {
        return start(App.class, arguments);
    }

    private static ConfigurableApplicationContext start(Class<?> configuration, String... arguments) {
        String[] all = Stream.concat(
                        Stream.of(arguments), Stream.of("--server.port=0", "--spring.main.banner-mode=off"))
                .toArray(String[]::new);
        return SpringApplication.run(configuration, all);
    }

    private static int port(ConfigurableApplicationContext context) {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    private static HttpResponse<String> get(int port, String host, String path)
            throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> with(String header, String value) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/shop/mailbox/"))
                        .header(header, value)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** One of this machine's that is not loopback; where there is none, a name that is not ours. */
    private static String address() throws SocketException {
        return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                .flatMap(i -> Collections.list(i.getInetAddresses()).stream())
                .filter(a -> a instanceof Inet4Address && !a.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .findFirst()
                .orElse("127.0.0.2");
    }

    @Configuration(proxyBeanMethods = false)
    @Import(App.class)
    static class OwnMailbox {
        @Bean
        MailboxPlugin mails() {
            return MailboxPlugin.builder().path("/mails").build();
        }

        @Bean
        HttpEndpoint elsewhere() {
            return new HttpEndpoint() {
                @Override
                public String path() {
                    return "/mailbox";
                }

                @Override
                public Response handle(Request request) {
                    return Response.text(200, "open");
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            excludeName = {
                "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
                "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration"
            })
    @RestController
    static class App {
        @GetMapping("/{page}")
        String page(@PathVariable("page") String page, HttpServletResponse response) {
            response.setContentType("text/plain");
            return "page " + page;
        }

        @Bean
        Filter reader() {
            return (request, response, chain) -> {
                request.getParameterMap();
                chain.doFilter(request, response);
            };
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.core.MailerEngine;
import dev.mailer.core.MemoryTransport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application whose mailer recipients reach at https://mail.example.com, and a client of it that follows no redirect. */
final class PagesApp implements AutoCloseable {
    static final HttpClient HTTP =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    private final ConfigurableApplicationContext context;

    /**
     * @param type servlet or reactive
     * @param more configuration beside a transport that keeps what it is given
     */
    PagesApp(String type, List<Class<?>> more, String... settings) {
        Class<?>[] sources = Stream.concat(Stream.of(App.class), more.stream()).toArray(Class<?>[]::new);
        Stream<String> common = Stream.of(
                "--spring.main.web-application-type=" + type,
                "--server.port=0",
                "--spring.main.banner-mode=off",
                "--mailer.store=memory",
                "--mailer.public-url=https://mail.example.com");
        context = new SpringApplication(sources)
                .run(Stream.concat(common, Stream.of(settings)).toArray(String[]::new));
    }

    MailerEngine mailer() {
        return context.getBean(MailerEngine.class);
    }

    /** The last mail, without what quoted-printable and folding made of it. */
    String sent() {
        var all = context.getBean(MemoryTransport.class).sent();
        String mail = all.get(all.size() - 1).content().asUtf8();
        return mail.replace("=\r\n", "").replaceAll("\r\n[ \t]", "");
    }

    /** The first address in a mail whose path is of this kind, without its host. */
    static String path(String mail, String pattern) {
        Matcher matcher =
                Pattern.compile("https://mail\\.example\\.com(" + pattern + ")").matcher(mail);
        assertThat(matcher.find()).as(mail).isTrue();
        return matcher.group(1);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + path));
    }

    HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request =
                request(path).method(method, HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        context.close();
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

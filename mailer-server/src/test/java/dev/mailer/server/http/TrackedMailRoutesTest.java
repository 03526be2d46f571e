// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.MemoryTransport;
import dev.mailer.server.config.Settings;
import dev.mailer.server.config.SettingsReader;
import dev.mailer.server.home.ApiKeys;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mail from its acceptance to the click on its link, with the engine's own tokens and ledger. */
class TrackedMailRoutesTest {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    @TempDir
    private Path folder;

    private final MemoryTransport transport = new MemoryTransport();
    private MailerEngine mailer;
    private MailerServer server;

    @BeforeEach
    void start() {
        Settings settings = SettingsReader.read(
                null,
                Map.of(),
                Map.of("publicUrl", "https://mail.example.com", "streams.broadcast.trackOpens", "true"));
        MailerBuilder builder =
                Mailers.builder().store("sqlite:" + folder.resolve("mail.db")).transport(transport);
        settings.engine().accept(builder);
        mailer = builder.build();
        server = MailerServer.start(
                new Settings.Server("127.0.0.1", 0, 1 << 20, Duration.ZERO, Set.of()),
                mailer,
                new ApiKeys(folder.resolve("keys.json"), InstantSource.system()),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }

    @AfterEach
    void end() {
        server.close();
        mailer.close();
    }

    @Test
    void what_a_recipient_does_is_on_the_timeline() throws Exception {
        MessageId id = mailer.send(
                        mail -> mail.from("shop@example.com").to("jo@example.org").subject("News").stream("broadcast")
                                .trackClicks(true)
                                .html("<a href=\"https://shop.example/a?b=1&amp;c=2\">x</a>"))
                .id();
        mailer.await(id, Duration.ofSeconds(60));

        HttpResponse<Void> click = get(path("/t/c/[A-Za-z0-9_-]+"), "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0");
        HttpResponse<Void> open = get(path("/t/o/[A-Za-z0-9_-]+\\.gif"), "Mozilla/5.0");

        assertThat(click.statusCode()).isEqualTo(302);
        assertThat(click.headers().firstValue("Location")).hasValue("https://shop.example/a?b=1&c=2");
        assertThat(open.statusCode()).isEqualTo(200);
        assertThat(open.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("image/gif"));
        List<MailEvent> hits = mailer.trace(id).events().stream()
                .filter(e -> e.type() == EventType.OPENED || e.type() == EventType.CLICKED)
                .toList();
        assertThat(hits).extracting(MailEvent::type).containsExactly(EventType.CLICKED, EventType.OPENED);
        assertThat(hits.get(0).detail())
                .containsEntry("verdict", "human")
                .containsEntry("url", "https://shop.example/a?b=1&c=2")
                .containsEntry("address", "127.0.0.0");
        assertThat(hits.get(1).detail()).containsEntry("verdict", "proxy");
    }

    @Test
    void a_link_with_a_bit_flipped_leads_nowhere() throws Exception {
        MessageId id = mailer.send(mail -> mail.from("shop@example.com")
                        .to("jo@example.org")
                        .subject("News")
                        .trackClicks(true)
                        .html("<a href=\"https://shop.example/\">x</a>"))
                .id();
        mailer.await(id, Duration.ofSeconds(60));
        String path = path("/t/c/[A-Za-z0-9_-]+");

        for (int i = "/t/c/".length(); i < path.length(); i++) {
            char other = path.charAt(i) == 'A' ? 'B' : 'A';
            HttpResponse<Void> answer = get(path.substring(0, i) + other + path.substring(i + 1), "x");

            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.headers().firstValue("Location")).isEmpty();
        }
    }

    /** In the mail that was sent; what quoted-printable made of it is undone. */
    private String path(String pattern) {
        String mail =
                transport.sent().get(0).content().asUtf8().replace("=\r\n", "").replace("=3D", "=");
        Matcher found =
                Pattern.compile("https://mail\\.example\\.com(" + pattern + ")").matcher(mail);
        assertThat(found.find()).as(mail).isTrue();
        return found.group(1);
    }

    private HttpResponse<Void> get(String path, String userAgent) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.localUrl() + path))
                .header("User-Agent", userAgent)
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.discarding());
    }
}

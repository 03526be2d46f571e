// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Email;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.PluginContext;
import dev.mailer.api.spi.Subscriptions;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.api.spi.TokenSigner;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.server.config.Settings;
import dev.mailer.server.home.ApiKeys;
import dev.mailer.smtp.dkim.DkimAlgorithm;
import dev.mailer.smtp.dkim.DkimPrivateKey;
import dev.mailer.smtp.dkim.DkimResult;
import dev.mailer.smtp.dkim.DkimSigner;
import dev.mailer.smtp.dkim.DkimVerifier;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import dev.mailer.tracking.PublicUrls;
import dev.mailer.tracking.unsubscribe.UnsubscribePlugin;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From a mail on the wire to the choice of its recipient, over HTTP; the ledger's tokens and decisions are stand-ins. */
class UnsubscribeServerTest {
    private static final DkimPrivateKey KEY = DkimPrivateKey.generate(DkimAlgorithm.ED25519);
    private static final String SITE = "https://mail.example.com";

    private final Decisions decisions = new Decisions();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private Path folder;

    private ScriptedSmtpServer peer;
    private MailerEngine engine;
    private MailerServer server;

    @BeforeEach
    void start() throws IOException {
        Path news = Files.createDirectories(folder.resolve("templates/news"));
        Files.writeString(news.resolve("subject.vm"), "News");
        Files.writeString(
                news.resolve("text.vm"), "$name, leave: {{unsubscribeUrl}}\nChoose what you get: {{preferencesUrl}}\n");
        Files.writeString(
                news.resolve("html.vm"),
                "<style>a { color: red }</style><p>Hello $name</p><a href=\"{{unsubscribeUrl}}\">Leave</a>");
        peer = ScriptedSmtpServer.start();
        UnsubscribePlugin unsubscribing = UnsubscribePlugin.builder()
                .publicUrls(PublicUrls.of(SITE))
                .mailto("leave@example.com")
                .build();
        engine = Mailers.builder()
                .store("memory")
                .transport(peer.uri())
                .templates(folder.resolve("templates"))
                .install(MailerPlugin.of("unsubscribe", context -> unsubscribing.configure(standIns(context))))
                .install(DkimSigner.plugin(dkim -> dkim.key("example.com", "s1", KEY.toPem())))
                .build();
        ApiKeys keys = new ApiKeys(folder.resolve("keys.json"), InstantSource.system());
        Settings.Server settings = new Settings.Server("127.0.0.1", 0, 64 * 1024, Duration.ZERO, Set.of());
        server = MailerServer.start(settings, engine, keys, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }

    @AfterEach
    void stop() {
        server.close();
        engine.close();
        peer.close();
    }

    @Test
    void one_click_over_http_reaches_the_ledger_and_looking_does_not() throws Exception {
        String mail = sent().asUtf8();
        String link = link(mail);
        assertThat(mail)
                .contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", "List-Id: <broadcast.example.com>");
        assertThat(mail.replace("=\r\n", "").replace("=3D", "="))
                .contains("Leave: " + link, "href=\"" + link + "/preferences\"");

        assertThat(exchange(request(link).GET()).statusCode()).isEqualTo(200);
        assertThat(exchange(request(link + "/preferences").GET()).body()).contains("<h1>Email preferences</h1>");
        HttpResponse<String> head = exchange(request(link).method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(exchange(request(link).DELETE()).statusCode()).isEqualTo(405);
        assertThat(decisions.changes).isEmpty();

        HttpResponse<String> done = exchange(request(link)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("List-Unsubscribe=One-Click")));

        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(done.headers().map()).doesNotContainKeys("set-cookie", "location");
        assertThat(done.headers().firstValue("Content-Security-Policy"))
                .contains("default-src 'none'; frame-ancestors 'none'");
        assertThat(decisions.changes).singleElement().satisfies(change -> {
            assertThat(change.address()).isEqualTo("jo@example.org");
            assertThat(change.streams()).containsExactly("broadcast");
            assertThat(change.deliveryId()).isPositive();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"-----FormBoundaryjWmhtjORrn", "---FormBoundaryjWmhtjORrn"})
    void one_click_comes_in_parts_too(String delimiter) throws Exception {
        String link = link(sent().asUtf8());

        HttpResponse<String> done = exchange(request(link)
                .header("Content-Type", "multipart/form-data; boundary=---FormBoundaryjWmhtjORrn")
                .POST(HttpRequest.BodyPublishers.ofString(delimiter
                        + "\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n"
                        + delimiter
                        + "--\r\n")));

        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(decisions.changes)
                .singleElement()
                .satisfies(change -> assertThat(change.streams()).containsExactly("broadcast"));
    }

    @Test
    void templates_have_places_for_links_too() throws Exception {
        engine.send(Email.builder().from("shop@example.com").to("jo@example.org").stream("broadcast")
                .template("news", Map.of("name", "Jo"))
                .build());
        String mail =
                peer.awaitMails(1, Duration.ofSeconds(60)).get(0).content().asUtf8();

        String body = mail.replace("=\r\n", "").replace("=3D", "=");
        assertThat(body)
                .contains("Jo, leave: " + link(mail) + "\r\n")
                .contains("style=\"color: red\" href=\"" + link(mail) + "\"");
        assertThat(body).contains("Choose what you get: " + link(mail) + "/preferences");
    }

    @Test
    void the_signature_covers_the_fields_and_lets_no_others_in() throws Exception {
        Bytes mail = sent();
        assertThat(verdicts(mail)).containsExactly("pass (ed25519-sha256, d=example.com, s=s1)");

        String text = mail.asUtf8();
        Matcher signed = Pattern.compile("h=([^;]*);").matcher(text.replaceAll("\\s+", ""));
        assertThat(signed.find()).isTrue();
        List<String> names = List.of(signed.group(1).toLowerCase(Locale.ROOT).split(":", -1));
        assertThat(names.stream().filter("list-unsubscribe"::equals)).hasSize(2);
        assertThat(names.stream().filter("list-unsubscribe-post"::equals)).hasSize(2);
        assertThat(names).contains("list-id");

        assertThat(verdicts(Bytes.utf8(text.replace(SITE + "/u/", SITE + "/v/"))))
                .noneMatch(v -> v.startsWith("pass"));
        assertThat(verdicts(Bytes.utf8("List-Unsubscribe: <https://evil.example>\r\n" + text)))
                .noneMatch(v -> v.startsWith("pass"));
        assertThat(verdicts(Bytes.utf8("List-Unsubscribe-Post: x\r\n" + text))).noneMatch(v -> v.startsWith("pass"));
    }

    private Bytes sent() {
        engine.send(Email.builder().from("shop@example.com").to("jo@example.org").stream("broadcast")
                .subject("News")
                .text("Leave: {{unsubscribeUrl}}")
                .html("<p>News. <a href=\"{{preferencesUrl}}\">Choose</a></p>")
                .build());
        return peer.awaitMails(1, Duration.ofSeconds(60)).get(0).content();
    }

    /** As a mail program reads it, unfolded. */
    private static String link(String mail) {
        Matcher field = Pattern.compile(
                        "^List-Unsubscribe: <(\\S+)>, <mailto:leave@example\\.com\\?subject=unsubscribe%20\\S+>\r\n",
                        Pattern.MULTILINE)
                .matcher(mail.replaceAll("\r\n[ \t]+", " "));
        assertThat(field.find()).isTrue();
        return field.group(1);
    }

    /** To this server, as the proxy at the public address would. */
    private HttpRequest.Builder request(String link) {
        assertThat(link).startsWith(SITE + "/u/");
        return HttpRequest.newBuilder(URI.create(server.localUrl() + link.substring(SITE.length())))
                .timeout(Duration.ofSeconds(60));
    }

    private HttpResponse<String> exchange(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static List<String> verdicts(Bytes mail) throws Exception {
        return new DkimVerifier(name -> List.of(KEY.record()), InstantSource.system())
                .verify(mail::writeTo).stream().map(DkimResult::toString).toList();
    }

    /** The engine's context but for what the ledger gives. */
    private PluginContext standIns(PluginContext context) {
        return (PluginContext) Proxy.newProxyInstance(
                PluginContext.class.getClassLoader(), new Class<?>[] {PluginContext.class}, (proxy, method, args) -> {
                    if (method.getName().equals("tokens")) {
                        return new ReadableTokens();
                    }
                    if (method.getName().equals("subscriptions")) {
                        return decisions;
                    }
                    try {
                        return method.invoke(context, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static final class ReadableTokens implements TokenSigner {
        @Override
        public String sign(String purpose, Bytes payload, Instant acceptedAt) {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(payload.toByteArray());
        }

        @Override
        public Bytes verify(String purpose, String token) {
            return Bytes.wrap(Base64.getUrlDecoder().decode(token));
        }
    }

    private static final class Decisions implements Subscriptions {
        private final List<Change> changes = new CopyOnWriteArrayList<>();

        @Override
        public boolean unsubscribe(Change change) {
            return changes.add(change);
        }

        @Override
        public boolean subscribe(Change change) {
            return changes.add(change);
        }

        @Override
        public List<Suppression> of(String tenant, String address, Instant now) {
            return List.of();
        }

        @Override
        public List<String> streams(String tenant) {
            return List.of("broadcast", "transactional");
        }
    }
}

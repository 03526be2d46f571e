// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mailer.server.http.Json;
import dev.mailer.testkit.smtp.ReceivedMail;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A mail of the whole server is opened and clicked in a real browser, and its recipient unsubscribes. */
@Tag("peers")
class OutcomesInBrowserTest {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final String AGENT =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private ScriptedSmtpServer relay;
    private HttpServer web;
    private ServerProcess server;
    private String secret = "";
    private final List<Hook> hooks = new CopyOnWriteArrayList<>();

    private record Hook(Map<String, List<String>> headers, String body) {
        JsonNode json() {
            return Json.MAPPER.readTree(body);
        }

        String header(String name) {
            return headers.entrySet().stream()
                    .filter(e -> e.getKey().equalsIgnoreCase(name))
                    .map(e -> e.getValue().get(0))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @BeforeEach
    void start() throws Exception {
        relay = ScriptedSmtpServer.start();
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/landing", exchange -> answer(exchange, "<h1>Landed</h1>"));
        web.createContext("/hook", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            hooks.add(new Hook(Map.copyOf(exchange.getRequestHeaders()), body));
            answer(exchange, "thanks");
        });
        web.start();
        int port = freePort();
        server = new ServerProcess(
                folder.resolve("data"),
                "server.port=" + port,
                "transport=" + relay.uri() + "?tls=never",
                "publicUrl=http://127.0.0.1:" + port,
                "streams.broadcast.trackOpens=true",
                "streams.broadcast.trackClicks=true",
                "webhooks.allow=127.0.0.0/8",
                "webhooks.http=true");
        HttpResponse<String> made = server.exchange(server.post(
                "/v1/webhooks",
                "{\"endpoint\":\"http://127.0.0.1:" + web.getAddress().getPort() + "/hook\"}"));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        secret = Json.MAPPER.readTree(made.body()).path("signing_secret").asString();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        web.stop(0);
        relay.close();
    }

    @Test
    void opens_and_clicks_are_in_trace_feed_and_webhook() throws Exception {
        String id = send("Hello <a href=\"" + landing() + "\">go</a>");
        MimeMessage mail = received(1);

        browse(html(mail), page -> {
            page.locator("a").first().click();
            page.waitForURL(landing());
            assertThat(page.locator("h1").textContent()).isEqualTo("Landed");
        });

        JsonNode opened = event(id, "opened");
        JsonNode clicked = event(id, "clicked");
        assertThat(opened.at("/detail/verdict").asString()).isEqualTo("human");
        assertThat(clicked.at("/detail/url").asString()).isEqualTo(landing());
        assertThat(clicked.at("/detail/verdict").asString()).isEqualTo("human");
        List<String> feed = new ArrayList<>();
        server.json("/v1/events")
                .path("data")
                .forEach(e -> feed.add(e.path("type").asString()));
        assertThat(feed).containsSubsequence("queued", "sent", "opened").contains("clicked");
        Hook told = await().atMost(PATIENCE)
                .until(
                        () -> hooks.stream()
                                .filter(h -> h.json().path("type").asString().equals("email.clicked"))
                                .findFirst()
                                .orElse(null),
                        hook -> hook != null);
        assertThat(told.header("webhook-signature")).isEqualTo("v1," + signature(told));
        assertThat(told.json().at("/data/click/ipAddress").asString()).isEqualTo("127.0.0.0");
        assertThat(told.json().at("/data/email_id").asString()).isEqualTo(id);
    }

    @Test
    void one_click_suppresses_the_next_mail_and_a_look_does_not() throws Exception {
        send("Hello");
        MimeMessage mail = received(1);
        String link = mail.getHeader("List-Unsubscribe", null).replaceAll("^.*<(http[^>]*)>.*$", "$1");
        assertThat(mail.getHeader("List-Unsubscribe-Post", null))
                .as("it needs https")
                .isNull();

        browse("<a href=\"" + link + "\">leave</a>", page -> {
            page.locator("a").click();
            page.waitForURL(link);
            assertThat(page.locator("form").count()).isPositive();
        });
        assertThat(lastEvent(send("Still there"))).isIn("sent", "delivered");

        HttpResponse<String> left = server.exchange(HttpRequest.newBuilder(URI.create(link))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("List-Unsubscribe=One-Click"))
                .build());
        assertThat(left.statusCode()).as(left.body()).isEqualTo(200);
        assertThat(lastEvent(send("Gone"))).isEqualTo("suppressed");
        assertThat(relay.mails()).hasSize(2);
    }

    private String send(String body) throws Exception {
        HttpResponse<String> accepted = server.exchange(server.post(
                "/v1/emails",
                Json.MAPPER.writeValueAsString(Map.of(
                        "from", "news@example.com",
                        "to", "jo@example.org",
                        "subject", "News",
                        "stream", "broadcast",
                        "html", "<html><body><p>" + body + "</p></body></html>"))));
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(200);
        return Json.MAPPER.readTree(accepted.body()).path("id").asString();
    }

    private String lastEvent(String id) throws Exception {
        return server.json("/v1/emails/" + id + "?wait=30").path("last_event").asString();
    }

    private MimeMessage received(int count) throws Exception {
        List<ReceivedMail> mails = relay.awaitMails(count, PATIENCE);
        return new MimeMessage(
                Session.getInstance(new Properties()),
                new ByteArrayInputStream(mails.get(count - 1).content().toByteArray()));
    }

    private static String html(Part part) throws Exception {
        if (part.isMimeType("text/html")) {
            return (String) part.getContent();
        }
        if (part.getContent() instanceof Multipart parts) {
            for (int i = 0; i < parts.getCount(); i++) {
                String found = html(parts.getBodyPart(i));
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        return "";
    }

    private interface Visit {
        void to(Page page);
    }

    private static void browse(String html, Visit visit) {
        Playwright.CreateOptions noDownload =
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"));
        try (Playwright playwright = Playwright.create(noDownload);
                Browser browser = playwright
                        .chromium()
                        .launch(new LaunchOptions()
                                .setExecutablePath(CHROMIUM)
                                .setArgs(List.of(
                                        "--no-sandbox",
                                        "--disable-gpu",
                                        "--disable-background-networking",
                                        "--disable-component-update",
                                        "--disable-sync",
                                        "--no-first-run")))) {
            Page page = browser.newPage(new Browser.NewPageOptions().setUserAgent(AGENT));
            page.setDefaultTimeout((double) PATIENCE.toMillis());
            page.setContent(html);
            visit.to(page);
        }
    }

    private JsonNode event(String id, String type) {
        return await().atMost(PATIENCE)
                .until(
                        () -> server.json("/v1/emails/" + id + "/trace")
                                .path("events")
                                .valueStream()
                                .filter(e -> e.path("type").asString().equals(type))
                                .findFirst()
                                .orElse(null),
                        event -> event != null);
    }

    private String signature(Hook hook) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
        String signed = hook.header("webhook-id") + "." + hook.header("webhook-timestamp") + "." + hook.body;
        return Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }

    private String landing() {
        return "http://127.0.0.1:" + web.getAddress().getPort() + "/landing";
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "text/html");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

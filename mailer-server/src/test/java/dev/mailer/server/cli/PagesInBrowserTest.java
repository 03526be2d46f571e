// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mailer.api.Email;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.MemoryTransport;
import dev.mailer.server.http.Json;
import dev.mailer.tracking.PublicUrls;
import dev.mailer.tracking.unsubscribe.PageTheme;
import dev.mailer.tracking.unsubscribe.UnsubscribeBuilder;
import dev.mailer.tracking.unsubscribe.UnsubscribePlugin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * The pages of recipients in a real browser, with attacks wherever text comes from outside. They are served without their
 * Content-Security-Policy, so that nothing but the escaping stands between.
 */
@Tag("peers")
class PagesInBrowserTest {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Pattern LINK = Pattern.compile("<https://mail\\.example\\.com(/u/[A-Za-z0-9_-]+)>");
    /** Streams of one page. */
    private static final int MOST = 60;

    private final List<String> strange = new ArrayList<>();
    private int loaded;

    @ParameterizedTest
    @ValueSource(strings = {"html-sanitize.jsonl/payload", "naughty-strings.jsonl/s"})
    void no_script_runs_and_nothing_else_is_asked_for(String corpus) throws Exception {
        assumeTrue(Files.isExecutable(CHROMIUM), "there is no Chromium");
        List<String> attacks = attacks(corpus);
        attacks.add("\"><script>alert(1)</script><img src=http://127.0.0.1:9/x onerror=alert(2)>");
        try (Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright
                        .chromium()
                        .launch(new LaunchOptions()
                                .setExecutablePath(CHROMIUM)
                                .setArgs(List.of("--no-sandbox", "--disable-gpu", "--no-first-run")))) {
            for (int from = 0; from < attacks.size(); from += MOST) {
                List<String> some = attacks.subList(from, Math.min(from + MOST, attacks.size()));
                visit(browser, some);
            }
        }

        assertThat(strange).isEmpty();
        assertThat(loaded).isGreaterThan(attacks.size() / MOST);
    }

    private void visit(Browser browser, List<String> attacks) throws Exception {
        MemoryTransport transport = new MemoryTransport();
        try (MailerEngine mailer = mailer(transport, attacks)) {
            mailer.await(
                    mailer.send(
                                    Email.builder()
                                            .from("news@example.com")
                                            .to("jo@example.org")
                                            .subject("x")
                                            .text("x")
                                            .stream("s0")
                                            .build())
                            .id(),
                    Duration.ofMinutes(1));
            String mail = transport.sent().get(0).content().asUtf8().replaceAll("\r\n[ \t]", "");
            Matcher link = LINK.matcher(mail);
            assertThat(link.find()).as(mail).isTrue();
            HttpServer site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            HttpEndpoint pages = mailer.endpoints().get(0);
            site.createContext("/", exchange -> answer(exchange, pages, attacks));
            site.start();
            try {
                String url = "http://127.0.0.1:" + site.getAddress().getPort();
                look(browser, url, link.group(1));
            } finally {
                site.stop(0);
            }
        }
    }

    private void look(Browser browser, String site, String link) {
        try (Page page = browser.newPage()) {
            page.onDialog(dialog -> {
                strange.add("dialog " + dialog.message());
                dialog.dismiss();
            });
            page.onPageError(error -> strange.add("a script failed: " + error));
            page.onRequest(request -> {
                if (!request.url().startsWith(site + "/")) {
                    strange.add("request " + request.url());
                }
            });
            for (String path : List.of(link, link + "/preferences", "/u/<script>alert(3)</script>")) {
                page.navigate(site + path + "?x=<script>alert(4)</script>");
                loaded++;
                Object scripts = page.evaluate("document.querySelectorAll('script,iframe,object,embed').length");
                Object handlers = page.evaluate("[...document.querySelectorAll('*')].filter(e =>"
                        + " [...e.attributes].some(a => a.name.startsWith('on'))).length");
                if (!scripts.equals(0) || !handlers.equals(0)) {
                    strange.add("scripts " + scripts + ", handlers " + handlers + " at " + path);
                }
            }
            page.navigate(site + link + "/preferences");
            page.locator("button[value=none]").click();
            page.waitForLoadState();
            assertThat(page.locator("[role=status]").count()).isEqualTo(1);
        }
    }

    private static MailerEngine mailer(MemoryTransport transport, List<String> attacks) {
        MailerBuilder builder = Mailers.builder().transport(transport);
        UnsubscribeBuilder unsubscribing = UnsubscribePlugin.builder()
                .publicUrls(PublicUrls.of("https://mail.example.com"))
                .theme(PageTheme.builder()
                        .title(cut(attacks.get(0), 1_000))
                        .footer(cut(String.join(" ", attacks), 1_000))
                        .build());
        for (int i = 0; i < attacks.size(); i++) {
            String title = cut(attacks.get(i), 200);
            builder.stream("s" + i, stream -> {});
            unsubscribing.stream("s" + i, stream -> stream.unsubscribe().title(title));
        }
        return builder.install(unsubscribing.build()).build();
    }

    private static String cut(String text, int most) {
        return text.isEmpty() ? "x" : text.substring(0, Math.min(most, text.length()));
    }

    /** Each attack is in the header of languages once, too. */
    private void answer(HttpExchange exchange, HttpEndpoint pages, List<String> attacks) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Map<String, List<String>> headers = new HashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values));
        headers.put("accept-language", attacks);
        byte[] body = exchange.getRequestBody().readAllBytes();
        HttpEndpoint.Response response = path.startsWith("/u/")
                ? pages.handle(new HttpEndpoint.Request(
                        exchange.getRequestMethod(),
                        path.substring(2),
                        Map.of("x", String.valueOf(exchange.getRequestURI().getQuery())),
                        headers,
                        Bytes.wrap(body),
                        "127.0.0.1"))
                : HttpEndpoint.Response.text(404, "");
        byte[] page = response.body().toByteArray();
        exchange.getResponseHeaders()
                .set("Content-Type", String.valueOf(response.headers().get("Content-Type")));
        exchange.sendResponseHeaders(response.status(), page.length == 0 ? -1 : page.length);
        exchange.getResponseBody().write(page);
        exchange.close();
    }

    private static List<String> attacks(String corpus) throws IOException {
        String[] parts = corpus.split("/", 2);
        Path file = Path.of(System.getProperty("mailer.corpora", "no-corpora"), "security", parts[0]);
        assumeTrue(Files.exists(file), "the corpus is not there");
        List<String> attacks = new ArrayList<>();
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            JsonNode attack = Json.MAPPER.readTree(line).path(parts[1]);
            if (!attack.asString("").isBlank()) {
                attacks.add(attack.asString(""));
            }
        }
        return attacks;
    }
}

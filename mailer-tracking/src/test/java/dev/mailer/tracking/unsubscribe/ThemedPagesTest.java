// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint.Response;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.tracking.FakeDraft;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThemedPagesTest {
    private static final String PAGE = "/" + Site.token("broadcast");

    @Test
    void naughty_strings_stay_text() throws IOException {
        check(Corpora.strings("security/naughty-strings.jsonl", "s"));
    }

    @Test
    void html_attacks_stay_text() throws IOException {
        check(Corpora.strings("security/html-sanitize.jsonl", "payload"));
    }

    /** Whatever is filled in, the pages keep the elements and attributes they have with an "x". */
    private static void check(List<String> payloads) {
        assertThat(payloads).hasSizeGreaterThan(100);
        List<String> plain = shapes("x");
        for (String payload : payloads) {
            if (!payload.isBlank()) {
                assertThat(shapes(payload)).as(payload).isEqualTo(plain);
            }
        }
    }

    /** The payload wherever others fill something in, also as the language that is asked for. */
    private static List<String> shapes(String payload) {
        String title = cut(payload, 200);
        String name = cut(payload, 40);
        String part = cut(payload, 100);
        PageTheme theme = PageTheme.builder()
                .title(cut(payload, 1000))
                .logo("https://img.example/logo.png")
                .footer(cut(payload, 1000))
                .build();
        Site site =
                new Site(b -> b.theme(theme).stream(name, s -> s.unsubscribe().title(title)));
        site.ledger().streams = List.of(name);
        UnsubscribeToken token = new UnsubscribeToken(1, name, name, part + "@" + part);
        String path = "/" + Site.token(token);
        List<String> shapes = new ArrayList<>();
        String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8);
        for (Response response : List.of(
                site.get(path, payload),
                site.get(path + UnsubscribeLinks.PREFERENCES, payload),
                site.send("GET", path, Map.of(payload, payload), Map.of(), Bytes.EMPTY),
                site.send("GET", "/" + payload, Map.of(payload, payload), Map.of(), Bytes.EMPTY),
                site.post(path, "action=unsubscribe&x=" + encoded),
                site.post(path, "action=subscribe"),
                site.post(path + UnsubscribeLinks.PREFERENCES, "action=save&shown=" + encoded + "&stream=" + encoded),
                site.post(path + UnsubscribeLinks.PREFERENCES, "action=none&shown=" + encoded),
                blocked(site, token, path),
                blocked(site, token, path + UnsubscribeLinks.PREFERENCES),
                away(site, path))) {
            assertThat(response.headers().get("Content-Type")).isEqualTo("text/html; charset=utf-8");
            for (Element element : Jsoup.parse(response.body().asUtf8()).getAllElements()) {
                StringBuilder line = new StringBuilder(element.normalName());
                for (Attribute attribute : element.attributes()) {
                    line.append(' ').append(attribute.getKey());
                    if (List.of("src", "action", "style", "type").contains(attribute.getKey())) {
                        line.append('=').append(attribute.getValue());
                    }
                }
                shapes.add(line.toString());
            }
        }
        return shapes;
    }

    /** No half of a character, which would not come back from a token. */
    private static String cut(String text, int most) {
        int end = Math.min(text.length(), most);
        return text.substring(0, end > 0 && Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end);
    }

    private static Response blocked(Site site, UnsubscribeToken token, String path) {
        site.ledger().entries.clear();
        site.ledger()
                .entries
                .add(new Suppression(
                        token.tenant(), null, token.address(), Reason.COMPLAINT, "test", Instant.EPOCH, null));
        return site.get(path);
    }

    private static Response away(Site site, String path) {
        site.ledger().away = true;
        return site.get(path);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "de-AT, en;q=0.8 | de | Abmelden",
                "en;q=0.5, fr;q=0.9 | fr | Se désabonner",
                "tlh, pt-BR | pt | Cancelar a subscrição",
                "de;q=0, nl | nl | Afmelden",
                "* | en | Unsubscribe",
                "zz | en | Unsubscribe"
            })
    void pages_are_in_the_readers_language(String accepted, String language, String title) {
        Document page = Jsoup.parse(new Site().get(PAGE, accepted).body().asUtf8());

        assertThat(page.select("html").attr("lang")).isEqualTo(language);
        assertThat(page.select("h1").text()).isEqualTo(title);
        assertThat(page.title()).isEqualTo(title);
    }

    @Test
    void pages_turn_with_the_language() {
        Document page = Jsoup.parse(new Site().get(PAGE, "ar").body().asUtf8());

        assertThat(page.select("html").attr("dir")).isEqualTo("rtl");
        // addresses and titles keep their own direction
        assertThat(page.select("main bdi").eachText()).contains("j…@example.org", "broadcast");
    }

    @Test
    void another_language_may_be_the_last_resort() {
        Site site = new Site(b -> b.language("pl"));

        assertThat(Jsoup.parse(site.get(PAGE, "zz").body().asUtf8())
                        .select("html")
                        .attr("lang"))
                .isEqualTo("pl");
        assertThatThrownBy(() -> new Site(b -> b.language("tlh")))
                .hasMessage("unsubscribe.language: 'tlh' is none of [en, ar, de, es, fr, it, nl, pl, pt, sv]");
    }

    @Test
    void the_style_sheet_is_the_one_that_the_policy_names() throws Exception {
        PageTheme theme = PageTheme.builder()
                .css("main > p { color: red }\r\nb::after { content: '<b>' }\r")
                .build();
        Response response = new Site(b -> b.theme(theme)).get(PAGE);
        String css =
                Jsoup.parse(response.body().asUtf8()).select("style").first().data();
        String hash = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(css.getBytes(StandardCharsets.UTF_8)));

        assertThat(css).endsWith("main > p { color: red }\nb::after { content: '<b>' }\n");
        assertThat(response.headers().get("Content-Security-Policy")).contains("style-src 'sha256-" + hash + "';");
    }

    @Test
    void a_tenant_has_a_theme_of_its_own() {
        Site site = new Site(b -> b.theme(PageTheme.builder().title("Everybody").build())
                .theme(
                        "acme",
                        PageTheme.builder()
                                .title("Acme")
                                .logo("https://img.acme.example:8443/logo.png?a=b;c")
                                .footer("Acme Inc.\n1 Road")
                                .build()));
        Response acme = site.get("/" + Site.token(new UnsubscribeToken(1, "acme", "broadcast", "jo@example.org")));
        Document page = Jsoup.parse(acme.body().asUtf8());

        assertThat(page.select("header img").attr("alt")).isEqualTo("Acme");
        assertThat(page.select("header img").attr("src")).isEqualTo("https://img.acme.example:8443/logo.png?a=b;c");
        assertThat(page.select("footer").text()).isEqualTo("Acme Inc. 1 Road");
        assertThat(acme.headers().get("Content-Security-Policy")).contains("; img-src https://img.acme.example:8443; ");
        assertThat(Jsoup.parse(site.get(PAGE).body().asUtf8()).select("header").text())
                .isEqualTo("Everybody");
        assertThat(site.get(PAGE).headers().get("Content-Security-Policy")).contains("; img-src 'none'; ");
    }

    @Test
    void words_on_buttons_can_be_read() {
        assertThat(PageTheme.builder().color("#ffff00").build().onColor()).isEqualTo("#000000");
        assertThat(PageTheme.builder().color("#00007f").build().onColor()).isEqualTo("#ffffff");
        assertThat(PageTheme.builder().build().onColor()).isEqualTo("#ffffff");
        assertThat(PageTheme.builder().build().onBackground()).isEqualTo("#000000");
        assertThat(PageTheme.builder().background("#102030").build().onBackground())
                .isEqualTo("#ffffff");
    }

    @ParameterizedTest
    @ValueSource(strings = {"red", "#fff", "#12345g", "#123456;}body{", ""})
    void what_is_no_colour_is_refused(String color) {
        assertThatThrownBy(() -> PageTheme.builder().color(color))
                .isInstanceOf(MailerConfigException.class)
                .hasMessage("color: '" + color + "' is no colour such as #0b57d0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://img.example/x",
                "javascript:alert(1)",
                "//img.example/x",
                "https:x",
                "https://u@img.example/x",
                "data:x",
                "https://a b"
            })
    void a_logo_comes_by_https(String url) {
        assertThatThrownBy(() -> PageTheme.builder().logo(url)).isInstanceOf(MailerConfigException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"</style><script>alert(1)</script>", "a{}</STYLE >", "b</"})
    void a_style_sheet_stays_in_its_element(String css) {
        assertThatThrownBy(() -> PageTheme.builder().css(css)).hasMessage("css: has '</', which no style sheet needs");
    }

    @Test
    void everything_of_a_form_has_a_label() {
        Document page = Jsoup.parse(
                new Site().get(PAGE + UnsubscribeLinks.PREFERENCES).body().asUtf8());

        assertThat(page.select("input[type=checkbox]"))
                .isNotEmpty()
                .allSatisfy(box -> assertThat(box.parent().normalName()).isEqualTo("label"));
        assertThat(page.select("fieldset > legend")).hasSize(1);
        assertThat(page.select("main, h1")).hasSize(2);
        assertThat(page.select("script, [onclick], [style]")).isEmpty();
    }

    @Test
    void a_host_draws_pages_of_its_own() {
        Site site = new Site(b -> b.pages(view -> new PreferencePages.Page(
                view.kind() + " " + view.languages() + " " + view.link(), "'self'", "https://img.example")));

        Response response = site.get(PAGE, "de-AT,en;q=0.5");

        assertThat(response.body().asUtf8()).isEqualTo("UNSUBSCRIBE [de-at, en] " + PAGE.substring(1) + "/preferences");
        assertThat(response.headers().get("Content-Security-Policy"))
                .isEqualTo("default-src 'none'; style-src 'self'; img-src https://img.example; form-action 'self';"
                        + " base-uri 'none'; frame-ancestors 'none'");
        assertThatThrownBy(() -> new PreferencePages.Page("", "'self'; script-src *", "'none'"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Site(b -> b.theme(PageTheme.builder().build())
                        .pages(view -> new PreferencePages.Page("", "'none'", "'none'"))))
                .hasMessage("unsubscribe.theme: is set beside pages of your own, which have none");
    }

    @Test
    void a_scanner_that_follows_every_link_changes_nothing() {
        Site site = new Site();
        FakeDraft mail = new FakeDraft("broadcast");
        mail.html = "<a href=\"{{unsubscribeUrl}}\">x</a> <a href=\"{{preferencesUrl}}\">y</a>";
        site.edited(mail);
        List<String> seen = new ArrayList<>();
        List<String> next = new ArrayList<>(Stream.concat(
                        Jsoup.parse(String.valueOf(mail.html)).select("[href]").eachAttr("href").stream(),
                        Stream.of(
                                String.valueOf(mail.header("List-Unsubscribe")).replaceAll("[<>]", "")))
                .toList());
        while (!next.isEmpty()) {
            String url = next.remove(0);
            if (seen.contains(url) || !url.startsWith(Site.URL)) {
                continue;
            }
            seen.add(url);
            String path = url.substring((Site.URL + UnsubscribePlugin.PATH).length());
            Response response = site.get(path);
            assertThat(response.status()).isEqualTo(200);
            Document page = Jsoup.parse(response.body().asUtf8(), url);
            page.select("[href]").forEach(link -> next.add(link.absUrl("href")));
            page.select("[src]").forEach(link -> next.add(link.absUrl("src")));
            page.select("form").forEach(form -> next.add(form.absUrl("action")));
        }

        assertThat(seen).hasSize(2);
        assertThat(site.ledger().changes).isEmpty();
    }
}

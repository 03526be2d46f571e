// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.HttpEndpoint.Response;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailboxEndpointTest {
    private static final String FORM = "token=" + Mails.TOKEN;
    private static final String RICH = """
            From: Shop <shop@example.com>
            Subject: Rich
            Content-Type: multipart/mixed; boundary=m

            --m
            Content-Type: text/html; charset=utf-8

            <base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">
            <p onclick="alert(1)" style="background:url(cid:logo)">Hi <img src="cid:logo"><img src="https://evil.example/p.gif"></p>
            <a href="https://shop.example/">ok</a><a href="javascript:alert(1)">bad</a><script>alert(1)</script>
            --m
            Content-Type: image/png
            Content-ID: <logo>
            Content-Transfer-Encoding: base64

            iVBORw0KGgo=
            --m
            Content-Type: image/svg+xml; name="../../x\\"<y>.svg"
            Content-Disposition: attachment

            <svg onload="alert(1)"/>
            --m
            Content-Type: application/pdf
            Content-Disposition: attachment; filename*=utf-8''Rechnung%20M%C3%A4rz%E2%80%AEfdp.pdf

            %PDF
            --m--
            """;

    private final Mailbox mailbox = new Mailbox(500, 1 << 24);
    private final MailboxEndpoint endpoint = Mails.endpoint(mailbox);

    @Test
    void every_response_carries_the_protecting_headers() {
        Mails.add(mailbox, Mails.bytes(RICH));

        for (String path : List.of(
                "",
                "/",
                "/help",
                "/nowhere",
                "/m/1",
                "/m/2",
                "/m/1/html",
                "/m/1/raw",
                "/m/1/eml",
                "/m/1/parts/2",
                "/api/messages",
                "/api/messages/1",
                "/api/none",
                "/mailbox.css",
                "/mailbox.js",
                "/icon.svg",
                "/clear")) {
            Map<String, String> headers = Mails.get(endpoint, path).headers();

            assertThat(headers.get("Content-Security-Policy"))
                    .as(path)
                    .startsWith("default-src 'none'")
                    .contains("frame-ancestors 'self'");
            assertThat(headers)
                    .as(path)
                    .containsEntry("X-Content-Type-Options", "nosniff")
                    .containsEntry("X-Frame-Options", "SAMEORIGIN")
                    .containsEntry("Referrer-Policy", "same-origin")
                    .containsKeys("Content-Type", "Cache-Control");
        }
    }

    @Test
    void html_is_shown_in_a_sandbox_that_also_holds_when_opened_alone() {
        Mails.add(mailbox, Mails.bytes(RICH));

        Element frame = page("/m/1").selectFirst("iframe");
        Response content = Mails.get(endpoint, "/m/1/html");

        assertThat(frame.attr("sandbox")).isEqualTo("allow-popups allow-popups-to-escape-sandbox");
        assertThat(frame.attr("src")).isEqualTo("1/html");
        assertThat(content.headers().get("Content-Security-Policy"))
                .isEqualTo(
                        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; "
                                + "base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox");
    }

    @Test
    void html_shows_its_own_pictures_and_drops_what_acts_by_itself() {
        Mails.add(mailbox, Mails.bytes(RICH));

        Document shown = Jsoup.parse(Mails.get(endpoint, "/m/1/html").body().asUtf8());

        assertThat(shown.select("script, base, meta[http-equiv], [onclick]")).isEmpty();
        assertThat(shown.select("img").get(0).attr("src")).isEqualTo("data:image/png;base64,iVBORw0KGgo=");
        assertThat(shown.selectFirst("p").attr("style"))
                .isEqualTo("background:url(\"data:image/png;base64,iVBORw0KGgo=\")");
        assertThat(shown.select("a").get(0).attr("target")).isEqualTo("_blank");
        assertThat(shown.select("a").get(1).hasAttr("href")).isFalse();
    }

    @Test
    void many_references_to_one_picture_do_not_multiply_without_end() {
        String picture = "A".repeat(1_000_000);
        Mails.add(
                mailbox,
                Mails.bytes("Content-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n"
                        + "<img src=cid:p>".repeat(5_000) + "\n--r\nContent-Type: image/png\nContent-ID: <p>\n\n"
                        + picture
                        + "\n--r--\n"));

        assertThat(Mails.get(endpoint, "/m/1/html").body().length()).isLessThan(HtmlPreview.MAX_PICTURES + 1_000_000);
    }

    @Test
    void remote_pictures_load_only_when_asked_for() {
        Mails.add(mailbox, Mails.bytes(RICH));

        assertThat(page("/m/1").select(".remote").text()).isEqualTo("Remote images are blocked. Load remote images");
        Document asked = Jsoup.parse(
                Mails.get(endpoint, "/m/1", Map.of("remote", "1")).body().asUtf8());
        assertThat(asked.selectFirst("iframe").attr("src")).isEqualTo("1/html?remote=1");
        assertThat(Mails.get(endpoint, "/m/1/html", Map.of("remote", "1"))
                        .headers()
                        .get("Content-Security-Policy"))
                .contains("img-src data: http: https:;")
                .contains("sandbox");
    }

    @Test
    void attachments_are_for_saving_only_and_have_harmless_names() {
        Mails.add(mailbox, Mails.bytes(RICH));

        Response svg = Mails.get(endpoint, "/m/1/parts/3");
        Response pdf = Mails.get(endpoint, "/m/1/parts/4");
        Response html = Mails.get(endpoint, "/m/1/parts/1");

        assertThat(svg.headers())
                .containsEntry("Content-Type", "application/octet-stream")
                .containsEntry("Content-Disposition", "attachment; filename=\"x__y_.svg\"; filename*=UTF-8''x__y_.svg");
        assertThat(pdf.headers())
                .containsEntry("Content-Type", "application/pdf")
                .containsEntry(
                        "Content-Disposition",
                        "attachment; filename=\"Rechnung M_rzfdp.pdf\"; filename*=UTF-8''Rechnung%20M%C3%A4rzfdp.pdf");
        assertThat(pdf.body().asUtf8()).isEqualTo("%PDF");
        assertThat(html.headers()).containsEntry("Content-Type", "application/octet-stream");
        assertThat(html.headers().get("Content-Disposition")).startsWith("attachment;");
    }

    @Test
    void the_source_is_the_exact_mail() {
        Mails.add(mailbox, Mails.bytes(RICH));

        Response raw = Mails.get(endpoint, "/m/1/raw");
        Response eml = Mails.get(endpoint, "/m/1/eml");

        assertThat(raw.body()).isEqualTo(Mails.bytes(RICH));
        assertThat(raw.headers()).containsEntry("Content-Type", "text/plain; charset=utf-8");
        assertThat(eml.body()).isEqualTo(Mails.bytes(RICH));
        assertThat(eml.headers().get("Content-Disposition")).startsWith("attachment; filename=\"Rich.eml\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"html", "text", "headers", "structure", "source"})
    void every_view_is_there(String view) {
        Mails.add(mailbox, Mails.bytes(Mails.simple("Views") + "more"));

        Response response = Mails.get(endpoint, "/m/1", Map.of("view", view));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body().asUtf8()).contains("Views");
    }

    @Test
    void all_addresses_are_relative_and_lead_somewhere_wherever_it_is_mounted() {
        Mails.add(mailbox, Mails.bytes(RICH));
        List<String> broken = new ArrayList<>();

        for (String path : List.of("/", "/help", "/m/1", "/gone/for/good")) {
            URI page = URI.create("http://localhost/app/mailbox" + path);
            for (Element element : page(path).select("[href], [src], form[action]")) {
                String link = element.hasAttr("href")
                        ? element.attr("href")
                        : element.hasAttr("src") ? element.attr("src") : element.attr("action");
                String target = page.resolve(link).getPath();
                int status = target.startsWith("/app/mailbox/")
                        ? Mails.get(endpoint, target.substring("/app/mailbox".length()))
                                .status()
                        : 0;
                if (link.startsWith("/") || (status != 200 && status != 405)) {
                    broken.add(path + " -> " + link + " " + status);
                }
            }
        }

        assertThat(broken).isEmpty();
        assertThat(Mails.get(endpoint, "").headers()).containsEntry("Location", "mailbox/");
    }

    @Test
    void the_list_is_in_pages_and_tells_what_was_dropped() {
        Mailbox small = new Mailbox(150, 1 << 24);
        for (int i = 1; i <= 160; i++) {
            Mails.add(small, Mails.bytes(Mails.simple("mail " + i)));
        }
        MailboxEndpoint pages = Mails.endpoint(small);

        Document first = Jsoup.parse(Mails.get(pages, "/").body().asUtf8());
        Document second =
                Jsoup.parse(Mails.get(pages, "/", Map.of("before", "61")).body().asUtf8());

        assertThat(first.select(".mail")).hasSize(100);
        assertThat(first.select(".subject").get(0).text()).isEqualTo("mail 160");
        assertThat(first.select(".more a").attr("href")).isEqualTo("./?before=61");
        assertThat(first.select(".status").text()).contains("150 messages", "10 older dropped to make room");
        assertThat(second.select(".mail")).hasSize(50);
    }

    @Test
    void search_finds_and_shows_what_was_asked() {
        Mails.add(mailbox, Mails.bytes(Mails.simple("Apples")));
        Mails.add(mailbox, Mails.bytes(Mails.simple("Pears")));

        Document found = Jsoup.parse(
                Mails.get(endpoint, "/", Map.of("q", "apples")).body().asUtf8());
        Document none = Jsoup.parse(
                Mails.get(endpoint, "/", Map.of("q", "\"><b>")).body().asUtf8());

        assertThat(found.select(".subject").eachText()).containsExactly("Apples");
        assertThat(found.select("input[type=search]").attr("value")).isEqualTo("apples");
        assertThat(none.select(".empty").text()).contains("“\"><b>”");
        assertThat(none.select("main b")).isEmpty();
    }

    @Test
    void deleting_takes_the_form_with_its_token() {
        Mails.add(mailbox, Mails.bytes(RICH));
        Mails.add(mailbox, Mails.bytes(RICH));
        assertThat(page("/m/1").select("form[action$=delete] input").attr("value"))
                .isEqualTo(Mails.TOKEN);

        Response one = Mails.call(endpoint, "POST", "/m/1/delete", Map.of(), FORM);
        Response all = Mails.call(endpoint, "POST", "/clear", Map.of("sec-fetch-site", List.of("same-origin")), FORM);

        assertThat(one.status()).isEqualTo(303);
        assertThat(one.headers()).containsEntry("Location", "../../");
        assertThat(all.headers()).containsEntry("Location", "./");
        assertThat(mailbox.size()).isZero();
        assertThat(Mails.get(endpoint, "/m/1").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | '' | ''",
                "token=wrong | '' | ''",
                "token=%zz | '' | ''",
                "token=the-token | origin | https://evil.example",
                "token=the-token | origin | null",
                "token=the-token | sec-fetch-site | cross-site",
                "token=the-token | sec-fetch-site | same-site",
            })
    void a_form_of_another_site_changes_nothing(String body, String header, String value) {
        Mails.add(mailbox, Mails.bytes(RICH));
        Map<String, List<String>> headers =
                header.isEmpty() ? Map.of() : Map.of(header, List.of(value), "host", List.of("localhost:8080"));

        assertThat(Mails.call(endpoint, "POST", "/clear", headers, body).status())
                .isEqualTo(403);
        assertThat(Mails.call(endpoint, "POST", "/m/1/delete", headers, body).status())
                .isEqualTo(403);
        if (!header.isEmpty()) {
            assertThat(Mails.call(endpoint, "DELETE", "/api/messages", headers, "")
                            .status())
                    .isEqualTo(403);
        }
        assertThat(mailbox.size()).isOne();
    }

    @Test
    void an_own_origin_is_known_by_its_host() {
        Mails.add(mailbox, Mails.bytes(RICH));
        Map<String, List<String>> headers =
                Map.of("origin", List.of("http://LOCALHOST:8080"), "host", List.of("localhost:8080"));

        assertThat(Mails.call(endpoint, "POST", "/clear", headers, FORM).status())
                .isEqualTo(303);
    }

    @Test
    void reading_never_changes_anything() {
        Mails.add(mailbox, Mails.bytes(RICH));

        assertThat(Mails.get(endpoint, "/clear").status()).isEqualTo(405);
        assertThat(Mails.get(endpoint, "/m/1/delete").status()).isEqualTo(405);
        assertThat(Mails.call(endpoint, "POST", "/m/1", Map.of(), FORM).headers())
                .containsEntry("Allow", "GET, HEAD");
        assertThat(mailbox.size()).isOne();
    }

    @Test
    void head_answers_like_get_without_a_body() {
        Response head = Mails.call(endpoint, "HEAD", "/", Map.of(), "");

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body().length()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/m",
                "/m/",
                "/m/x",
                "/m/9",
                "/m/1/none",
                "/m/1/parts",
                "/m/1/parts/x",
                "/m/1/parts/99",
                "/m/1/html/x",
                "/m/99999999999999999999",
                "/../x",
                "//",
                "/x/<script>"
            })
    void what_is_not_there_is_a_page_that_says_so(String path) {
        Mails.add(mailbox, Mails.bytes(RICH));

        Response response = Mails.get(endpoint, path);

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.body().asUtf8()).contains("Not here").doesNotContain("<script>");
    }

    private Document page(String path) {
        return Jsoup.parse(Mails.get(endpoint, path).body().asUtf8());
    }
}

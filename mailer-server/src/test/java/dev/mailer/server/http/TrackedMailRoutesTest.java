// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.HitCounts;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.core.MailerEngine;
import dev.mailer.server.ApiCalls;
import dev.mailer.server.ServedMailer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A mail from its acceptance to the click on its link, with the engine's own tokens and ledger. */
class TrackedMailRoutesTest {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    @TempDir
    private Path folder;

    private ServedMailer served;
    private MailerEngine mailer;
    private ApiCalls operator;
    private ApiCalls stranger;

    @BeforeEach
    void start() {
        served = new ServedMailer(
                folder, Map.of("publicUrl", "https://mail.example.com", "streams.broadcast.trackOpens", "true"));
        mailer = served.mailer();
        operator = served.api("default");
        stranger = served.api("acme");
    }

    @AfterEach
    void end() {
        served.close();
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

    @Test
    void both_numbers_are_shown_and_the_newest_verdict_counts() throws Exception {
        MessageId id = mailer.send(mail -> mail.from("shop@example.com")
                        .to("jo@example.org")
                        .subject("News")
                        .text("x"))
                .id();
        mailer.await(id, Duration.ofSeconds(60));
        long delivery = mailer.find(id).deliveries().get(0).id();
        Instant at = Instant.now();
        report(delivery, "1", at, "human", "curl/8.0");
        report(delivery, "2", at, "human", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");
        assertThat(counts("/v1/emails/" + id)).isEqualTo("0 0 2 2");

        JsonNode rescored = rescore(
                operator, "{\"since\":\"" + at.minusSeconds(60) + "\",\"until\":\"" + at.plusSeconds(60) + "\"}", 200);

        assertThat(rescored.path("object").asString()).isEqualTo("rescoring");
        assertThat(rescored.path("hits").asInt()).isEqualTo(2);
        assertThat(rescored.path("changed").asInt()).isEqualTo(1);
        assertThat(rescored.path("has_more").asBoolean()).isFalse();
        assertThat(counts("/v1/emails/" + id)).isEqualTo("0 0 2 1");
        assertThat(counts("/v1/emails/" + id + "/trace")).isEqualTo("0 0 2 1");
        assertThat(mailer.trace(id).hits()).isEqualTo(new HitCounts(0, 0, 2, 1));
    }

    @Test
    void what_cannot_be_judged_again_is_refused() throws Exception {
        assertThat(rescore(operator, "{}", 422).path("message").asString()).contains("since");
        assertThat(rescore(operator, "{\"since\":\"yesterday\"}", 422)
                        .path("message")
                        .asString())
                .contains("2026-08-05T11:52:01Z");
        assertThat(rescore(operator, "{\"since\":\"2026-01-02T00:00:00Z\",\"until\":\"2026-01-01T00:00:00Z\"}", 422)
                        .path("message")
                        .asString())
                .contains("before `until`");
        assertThat(rescore(operator, "{\"since\":\"2026-01-02T00:00:00Z\",\"after\":\"x\"}", 422)
                        .path("message")
                        .asString())
                .contains("`next`");
        assertThat(rescore(stranger, "{\"since\":\"2026-01-02T00:00:00Z\"}", 403)
                        .path("message")
                        .asString())
                .contains("tenant");
    }

    private void report(long delivery, String hit, Instant at, String verdict, String userAgent) {
        mailer.deliveryReports()
                .report(new Report(
                        "tracking",
                        hit,
                        EventType.CLICKED,
                        delivery,
                        at,
                        null,
                        Map.of(
                                "hit",
                                hit,
                                "verdict",
                                verdict,
                                "reason",
                                "browser",
                                "rules",
                                "1",
                                "link",
                                hit,
                                "userAgent",
                                userAgent)));
    }

    private String counts(String path) throws Exception {
        JsonNode mail = operator.get(path);
        return mail.at("/opens/all").asInt() + " " + mail.at("/opens/by_people").asInt() + " "
                + mail.at("/clicks/all").asInt() + " "
                + mail.at("/clicks/by_people").asInt();
    }

    private static JsonNode rescore(ApiCalls as, String body, int status) throws Exception {
        return as.call("POST", "/v1/tracking/rescore", body, status);
    }

    /** In the mail that was sent; what quoted-printable made of it is undone. */
    private String path(String pattern) {
        String mail = served.transport()
                .sent()
                .get(0)
                .content()
                .asUtf8()
                .replace("=\r\n", "")
                .replace("=3D", "=");
        Matcher found =
                Pattern.compile("https://mail\\.example\\.com(" + pattern + ")").matcher(mail);
        assertThat(found.find()).as(mail).isTrue();
        return found.group(1);
    }

    private HttpResponse<Void> get(String path, String userAgent) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(served.url() + path))
                .header("User-Agent", userAgent)
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.discarding());
    }
}

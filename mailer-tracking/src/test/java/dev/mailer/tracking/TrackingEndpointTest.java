// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.DeliveryReports.Result;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.api.spi.HttpEndpoint.Response;
import dev.mailer.tracking.HitTokens.Target;
import dev.mailer.tracking.internal.verdict.Hit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered, and what is stored of who asked. */
class TrackingEndpointTest {
    private static final String URL = "https://shop.example/a?b=1#c";

    private final FakeEngine engine = FakeEngine.with(builder().build());

    @Test
    void a_click_leads_on_and_is_stored() {
        Response response = engine.get(click(URL));

        assertThat(response.status()).isEqualTo(302);
        assertThat(response.headers())
                .containsEntry("Location", URL)
                .containsEntry("Cache-Control", "no-store")
                .containsEntry("Referrer-Policy", "no-referrer");
        Report report = engine.reports.get(0);
        assertThat(report.type()).isEqualTo(EventType.CLICKED);
        assertThat(report.deliveryId()).isEqualTo(4711);
        assertThat(report.eventId()).isEqualTo(report.detail().get("hit"));
        assertThat(report.detail())
                .containsEntry("url", URL)
                .containsEntry("link", "1")
                .containsEntry("verdict", "human")
                .containsEntry("reason", "browser")
                .containsEntry("rules", "1")
                .containsEntry("userAgent", Asking.BROWSER)
                .containsEntry("address", "203.0.113.0");
        assertThat(engine.counts).containsExactly("mailer.tracking.hits{kind=click, verdict=human}");
    }

    @Test
    void every_hit_has_an_id_of_its_own() {
        for (int i = 0; i < 3; i++) {
            engine.get(click(URL));
        }

        assertThat(engine.reports.stream().map(Report::eventId)).doesNotHaveDuplicates();
    }

    @Test
    void an_open_is_answered_with_the_gif_and_stored() {
        Response response = engine.get(TrackingEndpoint.path(Hit.Kind.OPEN, token(Hit.Kind.OPEN, "")));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers())
                .containsEntry("Content-Type", "image/gif")
                .containsEntry("Cache-Control", "no-store");
        assertThat(response.body().toByteArray())
                .startsWith('G', 'I', 'F', '8', '9', 'a')
                .endsWith(';');
        assertThat(engine.reports.get(0).type()).isEqualTo(EventType.OPENED);
        assertThat(engine.last()).doesNotContainKeys("url", "link");
    }

    @Test
    void a_token_with_any_bit_flipped_leads_nowhere() {
        String path = click(URL);
        int token = "/t/c/".length();
        for (int i = token; i < path.length(); i++) {
            for (int bit = 0; bit < 7; bit++) {
                char flipped = (char) (path.charAt(i) ^ 1 << bit);
                Response response = engine.get(path.substring(0, i) + flipped + path.substring(i + 1));

                assertThat(response.status()).isEqualTo(404);
                assertThat(response.headers()).doesNotContainKey("Location");
            }
        }
        assertThat(engine.reports).isEmpty();
    }

    @Test
    void a_token_is_for_its_purpose_only() {
        for (Hit.Kind made : Hit.Kind.values()) {
            for (Hit.Kind used : Hit.Kind.values()) {
                if (made != used) {
                    Response response = engine.get(TrackingEndpoint.path(used, token(made, URL)));

                    assertThat(response.headers()).doesNotContainKey("Location");
                }
            }
        }
        assertThat(engine.reports).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "javascript:alert(1)",
                "data:text/html,x",
                "//evil.example",
                "/\\evil.example",
                "\\\\evil.example",
                "https:evil.example",
                "https://shop.example@evil.example/",
                "https://shop.example:pw@evil.example/",
                "https://shop.example\\@evil.example/",
                "https://shop.example/\r\nSet-Cookie: a=b",
                "https://shop.example/\u0000",
                " https://shop.example/",
                "https://shop.example:443@evil.example",
                "ftp://shop.example/"
            })
    void a_token_of_ours_leads_to_addresses_of_the_web_only(String target) {
        Response response = engine.get(click(target));

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.headers()).doesNotContainKey("Location");
    }

    @Test
    void a_location_is_plain_text_on_one_line() {
        String location = engine.get(click("https://shop.example/\u2028\u00e4 \"<>{}|%20%0d%0a\ud83d\ude00"))
                .headers()
                .get("Location");

        assertThat(location).isEqualTo("https://shop.example/%E2%80%A8%C3%A4%20%22%3C%3E%7B%7D|%20%0d%0a%F0%9F%98%80");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/x", "/c", "/c/", "/c/short", "/o", "/h/", "/c/../../etc/passwd", "/c/%00"})
    void there_is_nothing_else(String path) {
        assertThat(engine.get("/t" + path).status()).isEqualTo(404);
        assertThat(engine.reports).isEmpty();
    }

    @Test
    void a_pixel_is_a_pixel_whatever_its_token() {
        assertThat(engine.get("/t/o/nothing.gif").headers()).containsEntry("Content-Type", "image/gif");
        assertThat(engine.get("/t/o/" + "x".repeat(100_000) + ".gif").status()).isEqualTo(200);
        assertThat(engine.reports).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE"})
    void other_methods_are_refused(String method) {
        Response response = engine.ask(new Asking(method, click(URL)));

        assertThat(response.status()).isEqualTo(405);
        assertThat(response.headers()).containsEntry("Allow", "GET, HEAD").doesNotContainKey("Location");
        assertThat(engine.reports).isEmpty();
    }

    @Test
    void head_is_answered_alike_and_is_no_person() {
        Response response = engine.ask(new Asking("HEAD", click(URL)));

        assertThat(response.headers()).containsEntry("Location", URL);
        assertThat(engine.last())
                .containsEntry("verdict", "bot")
                .containsEntry("reason", "head")
                .containsEntry("method", "HEAD");
    }

    @ParameterizedTest
    @CsvSource({"NONE,", "ANONYMISED,203.0.113.0", "FULL,203.0.113.77"})
    void as_much_of_the_address_is_stored_as_is_asked_for(AddressDetail detail, String stored) {
        FakeEngine asked = FakeEngine.with(builder().addresses(detail).build());

        asked.get(click(URL));

        assertThat(asked.last().get("address")).isEqualTo(stored);
        assertThat(detail == AddressDetail.FULL || !asked.last().toString().contains("203.0.113.77"))
                .isTrue();
    }

    @Test
    void of_an_ipv6_address_the_site_is_stored() {
        engine.ask(new Asking("GET", click(URL)).from("2001:db8:1:2::3%eth0"));

        assertThat(engine.last()).containsEntry("address", "2001:db8:1:0:0:0:0:0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // peer | X-Forwarded-For | client
                "203.0.113.77 | 198.51.100.1 | 203.0.113.77",
                "10.0.0.1 | 198.51.100.1 | 198.51.100.1",
                "10.0.0.1 | 192.0.2.9, 198.51.100.1 | 198.51.100.1",
                "10.0.0.1 | 198.51.100.1, 10.2.3.4 | 198.51.100.1",
                "10.0.0.1 | 198.51.100.1:4711 | 198.51.100.1",
                "10.0.0.1 | [2001:db8::1]:4711 | 2001:db8:0:0:0:0:0:1",
                "10.0.0.1 | 198.51.100.1, nonsense | 10.0.0.1",
                "10.0.0.1 | attacker.example | 10.0.0.1",
                "10.0.0.1 | - | 10.0.0.1",
                "::1 | 198.51.100.1 | 198.51.100.1"
            })
    void a_proxy_is_believed_only_if_it_is_ours(String peer, String forwarded, String client) {
        FakeEngine behind = FakeEngine.with(builder()
                .addresses(AddressDetail.FULL)
                .trustedProxies(List.of("10.0.0.0/8", "::1"))
                .build());
        Asking asking = new Asking("GET", click(URL)).from(peer);

        behind.ask(forwarded == null ? asking : asking.header("X-Forwarded-For", forwarded));

        assertThat(behind.last()).containsEntry("address", client);
    }

    @Test
    void nothing_depends_on_the_name_of_the_host() {
        Response response = engine.ask(new Asking("GET", click(URL))
                .header("Host", "evil.example")
                .header("X-Forwarded-Host", "evil.example"));

        assertThat(response.headers()).containsEntry("Location", URL);
    }

    @Test
    void a_user_agent_is_cut_and_on_one_line() {
        engine.ask(new Asking("GET", click(URL)).header("User-Agent", "a\u0007\r\nb" + "c".repeat(2_000)));

        assertThat(engine.last().get("userAgent")).startsWith("a   b").hasSize(TrackingEndpoint.MAX_USER_AGENT);
    }

    @Test
    void the_answer_comes_when_the_store_takes_nothing() {
        engine.store = report -> {
            throw new MailerUnavailableException("full", Duration.ZERO, null);
        };
        assertThat(engine.get(click(URL)).status()).isEqualTo(302);
        engine.store = report -> CompletableFuture.failedFuture(new IllegalStateException("gone"));
        assertThat(engine.get(click(URL)).status()).isEqualTo(302);
        engine.store = report -> CompletableFuture.completedFuture(Result.UNKNOWN_DELIVERY);
        assertThat(engine.get(click(URL)).status()).isEqualTo(302);
        engine.store = report -> {
            throw new IllegalStateException("closed");
        };
        assertThat(engine.get(TrackingEndpoint.path(Hit.Kind.OPEN, token(Hit.Kind.OPEN, "")))
                        .status())
                .isEqualTo(200);

        assertThat(engine.counts)
                .containsExactly(
                        "mailer.tracking.dropped{reason=overload}",
                        "mailer.tracking.dropped{reason=unavailable}",
                        "mailer.tracking.dropped{reason=unknown}",
                        "mailer.tracking.dropped{reason=unavailable}");
    }

    @Test
    void what_waits_for_the_store_is_bounded_and_goes_on() {
        List<CompletableFuture<Result>> commits = new ArrayList<>();
        FakeEngine buffered = FakeEngine.with(
                builder().durability(TrackingDurability.BUFFERED).build());
        buffered.store = report -> {
            CompletableFuture<Result> commit = new CompletableFuture<>();
            commits.add(commit);
            return commit;
        };

        for (int i = 0; i < HitRecorder.PENDING + 10; i++) {
            String token =
                    new HitTokens(new FakeTokens()).token(Hit.Kind.CLICK, new Target(i, FakeDraft.ACCEPTED, 1, URL));
            assertThat(buffered.get(TrackingEndpoint.path(Hit.Kind.CLICK, token))
                            .status())
                    .isEqualTo(302);
        }

        assertThat(commits).hasSize(HitRecorder.PENDING);
        assertThat(buffered.counts).hasSize(10).containsOnly("mailer.tracking.dropped{reason=overload}");
        commits.forEach(commit -> commit.complete(Result.APPLIED));
        buffered.get(click(URL));
        assertThat(commits).hasSize(HitRecorder.PENDING + 1);
    }

    @Test
    void a_flood_from_one_mail_is_answered_and_not_stored() {
        for (int i = 0; i < 150; i++) {
            assertThat(engine.get(click(URL)).status()).isEqualTo(302);
        }

        assertThat(engine.reports).hasSize(100);
        assertThat(engine.counts).contains("mailer.tracking.dropped{reason=flood}");
        engine.now = engine.now.plus(Duration.ofMinutes(11));
        engine.get(click(URL));
        assertThat(engine.reports).hasSize(101);
    }

    @Test
    void who_follows_the_hidden_link_is_a_program_and_so_were_the_clicks_before() {
        FakeEngine trapping = FakeEngine.with(builder().honeypot(true).build());
        trapping.get(click(URL));
        String clicked = trapping.last().get("hit");

        Response response = trapping.get(TrackingEndpoint.path(Hit.Kind.TRAP, token(Hit.Kind.TRAP, "")));
        trapping.get(click(URL));

        assertThat(response.status()).isEqualTo(200);
        assertThat(trapping.reports.stream().map(Report::type))
                .containsExactly(EventType.CLICKED, EventType.VERDICT, EventType.CLICKED, EventType.CLICKED);
        assertThat(trapping.reports.get(1).detail())
                .isEqualTo(Map.of("of", clicked, "verdict", "bot", "reason", "trap", "rules", "1"));
        assertThat(trapping.reports.get(2).detail()).containsEntry("link", "trap");
        assertThat(trapping.last()).containsEntry("verdict", "bot").containsEntry("reason", "trap");
    }

    private static TrackingBuilder builder() {
        return TrackedMailTest.tracking();
    }

    private static String click(String url) {
        return TrackingEndpoint.path(Hit.Kind.CLICK, token(Hit.Kind.CLICK, url));
    }

    private static String token(Hit.Kind kind, String url) {
        return new HitTokens(new FakeTokens())
                .token(kind, new Target(4711, FakeDraft.ACCEPTED, kind == Hit.Kind.CLICK ? 1 : 0, url));
    }

    @Test
    void only_a_token_whose_key_is_not_known_yet_may_keep_a_thread() {
        HttpEndpoint endpoint = engine.endpoints.get(0);
        for (String path : List.of("", "/", "/o", "/.gif", "/o/", "/o/known.gif", "/c/known", "/h/known")) {
            assertThat(endpoint.isNonBlocking(new Asking("GET", "/t" + path).request()))
                    .as(path)
                    .isEqualTo(path.length() < 3 || path.contains("known"));
        }
    }

    @Test
    void a_host_that_does_not_wait_is_told_when_the_event_is_committed() {
        CompletableFuture<Result> commit = new CompletableFuture<>();
        engine.store = report -> commit;

        CompletableFuture<Response> answer = engine.endpoints
                .get(0)
                .handleAsync(new Asking("GET", TrackingEndpoint.path(Hit.Kind.OPEN, token(Hit.Kind.OPEN, "")))
                        .request())
                .toCompletableFuture();

        assertThat(engine.reports).hasSize(1);
        assertThat(answer).isNotDone();
        commit.complete(Result.APPLIED);
        assertThat(answer.join().status()).isEqualTo(200);
    }

    /** The shape of a payload is what mail that is on its way depends on. */
    @Test
    void a_payload_keeps_its_shape() {
        String token = token(Hit.Kind.CLICK, "https://a.example/");

        Bytes payload = Objects.requireNonNull(new FakeTokens().verify("click", token));
        assertThat(payload.toHex())
                .isEqualTo("e724" + "b0b890cd06" + "01"
                        + Bytes.utf8("https://a.example/").toHex());
    }
}

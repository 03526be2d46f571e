// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint.Response;
import dev.mailer.api.spi.Subscriptions.Change;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.tracking.FakeDraft;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnsubscribeEndpointTest {
    private static final String ONE_CLICK = "List-Unsubscribe=One-Click";

    private final Site site =
            new Site(b -> b.stream("news", s -> s.unsubscribe().title("Our news")));
    private final String page = "/" + Site.token("news");
    private final String preferences = page + "/preferences";

    @Test
    void one_click_unsubscribes_from_the_stream_of_the_mail() {
        Response response = site.post(page, ONE_CLICK);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body().asUtf8()).isEqualTo("You are unsubscribed.\n");
        assertThat(response.headers()).doesNotContainKeys("Set-Cookie", "Location");
        assertThat(site.ledger().changes)
                .containsExactly(new Change(
                        "default",
                        "jo@example.org",
                        Set.of("news"),
                        FakeDraft.DELIVERY,
                        "one-click",
                        site.context.now,
                        Map.of()));
    }

    @Test
    void one_click_a_second_time_is_answered_the_same() {
        Response first = site.post(page, ONE_CLICK);
        Response second = site.post(page, ONE_CLICK);

        assertThat(second).isEqualTo(first);
        assertThat(site.ledger().entries).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void looking_changes_nothing_however_often(String method) {
        for (String path : List.of(page, preferences, page, preferences)) {
            Response response = site.send(method, path, Map.of(), Bytes.utf8(ONE_CLICK));

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body().length() == 0).isEqualTo(method.equals("HEAD"));
        }

        assertThat(site.ledger().changes).isEmpty();
    }

    @Test
    void the_page_asks_and_its_form_unsubscribes_and_takes_back() {
        Document asked = document(site.get(page));
        assertThat(asked.select("main p").first().text())
                .isEqualTo("Shall j…@example.org no longer receive “Our news”?");
        assertThat(asked.select("form").attr("method")).isEqualTo("post");
        assertThat(asked.select("form").hasAttr("action")).isFalse();

        Document done = document(site.post(page, form(asked)));
        assertThat(done.select("[role=status]").text()).isEqualTo("j…@example.org no longer receives “Our news”.");
        assertThat(site.ledger().entries).hasSize(1);

        Document undone = document(site.post(page, form(done)));
        assertThat(undone.select("[role=status]").text()).isEqualTo("j…@example.org receives “Our news” again.");
        assertThat(site.ledger().entries).isEmpty();
        assertThat(site.ledger().changes).extracting(Change::origin).containsExactly("page", "page");
    }

    /** Each time is kept for good, and a program can ask for ever. */
    @Test
    void who_comes_back_again_and_again_is_told_to_wait_and_stays_away_meanwhile() {
        for (int i = 0; i < Returns.MOST; i++) {
            site.post(page, ONE_CLICK);
            assertThat(site.post(page, "action=subscribe").status()).isEqualTo(200);
        }
        assertThat(site.post(page, ONE_CLICK).status()).isEqualTo(200);
        int before = site.ledger().changes.size();

        for (String path : List.of(page, preferences)) {
            Response refused =
                    site.post(path, "action=" + (path.equals(page) ? "subscribe" : "save&shown=news&stream=news"));
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.headers()).containsEntry("Retry-After", "3600");
        }
        assertThat(site.ledger().changes).hasSize(before);
        assertThat(site.post(page, ONE_CLICK).status()).isEqualTo(200);

        site.context.now = site.context.now.plus(Returns.WITHIN);
        assertThat(site.post(page, "action=subscribe").status()).isEqualTo(200);
        assertThat(site.ledger().entries).isEmpty();
    }

    @Test
    void preferences_are_saved() {
        Document shown = document(site.get(preferences));
        assertThat(shown.select("label").eachText()).containsExactly("broadcast", "Our news");
        assertThat(shown.select("input[checked]")).hasSize(2);

        Document saved = document(site.post(preferences, "shown=broadcast&shown=news&stream=broadcast&action=save"));
        assertThat(saved.select("[role=status]").text()).isEqualTo("Your choice is saved.");
        assertThat(saved.select("input[checked]").eachAttr("value")).containsExactly("broadcast");

        site.post(preferences, "shown=broadcast&shown=news&stream=news&action=save");
        assertThat(site.ledger().changes)
                .extracting(Change::streams)
                .containsExactly(Set.of("news"), Set.of("broadcast"), Set.of("news"));
        assertThat(site.ledger().entries).hasSize(1);
    }

    @Test
    void all_of_them_end_at_once() {
        Document shown = document(site.get(preferences));
        assertThat(shown.select("button[value=none]").text()).isEqualTo("Unsubscribe from all of these");

        site.post(preferences, "shown=broadcast&shown=news&stream=news&stream=broadcast&action=none");

        assertThat(site.ledger().changes).extracting(Change::streams).containsExactly(Set.of("broadcast", "news"));
    }

    @Test
    void streams_that_are_not_offered_and_those_that_were_not_shown_stay() {
        site.post(preferences, "shown=broadcast&shown=transactional&shown=else&action=none");

        assertThat(site.ledger().changes).extracting(Change::streams).containsExactly(Set.of("broadcast"));
    }

    @Test
    void a_save_that_changes_nothing_stores_nothing() {
        Response saved = site.post(preferences, "shown=broadcast&shown=news&stream=news&stream=broadcast&action=save");

        assertThat(saved.status()).isEqualTo(200);
        assertThat(site.ledger().changes).isEmpty();
    }

    @Test
    void the_offer_is_what_is_set_as_far_as_the_tenant_has_it() {
        Site other = new Site(b -> b.offer(List.of("transactional", "gone", "news")));

        assertThat(document(other.get(preferences)).select("label").eachText())
                .containsExactly("transactional", "news");
    }

    @Test
    void without_anything_to_choose_the_page_says_so() {
        site.ledger().streams = List.of("transactional");

        assertThat(document(site.get(preferences)).select("main").text()).contains("There is nothing to choose.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"BOUNCE", "COMPLAINT", "MANUAL"})
    void what_is_chosen_for_a_blocked_stream_is_stored_and_the_block_stays(Reason reason) {
        String blocked = "Mail to j…@example.org is blocked. This cannot be changed here.";
        site.ledger().block("jo@example.org", "news", reason);

        Document asked = document(site.get(page));
        assertThat(asked.select("[role=status]").eachText()).containsExactly(blocked);
        Document done = document(site.post(page, form(asked)));
        assertThat(done.select("[role=status]").eachText())
                .containsExactly("j…@example.org no longer receives “Our news”.", blocked);
        assertThat(site.ledger().entries).hasSize(2);
        Document undone = document(site.post(page, form(done)));
        assertThat(undone.select("[role=status]").eachText()).containsExactly(blocked);
        assertThat(undone.select("button").eachText()).containsExactly("Unsubscribe");

        assertThat(site.ledger().entries).extracting(Suppression::reason).containsExactly(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"save", "none"})
    void a_blocked_stream_is_one_of_those_to_choose(String action) {
        site.ledger().block("jo@example.org", null, Reason.COMPLAINT);

        Document all = document(site.get(preferences));
        assertThat(all.select("label").eachText()).containsExactly("broadcast (blocked)", "Our news (blocked)");
        assertThat(all.select("input[type=hidden]").eachAttr("value")).containsExactly("broadcast", "news");
        Document saved = document(site.post(preferences, "shown=broadcast&shown=news&action=" + action));

        assertThat(saved.select("input[checked]")).isEmpty();
        assertThat(site.ledger().changes).extracting(Change::streams).containsExactly(Set.of("broadcast", "news"));
    }

    @Test
    void an_entry_for_all_streams_counts_for_each() {
        site.ledger().block("jo@example.org", null, Reason.UNSUBSCRIBE);

        assertThat(document(site.get(preferences)).select("input[checked]")).isEmpty();
        assertThat(document(site.get(page)).select("button").eachText()).containsExactly("Subscribe again");
    }

    @Test
    void any_flipped_character_is_a_link_that_does_not_work() {
        String token = page.substring(1);
        Response none = site.get("/none");
        assertThat(none.status()).isEqualTo(404);
        for (int i = 0; i < token.length(); i++) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            String flipped = "/" + token.substring(0, i) + other + token.substring(i + 1);

            assertThat(site.get(flipped)).isEqualTo(none);
            assertThat(site.post(flipped, ONE_CLICK)).isEqualTo(none);
            assertThat(site.get(flipped + "/preferences")).isEqualTo(none);
        }
        assertThat(site.ledger().changes).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "//", "/preferences", "/a/b", "/a/preferences/", "/../v1", "/<script>", "/ä"})
    void other_paths_do_not_work_either(String path) {
        assertThat(site.get(path).status()).isEqualTo(404);
        assertThat(site.get(path)).isEqualTo(site.get("/none"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get"})
    void other_methods_are_not_allowed(String method) {
        Response response = site.send(method, page, Map.of("content-type", List.of(Site.FORM)), Bytes.utf8(ONE_CLICK));

        assertThat(response.status()).isEqualTo(405);
        assertThat(response.headers()).containsEntry("Allow", "GET, HEAD, POST");
        assertThat(site.ledger().changes).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/json", "multipart/form-data", "multipart/mixed; boundary=b", ""})
    void what_is_no_form_is_not_taken(String type) {
        assertThat(site.post(page, type, ONE_CLICK).status()).isEqualTo(415);
        assertThat(site.send("POST", page, Map.of(), Bytes.utf8(ONE_CLICK)).status())
                .isEqualTo(415);
        assertThat(site.ledger().changes).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a=b", "List-Unsubscribe=", "list-unsubscribe=one-click", "action=everything", "%%%=%"})
    void a_form_that_says_nothing_changes_nothing(String form) {
        assertThat(site.post(page, form).status()).isEqualTo(400);
        assertThat(site.post(preferences, form).status()).isEqualTo(400);
        assertThat(site.ledger().changes).isEmpty();
    }

    @Test
    void too_large_a_body_is_not_read() {
        assertThat(site.post(page, ONE_CLICK + "&" + "a".repeat(32 * 1024)).status())
                .isEqualTo(413);
        assertThat(site.ledger().changes).isEmpty();
    }

    @Test
    void while_the_ledger_is_away_nothing_is_said_to_be_done() {
        site.ledger().away = true;
        List<Response> answers = List.of(
                site.post(page, ONE_CLICK),
                site.post(page, "action=unsubscribe"),
                site.post(preferences, "shown=news&action=save"),
                site.get(page),
                site.get(preferences));

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.headers()).containsEntry("Retry-After", "60");
            assertThat(document(answer).select("h1").text()).isEqualTo("This does not work right now");
            assertThat(answer.body().asUtf8()).doesNotContain("example.org");
        });
    }

    @Test
    void a_stream_that_is_gone_is_not_promised_to_be_ended() {
        site.ledger().streams = List.of("broadcast");

        assertThat(site.post(page, ONE_CLICK).status()).isEqualTo(404);
        assertThat(site.ledger().changes).isEmpty();
    }

    @Test
    void before_the_mailer_runs_it_is_away_too() {
        site.context.tokens.away = true;

        assertThat(site.post(page, ONE_CLICK).status()).isEqualTo(503);
    }

    @Test
    void every_answer_stays_with_the_recipient() {
        List<Response> answers = List.of(
                site.get(page),
                site.get("/none"),
                site.post(page, ONE_CLICK),
                site.post(page, "text/plain", "x"),
                site.send("PUT", page, Map.of(), Bytes.EMPTY));

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.headers())
                    .containsEntry("Cache-Control", "no-store")
                    .containsEntry("Referrer-Policy", "no-referrer")
                    .containsEntry("X-Content-Type-Options", "nosniff")
                    .containsEntry("X-Frame-Options", "DENY")
                    .containsEntry("X-Robots-Tag", "noindex, nofollow");
            assertThat(answer.headers().get("Content-Security-Policy"))
                    .startsWith("default-src 'none'; ")
                    .endsWith("frame-ancestors 'none'")
                    .doesNotContain("script", "unsafe");
        });
    }

    @Test
    void the_host_unsubscribes_by_token_too() {
        assertThat(site.plugin.unsubscribe("none", "mailto")).isFalse();
        assertThat(site.plugin.unsubscribe(Site.token("news"), "mailto")).isTrue();
        assertThat(site.ledger().changes).extracting(Change::origin).containsExactly("mailto");
    }

    private static String form(Document page) {
        return "action=" + page.select("button[name=action]").attr("value");
    }

    private static Document document(Response response) {
        return Jsoup.parse(response.body().asUtf8());
    }
}

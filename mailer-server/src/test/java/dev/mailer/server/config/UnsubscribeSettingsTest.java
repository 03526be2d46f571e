// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Email;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnsubscribeSettingsTest {
    @TempDir
    private Path folder;

    @Test
    void without_a_public_url_there_are_no_pages() {
        try (MailerEngine engine = engine(Map.of())) {
            assertThat(engine.endpoints()).isEmpty();
        }
    }

    @Test
    void the_pages_are_those_of_the_settings() throws Exception {
        Path css = Files.writeString(folder.resolve("shop.css"), "h1 { color: teal }");
        Map<String, String> given = new HashMap<>(Map.of(
                "publicUrl", "https://mail.example.com",
                "publicUrls.acme", "https://mail.acme.example",
                "tenants", "acme",
                "streams.broadcast.unsubscribe", "false",
                "streams.news.unsubscribe", "true",
                "streams.news.listId", "Our news <news.example.com>",
                "streams.news.weight", "2",
                "unsubscribe.mailto", "leave@example.com",
                "unsubscribe.streams", "news, transactional",
                "unsubscribe.titles.news", "Our news"));
        given.putAll(Map.of(
                "unsubscribe.language", "fr",
                "unsubscribe.theme.title", "The <Shop>",
                "unsubscribe.theme.color", "#006a6a",
                "unsubscribe.theme.background", "#eeeeee",
                "unsubscribe.theme.logo", "https://img.example/logo.png",
                "unsubscribe.theme.css", css.toString(),
                "unsubscribe.theme.footer", "1 Road",
                "unsubscribe.themes.acme.title", "Acme"));
        try (MailerEngine engine = engine(given)) {
            assertThat(engine.endpoints()).extracting(HttpEndpoint::path).containsExactly("/u", "/t");
            HttpEndpoint.Response response = engine.endpoints()
                    .get(0)
                    .handle(new HttpEndpoint.Request("GET", "/", Map.of(), Map.of(), Bytes.EMPTY, "192.0.2.1"));

            assertThat(response.status()).isEqualTo(404);
            assertThat(response.body().asUtf8())
                    .contains("<html lang=\"fr\"", "The &lt;Shop&gt;", "#006a6a", "#eeeeee", "1 Road")
                    .contains("h1 { color: teal }</style>");
            assertThat(response.headers().get("Content-Security-Policy")).contains("img-src https://img.example;");
        }
    }

    @Test
    void any_setting_of_a_stream_says_that_there_is_the_stream() {
        try (MailerEngine engine = engine(Map.of(
                "publicUrl", "https://mail.example.com",
                "streams.news.unsubscribe", "true",
                "streams.lists.listId", "lists.example.com",
                "streams.offers.trackOpens", "true",
                "streams.hints.trackClicks", "false"))) {
            for (String stream : List.of("news", "lists", "offers", "hints")) {
                assertThat(
                                engine.send(Email.builder()
                                        .from("shop@example.com")
                                        .to("jo@example.org")
                                        .subject("News")
                                        .text("Hello")
                                        .stream(stream)
                                        .build()))
                        .as(stream)
                        .isNotNull();
            }
        }
    }

    @Test
    void variables_of_the_environment_name_the_setting() {
        Settings settings = SettingsReader.read(
                null,
                Map.of(
                        "MAILER_PUBLIC_URL", "https://mail.example.com",
                        "MAILER_STREAMS_NEWS_LIST_ID", "news.example.com",
                        "MAILER_UNSUBSCRIBE_THEME_TITLE", "Shop"),
                Map.of());

        assertThat(settings.warnings()).isEmpty();
        assertThat(settings.shownValue("streams.news.listId")).isEqualTo("news.example.com");
        assertThat(settings.shownValue("unsubscribe.theme.title")).isEqualTo("Shop");
    }

    @Test
    void what_would_have_no_effect_is_a_problem() {
        problem("streams.news.unsubscribe", "true", false, "is set without publicUrl, where recipients reach");
        problem("unsubscribe.language", "de", false, "is set without publicUrl, where recipients reach");
        problem("publicUrls.acme", "https://mail.acme.example", false, "is set without publicUrl, the address of");
        problem("publicUrls.acme", "https://mail.acme.example", true, "'acme' is no tenant; there are [default]");
        problem("unsubscribe.themes.acme.title", "Acme", true, "'acme' is no tenant; there are [default]");
    }

    @Test
    void problems_name_the_setting() throws Exception {
        Path css = Files.writeString(folder.resolve("bad.css"), "</style><script>");

        problem("publicUrl", "ftp://mail.example.com", false, "'ftp://mail.example.com' cannot be used; expected http");
        problem("publicUrl", "https://" + "a".repeat(200), false, "has 208 characters; at most 150");
        problem("streams.news.unsubscribe", "maybe", true, "'maybe' is not true or false");
        problem("streams.news.listId", "news", true, "'news' is no name of a list such as");
        problem("unsubscribe.mailto", "nobody", true, "'nobody' is no address");
        problem("unsubscribe.streams", "a, a", true, "has 2 names; expected are 1 to 100 different ones");
        problem("unsubscribe.titles.news", "t".repeat(201), true, "has 201 characters, not 1 to 200");
        problem("unsubscribe.language", "tlh", true, "'tlh' is none of [en, ");
        problem("unsubscribe.theme.color", "red", true, "'red' is no colour such as #0b57d0");
        problem("unsubscribe.theme.logo", "http://img.example/x", true, "'http://img.example/x' cannot be used");
        problem("unsubscribe.theme.css", css + ".none", true, "is not a file that exists");
        problem("unsubscribe.theme.css", css.toString(), true, "has '</', which no style sheet needs");
    }

    private static MailerEngine engine(Map<String, String> given) {
        MailerBuilder builder = Mailers.builder().store("memory").transport("null:");
        SettingsReader.read(null, Map.of(), given).engine().accept(builder);
        return builder.build();
    }

    /** @param reachable whether there is a public URL */
    private static void problem(String key, String value, boolean reachable, String problem) {
        Map<String, String> given = new HashMap<>(Map.of(key, value));
        if (reachable) {
            given.put("publicUrl", "https://mail.example.com");
        }
        assertThatThrownBy(() -> SettingsReader.read(null, Map.of(), given))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(problem)
                .satisfies(
                        e -> assertThat(e.getMessage()).contains(key.contains("themes") ? "unsubscribe.themes" : key));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.core.MailerEngine;
import dev.mailer.tracking.unsubscribe.PreferencePages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class UnsubscribePropertiesTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(MailerAutoConfiguration.class))
            .withPropertyValues("mailer.store=memory", "mailer.transport=memory:");

    @TempDir
    private Path folder;

    @Test
    void without_a_public_url_there_are_no_pages() {
        runner.run(context ->
                assertThat(context.getBean(MailerEngine.class).endpoints()).isEmpty());
    }

    @Test
    void the_pages_are_those_of_the_properties() throws Exception {
        Path css = Files.writeString(folder.resolve("shop.css"), "h1 { color: teal }");
        runner.withPropertyValues(
                        "mailer.public-url=https://mail.example.com",
                        "mailer.public-urls.acme=https://mail.acme.example",
                        "mailer.streams.broadcast.unsubscribe=false",
                        "mailer.streams.news.unsubscribe=true",
                        "mailer.streams.news.list-id=news.example.com",
                        "mailer.unsubscribe.mailto=leave@example.com",
                        "mailer.unsubscribe.streams=news,transactional",
                        "mailer.unsubscribe.titles.news=Our news",
                        "mailer.unsubscribe.language=de",
                        "mailer.unsubscribe.theme.title=The <Shop>",
                        "mailer.unsubscribe.theme.color=#006a6a",
                        "mailer.unsubscribe.theme.css=" + css.toUri())
                .run(context -> assertThat(notFound(context.getBean(MailerEngine.class)))
                        .contains("The &lt;Shop&gt;", "Dieser Link funktioniert nicht", "#006a6a")
                        .contains("h1 { color: teal }</style>"));
    }

    @Test
    void a_bean_draws_them_in_place_of_the_mailer() {
        runner.withPropertyValues("mailer.public-url=https://mail.example.com")
                .withBean(
                        PreferencePages.class,
                        () -> view -> new PreferencePages.Page("own " + view.kind(), "'none'", "'none'"))
                .run(context -> assertThat(notFound(context.getBean(MailerEngine.class)))
                        .isEqualTo("own NOT_FOUND"));
    }

    @Test
    void what_would_have_no_effect_is_an_error() {
        fails("streams.news.unsubscribe: is set without publicUrl", "mailer.streams.news.unsubscribe=true");
        fails("streams.news.listId: is set without publicUrl", "mailer.streams.news.list-id=news.example.com");
        fails("unsubscribe: is set without publicUrl", "mailer.unsubscribe.language=de");
        fails("publicUrls: is set without publicUrl", "mailer.public-urls.acme=https://mail.acme.example");
    }

    private void fails(String message, String property) {
        runner.withPropertyValues(property)
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageStartingWith(message));
    }

    private static String notFound(MailerEngine engine) {
        List<HttpEndpoint> endpoints = engine.endpoints();
        assertThat(endpoints).extracting(HttpEndpoint::path).containsExactly("/u", "/t");
        HttpEndpoint.Response response = endpoints
                .get(0)
                .handle(new HttpEndpoint.Request("GET", "/", Map.of(), Map.of(), Bytes.EMPTY, "192.0.2.1"));
        assertThat(response.status()).isEqualTo(404);
        return response.body().asUtf8();
    }
}

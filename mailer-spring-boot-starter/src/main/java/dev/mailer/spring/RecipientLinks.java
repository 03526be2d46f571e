// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.tracking.PublicUrls;
import dev.mailer.tracking.unsubscribe.ListStreamOptions;
import dev.mailer.tracking.unsubscribe.PageTheme;
import dev.mailer.tracking.unsubscribe.PreferencePages;
import dev.mailer.tracking.unsubscribe.UnsubscribeBuilder;
import dev.mailer.tracking.unsubscribe.UnsubscribePlugin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.io.ApplicationResourceLoader;
import org.springframework.context.ApplicationContext;
import org.springframework.core.io.ResourceLoader;

/** The links that the properties have put into mail, and the pages where they lead. */
final class RecipientLinks {
    private final String url;
    private final MailerProperties properties;
    private final ApplicationContext context;

    /** @param url where recipients reach the application */
    RecipientLinks(String url, MailerProperties properties, ApplicationContext context) {
        this.url = url;
        this.properties = properties;
        this.context = context;
    }

    /** @throws MailerConfigException names the property */
    MailerPlugin tracking() {
        return TrackingChoice.of(properties, urls());
    }

    /** @throws MailerConfigException names the property */
    MailerPlugin unsubscribing() {
        UnsubscribeBuilder builder = UnsubscribePlugin.builder().publicUrls(urls());
        properties.getStreams().forEach((name, stream) -> builder.stream(name, options -> apply(stream, options)));
        MailerProperties.Unsubscribe unsubscribe = properties.getUnsubscribe();
        if (unsubscribe != null) {
            apply(unsubscribe, builder);
        }
        PreferencePages pages = context.getBeanProvider(PreferencePages.class).getIfAvailable();
        if (pages != null) {
            builder.pages(pages);
        }
        return builder.build();
    }

    private PublicUrls urls() {
        PublicUrls urls = PublicUrls.of(url);
        for (Map.Entry<String, String> ofTenant : properties.getPublicUrls().entrySet()) {
            urls = urls.with(ofTenant.getKey(), ofTenant.getValue());
        }
        return urls;
    }

    private static void apply(StreamSettings stream, ListStreamOptions options) {
        ifSet(stream.unsubscribe(), on -> {
            var unused = on ? options.unsubscribe() : options.noUnsubscribe();
        });
        ifSet(stream.listId(), options::listId);
    }

    private void apply(MailerProperties.Unsubscribe unsubscribe, UnsubscribeBuilder builder) {
        ifSet(unsubscribe.mailto(), builder::mailto);
        ifSet(unsubscribe.streams(), builder::offer);
        ifSet(
                unsubscribe.titles(),
                titles -> titles.forEach((name, title) -> builder.stream(name, stream -> stream.title(title))));
        ifSet(unsubscribe.language(), builder::language);
        ifSet(unsubscribe.theme(), theme -> builder.theme(theme("unsubscribe.theme.", theme)));
        ifSet(
                unsubscribe.themes(),
                themes -> themes.forEach(
                        (tenant, theme) -> builder.theme(tenant, theme("unsubscribe.themes." + tenant + ".", theme))));
    }

    private PageTheme theme(String group, MailerProperties.Theme theme) {
        PageTheme.Builder builder = PageTheme.builder();
        try {
            ifSet(theme.title(), builder::title);
            ifSet(theme.logo(), builder::logo);
            ifSet(theme.color(), builder::color);
            ifSet(theme.background(), builder::background);
            ifSet(theme.footer(), builder::footer);
            ifSet(theme.css(), location -> builder.css(read(location, context)));
            return builder.build();
        } catch (MailerConfigException e) {
            throw new MailerConfigException(group + e.option(), e.problem(), e);
        }
    }

    private static String read(String location, ResourceLoader resources) {
        try (InputStream in = ApplicationResourceLoader.get(resources, true)
                .getResource(location)
                .getInputStream()) {
            return new String(in.readNBytes(4 * PageTheme.MAX_CSS + 1), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new MailerConfigException("css", "'" + location + "' cannot be read", e);
        }
    }

    private static <T> void ifSet(@Nullable T value, Consumer<T> option) {
        if (value != null) {
            option.accept(value);
        }
    }
}

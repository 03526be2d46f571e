// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import dev.mailer.api.MailerConfigException;
import dev.mailer.tracking.PublicUrls;
import dev.mailer.tracking.unsubscribe.ListStreamOptions;
import dev.mailer.tracking.unsubscribe.PageTheme;
import dev.mailer.tracking.unsubscribe.UnsubscribeBuilder;
import dev.mailer.tracking.unsubscribe.UnsubscribePlugin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads {@code unsubscribe.*} and what {@code streams.*} says of lists. For one thread. */
final class UnsubscribeSettings {
    private static final String STREAMS = "streams.";
    private static final String TITLES = "unsubscribe.titles.";
    private static final String THEME = "unsubscribe.theme";
    private static final String THEMES = "unsubscribe.themes.";

    private final GivenSettings given;
    private final Set<String> tenants;
    private final UnsubscribeBuilder builder = UnsubscribePlugin.builder();

    /** @param tenants those that there are */
    UnsubscribeSettings(GivenSettings given, Set<String> tenants) {
        this.given = given;
        this.tenants = tenants;
    }

    /**
     * What makes the plugin; null where recipients cannot reach this server.
     *
     * @param urls where they do; null where they do not
     */
    @Nullable
    UnsubscribeBuilder read(@Nullable PublicUrls urls) {
        Set<String> themed = new TreeSet<>();
        given.forEach((key, value) -> {
            if (key.startsWith(STREAMS)) {
                stream(key);
            } else if (key.startsWith(TITLES)) {
                String title = given.text(key, "");
                given.check(key, () -> builder.stream(key.substring(TITLES.length()), stream -> stream.title(title)));
            } else if (key.startsWith(THEMES)) {
                themed.add(key.substring(THEMES.length(), key.lastIndexOf('.')));
            }
            if (urls == null && isOurs(key) && !given.has("publicUrl")) {
                given.problem(key, "is set without publicUrl, where recipients reach this server");
            }
        });
        set("unsubscribe.mailto", "", builder::mailto);
        List<String> offered = given.names("unsubscribe.streams");
        if (!offered.isEmpty()) {
            given.check("unsubscribe.streams", () -> builder.offer(offered));
        }
        set("unsubscribe.language", UnsubscribeBuilder.DEFAULT_LANGUAGE, builder::language);
        builder.theme(theme(THEME));
        for (String tenant : themed) {
            ofTenant(tenant);
        }
        return urls == null ? null : builder.publicUrls(urls);
    }

    static boolean isOurs(String key) {
        return key.startsWith("unsubscribe.")
                || (key.startsWith(STREAMS) && (key.endsWith(".unsubscribe") || key.endsWith(".listId")));
    }

    private void stream(String key) {
        String name = key.substring(STREAMS.length(), key.lastIndexOf('.'));
        if (key.endsWith(".unsubscribe")) {
            boolean on = given.flag(key);
            builder.stream(name, on ? ListStreamOptions::unsubscribe : ListStreamOptions::noUnsubscribe);
        } else if (key.endsWith(".listId")) {
            String id = given.text(key, "");
            given.check(key, () -> builder.stream(name, stream -> stream.listId(id)));
        }
    }

    private void ofTenant(String tenant) {
        PageTheme theme = theme(THEMES + tenant);
        builder.theme(tenant, theme);
        if (!tenants.contains(tenant)) {
            String key = THEMES + tenant;
            given.problem(key, "'" + tenant + "' is no tenant; there are " + tenants);
        }
    }

    private PageTheme theme(String group) {
        PageTheme.Builder theme = PageTheme.builder();
        set(group + ".title", "", theme::title);
        set(group + ".logo", "", theme::logo);
        set(group + ".color", PageTheme.DEFAULT_COLOR, theme::color);
        set(group + ".background", PageTheme.DEFAULT_BACKGROUND, theme::background);
        String css = group + ".css";
        Path file = given.optional(css, "a file that exists", Values::file, Path::toString);
        if (file != null) {
            given.check(css, () -> theme.css(sheet(css, file)));
        }
        set(group + ".footer", "", theme::footer);
        return theme.build();
    }

    private String sheet(String key, Path file) {
        try {
            if (Files.size(file) > 4L * PageTheme.MAX_CSS) {
                throw new MailerConfigException(key, "has " + Files.size(file) + " bytes, which is no style sheet");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new MailerConfigException(key, "cannot be read: " + FileTrouble.of(e), e);
        }
    }

    private void set(String key, String fallback, Consumer<String> option) {
        String value = given.text(key, fallback);
        if (!value.isEmpty()) {
            given.check(key, () -> option.accept(value));
        }
    }
}

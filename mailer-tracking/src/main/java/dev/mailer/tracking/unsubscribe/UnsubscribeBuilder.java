// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import dev.mailer.api.Address;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MailerConfigException;
import dev.mailer.tracking.PublicUrls;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Collects how recipients unsubscribe. Options that are wrong are {@link MailerConfigException}s that name them. Not thread-safe. */
public final class UnsubscribeBuilder {
    /** The stream that can be unsubscribed from without being told so. */
    public static final String DEFAULT_STREAM = "broadcast";
    /** What the pages are in for readers of no language that there are texts in. */
    public static final String DEFAULT_LANGUAGE = "en";

    private final Map<String, ListStreamOptions> streams = new LinkedHashMap<>();
    private final Map<String, PageTheme> themes = new HashMap<>();
    private @Nullable PublicUrls urls;
    private @Nullable List<String> offered;
    private @Nullable String mailto;
    private String language = DEFAULT_LANGUAGE;
    private @Nullable PageTheme theme;
    private @Nullable PreferencePages pages;

    UnsubscribeBuilder() {}

    /** Where recipients reach the pages. Needed. */
    public UnsubscribeBuilder publicUrls(PublicUrls urls) {
        this.urls = urls;
        return this;
    }

    /** Sets something about a stream; several calls add up. */
    public UnsubscribeBuilder stream(String name, Consumer<ListStreamOptions> options) {
        options.accept(streams.computeIfAbsent(name, ListStreamOptions::new));
        return this;
    }

    /**
     * The streams that recipients may choose on the page of preferences, in this order, at most 100; by default those that can be
     * unsubscribed from. A tenant's page has those of them that the tenant has.
     */
    public UnsubscribeBuilder offer(List<String> names) {
        if (names.isEmpty()
                || names.size() > ListStreams.MAX_OFFERED
                || Set.copyOf(names).size() != names.size()) {
            throw new MailerConfigException(
                    "unsubscribe.streams",
                    "has " + names.size() + " names; expected are 1 to " + ListStreams.MAX_OFFERED + " different ones");
        }
        this.offered = List.copyOf(names);
        return this;
    }

    /**
     * An address that takes mail about unsubscribing, for mail programs that do not post; none by default. It gets mail with the subject
     * {@code unsubscribe TOKEN}, and whoever reads that calls {@link UnsubscribePlugin#unsubscribe}.
     */
    public UnsubscribeBuilder mailto(String address) {
        try {
            Address parsed = Address.of(address);
            if (!parsed.spec().matches("[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")) {
                throw new MailerConfigException("unsubscribe.mailto", "'" + address + "' needs quotes in a link");
            }
            this.mailto = parsed.spec();
        } catch (InvalidEmailException e) {
            throw new MailerConfigException("unsubscribe.mailto", "'" + address + "' is no address", e);
        }
        return this;
    }

    /** What the pages are in for readers of no language that there are texts in; {@value #DEFAULT_LANGUAGE} by default. */
    public UnsubscribeBuilder language(String language) {
        if (!PageTexts.LANGUAGES.contains(language)) {
            throw new MailerConfigException(
                    "unsubscribe.language", "'" + language + "' is none of " + PageTexts.LANGUAGES);
        }
        this.language = language;
        return this;
    }

    /** How the pages look. */
    public UnsubscribeBuilder theme(PageTheme theme) {
        this.theme = theme;
        return this;
    }

    /** How those of a tenant look, in place of all of the common theme. */
    public UnsubscribeBuilder theme(String tenant, PageTheme theme) {
        themes.put(tenant, theme);
        return this;
    }

    /** Pages of the host's own, in place of the mailer's; then there is no theme. */
    public UnsubscribeBuilder pages(PreferencePages pages) {
        this.pages = pages;
        return this;
    }

    /**
     * Makes the plugin.
     *
     * @throws MailerConfigException something is missing or contradictory
     */
    public UnsubscribePlugin build() {
        PublicUrls where = urls;
        if (where == null) {
            throw new MailerConfigException("publicUrl", "is missing; recipients need an address to reach the pages");
        }
        PreferencePages drawn = pages;
        if (drawn == null) {
            drawn = new ThemedPages(
                    language, theme == null ? PageTheme.builder().build() : theme, themes);
        } else if (theme != null || !themes.isEmpty()) {
            throw new MailerConfigException("unsubscribe.theme", "is set beside pages of your own, which have none");
        }
        return new UnsubscribePlugin(where, lists(), mailto, drawn);
    }

    private ListStreams lists() {
        Set<String> linked = new HashSet<>(Set.of(DEFAULT_STREAM));
        Map<String, String> listIds = new HashMap<>();
        Map<String, String> titles = new HashMap<>();
        streams.forEach((name, options) -> {
            if (options.linked != null && options.linked) {
                linked.add(name);
            } else if (options.linked != null) {
                linked.remove(name);
            }
            if (options.listId != null) {
                listIds.put(name, options.listId);
            }
            if (options.title != null) {
                titles.put(name, options.title);
            }
        });
        return new ListStreams(linked, listIds, titles, offered);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the pages say in one language. Immutable. */
final class PageTexts {
    /** Those that there are texts in. */
    static final List<String> LANGUAGES = List.of("en", "ar", "de", "es", "fr", "it", "nl", "pl", "pt", "sv");

    private static final Pattern PLACE = Pattern.compile("\\{([a-z]+)}");
    private static final Map<String, PageTexts> ALL = all();

    private final String language;
    private final Properties texts;

    private PageTexts(String language, Properties texts) {
        this.language = language;
        this.texts = texts;
    }

    /**
     * The texts in the first language that there are some in, of any region.
     *
     * @param fallback one of {@link #LANGUAGES}
     */
    static PageTexts of(List<String> languages, String fallback) {
        for (String language : languages) {
            PageTexts found = ALL.get(language.split("-", 2)[0]);
            if (found != null) {
                return found;
            }
        }
        return in(fallback);
    }

    static PageTexts in(String language) {
        PageTexts found = ALL.get(language);
        if (found == null) {
            throw new IllegalArgumentException("there are no texts in '" + language + "', only in " + LANGUAGES);
        }
        return found;
    }

    String language() {
        return language;
    }

    /** The value of {@code dir}. */
    String direction() {
        return get("direction").toString();
    }

    PageHtml get(String key) {
        return PageHtml.of("{}", text(key));
    }

    /** A text with places such as <code>{address}</code>, each filled by a value that keeps its own direction. */
    PageHtml get(String key, Map<String, String> values) {
        String filled = PLACE.matcher(PageHtml.escape(text(key))).replaceAll(place -> {
            String value = values.get(place.group(1));
            return Matcher.quoteReplacement(
                    value == null
                            ? place.group()
                            : PageHtml.of("<bdi>{}</bdi>", value).toString());
        });
        return PageHtml.trusted(filled);
    }

    Set<String> keys() {
        return texts.stringPropertyNames();
    }

    private String text(String key) {
        String text = texts.getProperty(key);
        if (text == null) {
            throw new IllegalArgumentException("there is no text " + key);
        }
        return text;
    }

    private static Map<String, PageTexts> all() {
        Map<String, PageTexts> all = new LinkedHashMap<>();
        LANGUAGES.forEach(language -> all.put(language, new PageTexts(language, read(language))));
        return all;
    }

    private static Properties read(String language) {
        String name = "pages_" + language + ".properties";
        try (InputStream in = PageTexts.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the jar");
            }
            Properties texts = new Properties();
            texts.load(new InputStreamReader(in, StandardCharsets.UTF_8));
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(name + " could not be read from the jar", e);
        }
    }
}

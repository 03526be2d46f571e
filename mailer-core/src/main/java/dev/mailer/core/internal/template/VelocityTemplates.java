// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.MjmlCompiler;
import dev.mailer.api.spi.TemplateEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Velocity templates in a folder: {@code welcome/subject.vm}, {@code welcome/text.vm} and {@code welcome/html.vm}, at least one
 * of the last two, with layouts, languages and messages. All tenants share the folder.
 *
 * <p>Templates see maps, lists, strings, numbers and booleans, and nothing behind them. A variable that is missing fails the
 * mail, unless the template asks first: {@code #if($x)} is false for what is missing, null, empty or zero. {@code $!x} prints
 * nothing for null, and {@code $!order.total} for an entry that a map does not have; {@code $x} and {@code $order.total} fail
 * there. In {@code html.vm} every value is escaped for element content and quoted attributes, but what
 * stands in {@code $raw.html($x)}. Files cannot include others. Thread-safe.
 */
public final class VelocityTemplates implements TemplateEngine {
    /** How old a look at the files may be, by default. */
    public static final Duration DEFAULT_CHECK = Duration.ofSeconds(1);
    /** Most versions of templates kept compiled. */
    public static final int MAX_COMPILED = 1_000;
    /** How long a version that nobody renders stays compiled. */
    public static final Duration KEPT = Duration.ofHours(1);

    private final TemplateFolder folder;
    private final Cache<String, CompiledTemplate> compiled;
    private final @Nullable MjmlCompiler mjml;

    /**
     * @param checkEvery how long the files are trusted before they are looked at again; zero while templates are written
     */
    public VelocityTemplates(Path root, InstantSource clock, Duration checkEvery) {
        this.folder = new TemplateFolder(root, clock, checkEvery);
        this.mjml = MjmlPage.compiler();
        this.compiled = Caffeine.newBuilder()
                .maximumSize(MAX_COMPILED)
                .expireAfterAccess(KEPT)
                .recordStats()
                .build();
    }

    /** The files as they are now, compiled once so that an error shows here. Store them with a mail to pin its version. */
    public TemplateSource currentSource(String template, @Nullable Locale locale) {
        TemplateSource source = folder.current(template, locale);
        compile(source);
        return source;
    }

    /**
     * Renders as far as something can be wrong. Inlining styles and making a text part, which cannot fail, are left out, so that
     * this is much cheaper than {@link #render(TemplateSource, Locale, Map)}.
     */
    public void check(TemplateSource source, @Nullable Locale locale, Map<String, @Nullable Object> variables) {
        compile(source).print(locale, variables);
    }

    /** Renders, and tells what was left undone of inlining styles and making a text part, and why; empty when nothing was. */
    public List<String> notes(TemplateSource source, @Nullable Locale locale, Map<String, @Nullable Object> variables) {
        return compile(source).notes(locale, variables);
    }

    /** Renders given files, from the folder or stored. */
    public Rendered render(TemplateSource source, @Nullable Locale locale, Map<String, @Nullable Object> variables) {
        return compile(source).render(locale, variables);
    }

    @Override
    public String currentVersion(String tenant, String template, @Nullable Locale locale) {
        return currentSource(template, locale).version();
    }

    @Override
    public Rendered render(
            String tenant,
            String template,
            String version,
            @Nullable Locale locale,
            Map<String, @Nullable Object> variables) {
        CompiledTemplate known = compiled.getIfPresent(key(template, version));
        if (known != null) {
            return known.render(locale, variables);
        }
        TemplateSource current = folder.current(template, locale);
        if (!current.version().equals(version)) {
            throw new InvalidEmailException(
                    "template",
                    "version " + version + " of '" + template + "' is gone; the folder has " + current.version());
        }
        return render(current, locale, variables);
    }

    /** Hits, misses and compile times of the compiled templates. */
    public CacheStats cacheStats() {
        return compiled.stats();
    }

    private CompiledTemplate compile(TemplateSource source) {
        return compiled.get(key(source.name(), source.version()), key -> new CompiledTemplate(source, mjml));
    }

    private static String key(String template, String version) {
        return template + '@' + version;
    }
}

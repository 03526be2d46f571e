// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mailer.api.Content;
import dev.mailer.api.Email;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.ContentRef;
import dev.mailer.api.spi.ContentStore;
import dev.mailer.api.spi.TemplateEngine;
import dev.mailer.api.spi.TemplateEngine.Rendered;
import dev.mailer.core.internal.content.Pinned;
import dev.mailer.core.internal.template.Part;
import dev.mailer.core.internal.template.TemplateSource;
import dev.mailer.core.internal.template.VelocityTemplates;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The template engine as the engine uses it: checked at acceptance, pinned to a version, rendered at each attempt. The sources of
 * the built-in engine's templates are stored once per version, so a mail that waits renders the same after a deployment.
 * Thread-safe.
 */
final class Templates {
    /** Sources that are known to be stored, or were read back, kept in memory. */
    private static final int KEPT = 500;
    /** For how long stored sources are taken for granted; shorter than a sweep spares unused content. */
    private static final Duration KEPT_FOR = Duration.ofHours(1);

    private final @Nullable TemplateEngine engine;
    /** Null unless the engine is the built-in one; a mailer without it does not load the caches' classes. */
    private final @Nullable Sources sources;

    Templates(@Nullable TemplateEngine engine, ContentStore contents) {
        this.engine = engine;
        this.sources = engine instanceof VelocityTemplates velocity ? new Sources(velocity, contents) : null;
    }

    /**
     * Pins the version and renders once, so that a missing variable or subject is the caller's error and not a failed delivery.
     *
     * @param host the caller's connection inside its transaction; null otherwise
     */
    Pinned pin(Email email, Content.Templated content, @Nullable Connection host) throws IOException {
        TemplateEngine templates = require();
        String tenant = email.tenant();
        Locale locale = email.locale();
        if (sources != null && content.version() == null) {
            TemplateSource source = sources.velocity.currentSource(content.template(), locale);
            sources.velocity.check(source, locale, content.variables());
            requireSubject(email, content, source.files().containsKey(Part.SUBJECT));
            return new Pinned(source.version(), sources.store(tenant, source, host));
        }
        String version = content.version() == null
                ? templates.currentVersion(tenant, content.template(), locale)
                : content.version();
        Rendered rendered = templates.render(tenant, content.template(), version, locale, content.variables());
        requireSubject(email, content, rendered.subject() != null);
        return new Pinned(version, null);
    }

    private static void requireSubject(Email email, Content.Templated content, boolean templateHasOne) {
        if (email.subject() == null && !templateHasOne) {
            throw new InvalidEmailException(
                    "subject",
                    "is missing, and the template '" + content.template()
                            + "' has none; give an empty one if that is meant");
        }
    }

    Rendered render(String tenant, Content.Templated content, @Nullable Locale locale, @Nullable Pinned pinned)
            throws IOException {
        if (pinned == null) {
            throw new IllegalStateException("a templated mail was stored without the version of its template");
        }
        ContentRef ref = pinned.sources();
        if (ref != null && sources != null) {
            return sources.velocity.render(sources.load(tenant, ref), locale, content.variables());
        }
        return require().render(tenant, content.template(), pinned.version(), locale, content.variables());
    }

    private TemplateEngine require() {
        if (engine == null) {
            throw new InvalidEmailException(
                    "template",
                    "no folder of templates is set: the builder has templates(folder), Spring mailer.templates, and the server the"
                            + " setting templates");
        }
        return engine;
    }

    /** The sources of the built-in engine's templates. */
    private static final class Sources {
        private final VelocityTemplates velocity;
        private final ContentStore contents;
        private final Cache<String, ContentRef> stored = Caffeine.newBuilder()
                .maximumSize(KEPT)
                .expireAfterWrite(KEPT_FOR)
                .build();
        private final Cache<String, TemplateSource> read =
                Caffeine.newBuilder().maximumSize(KEPT).build();

        Sources(VelocityTemplates velocity, ContentStore contents) {
            this.velocity = velocity;
            this.contents = contents;
        }

        ContentRef store(String tenant, TemplateSource source, @Nullable Connection host) throws IOException {
            String key = tenant + "/" + source.version();
            ContentRef ref = stored.getIfPresent(key);
            if (ref == null) {
                Bytes bytes = source.toBytes();
                ref = contents.put(tenant, bytes.open(), bytes.length(), host);
                if (host == null) {
                    stored.put(key, ref);
                }
            }
            return ref;
        }

        TemplateSource load(String tenant, ContentRef ref) throws IOException {
            TemplateSource source = read.getIfPresent(ref.digest());
            if (source == null) {
                try (InputStream in = contents.open(tenant, ref)) {
                    source = TemplateSource.read(Bytes.wrap(in.readAllBytes()));
                }
                read.put(ref.digest(), source);
            }
            return source;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mailer.api.InvalidEmailException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Templates in a folder: {@code welcome/subject.vm}, {@code welcome/text.vm}, {@code welcome/html.vm}; a name may have several
 * segments. Nothing outside the folder is read, by name or by symbolic link. Thread-safe.
 */
final class TemplateFolder {
    private final Path root;
    private final InstantSource clock;
    private final Duration checkEvery;
    private final Cache<Key, Known> known =
            Caffeine.newBuilder().maximumSize(10_000).build();

    /** Most languages take the same files: these are in memory once, for as long as some language has them. */
    private final Cache<Version, TemplateSource> sources =
            Caffeine.newBuilder().weakValues().build();

    private record Version(String name, String version) {}

    private record Key(String name, @Nullable Locale locale) {}

    /** A file as it was when it was read: that it is the same file, unchanged. */
    private record Stamp(Path file, @Nullable Object key, long modified, long size) {}

    private record Known(TemplateSource source, List<Stamp> stamps, Instant checked) {}

    TemplateFolder(Path root, InstantSource clock, Duration checkEvery) {
        this.root = root;
        this.clock = clock;
        this.checkEvery = checkEvery;
    }

    TemplateSource current(String name, @Nullable Locale locale) {
        TemplateNames.require(name);
        Key key = new Key(name, locale);
        Instant now = clock.instant();
        Known before = known.getIfPresent(key);
        boolean fresh =
                before != null && now.isBefore(before.checked().plus(checkEvery)) && !now.isBefore(before.checked());
        if (before != null && fresh) {
            return before.source();
        }
        try {
            TemplateFiles files = TemplateFiles.find(root, name, LocaleChain.of(locale));
            List<Stamp> stamps = stamps(files.all());
            TemplateSource source =
                    before != null && before.stamps().equals(stamps) ? before.source() : shared(files.read());
            known.put(key, new Known(source, stamps, now));
            return source;
        } catch (IOException e) {
            known.invalidate(key);
            throw new InvalidEmailException(
                    "template", "'" + name + "' cannot be read; the folder of templates must exist and be readable", e);
        }
    }

    private TemplateSource shared(TemplateSource source) {
        return sources.get(new Version(source.name(), source.version()), key -> source);
    }

    private static List<Stamp> stamps(List<Path> files) throws IOException {
        List<Stamp> stamps = new ArrayList<>();
        for (Path file : files) {
            BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
            stamps.add(new Stamp(file, a.fileKey(), a.lastModifiedTime().to(TimeUnit.NANOSECONDS), a.size()));
        }
        return stamps;
    }
}

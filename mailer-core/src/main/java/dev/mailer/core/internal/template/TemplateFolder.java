// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mailer.api.InvalidEmailException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Templates in a folder: {@code welcome/subject.vm}, {@code welcome/text.vm}, {@code welcome/html.vm}; a name may have several
 * segments. Nothing outside the folder is read, by name or by symbolic link. Thread-safe.
 */
final class TemplateFolder {
    /** Largest file. */
    static final int MAX_FILE = 1024 * 1024;

    private static final int MAX_NAME = 200;
    private static final List<String> FILES = List.of("subject.vm", "text.vm", "html.vm");

    private final Path root;
    private final InstantSource clock;
    private final Duration checkEvery;
    private final Cache<String, Known> known =
            Caffeine.newBuilder().maximumSize(10_000).build();

    /** A file as it was when it was read: that it is the same file, unchanged. */
    private record Stamp(@Nullable Object key, long modified, long size) {}

    private record Known(TemplateSource source, List<@Nullable Stamp> stamps, Instant checked) {}

    TemplateFolder(Path root, InstantSource clock, Duration checkEvery) {
        this.root = root;
        this.clock = clock;
        this.checkEvery = checkEvery;
    }

    TemplateSource current(String name) {
        requireName(name);
        Instant now = clock.instant();
        Known before = known.getIfPresent(name);
        boolean fresh =
                before != null && now.isBefore(before.checked().plus(checkEvery)) && !now.isBefore(before.checked());
        if (before != null && fresh) {
            return before.source();
        }
        try {
            List<@Nullable Path> files = files(name);
            List<@Nullable Stamp> stamps = stamps(files);
            TemplateSource source =
                    before != null && before.stamps().equals(stamps) ? before.source() : read(name, files);
            known.put(name, new Known(source, stamps, now));
            return source;
        } catch (IOException e) {
            known.invalidate(name);
            throw new InvalidEmailException(
                    "template", "'" + name + "' cannot be read; the folder of templates must exist and be readable", e);
        }
    }

    /** The three files, resolved; null for one that is not there. */
    private List<@Nullable Path> files(String name) throws IOException {
        List<@Nullable Path> files = new ArrayList<>();
        Path real = root.toRealPath();
        for (String file : FILES) {
            files.add(resolved(real, real.resolve(name).resolve(file)));
        }
        if (files.get(1) == null && files.get(2) == null) {
            throw new InvalidEmailException(
                    "template", "there is no '" + name + "'; expected " + name + "/text.vm or " + name + "/html.vm");
        }
        return files;
    }

    private static @Nullable Path resolved(Path root, Path file) throws IOException {
        try {
            Path real = file.toRealPath();
            if (!real.startsWith(root) || !Files.isRegularFile(real)) {
                throw new InvalidEmailException("template", "a file leads out of the folder of templates");
            }
            return real;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static List<@Nullable Stamp> stamps(List<@Nullable Path> files) throws IOException {
        List<@Nullable Stamp> stamps = new ArrayList<>();
        for (Path file : files) {
            if (file == null) {
                stamps.add(null);
            } else {
                BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
                stamps.add(new Stamp(a.fileKey(), a.lastModifiedTime().to(TimeUnit.NANOSECONDS), a.size()));
            }
        }
        return stamps;
    }

    private static TemplateSource read(String name, List<@Nullable Path> files) throws IOException {
        return TemplateSource.of(name, read(name, files.get(0)), read(name, files.get(1)), read(name, files.get(2)));
    }

    private static @Nullable String read(String name, @Nullable Path file) throws IOException {
        if (file == null) {
            return null;
        }
        if (Files.size(file) > MAX_FILE) {
            throw new InvalidEmailException(
                    "template", name + "/" + file.getFileName() + " has more than " + MAX_FILE + " bytes");
        }
        try {
            return Files.readString(file);
        } catch (MalformedInputException e) {
            throw new InvalidEmailException("template", name + "/" + file.getFileName() + " is not UTF-8", e);
        }
    }

    private static void requireName(String name) {
        boolean fits = !name.isEmpty() && name.length() <= MAX_NAME;
        for (String segment : name.split("/", -1)) {
            fits &= !segment.isEmpty()
                    && segment.charAt(0) != '.'
                    && segment.chars()
                            .allMatch(c -> (c >= 'a' && c <= 'z')
                                    || (c >= 'A' && c <= 'Z')
                                    || (c >= '0' && c <= '9')
                                    || c == '-'
                                    || c == '_'
                                    || c == '.');
        }
        if (!fits) {
            throw new InvalidEmailException(
                    "template",
                    "a name has 1 to " + MAX_NAME
                            + " of the characters A-Z, a-z, 0-9, '-', '_', '.' in segments between '/' that do not start with '.'");
        }
    }
}

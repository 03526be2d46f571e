// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which templates a folder holds, in which languages, and the samples beside them. Reads the folder each time. Thread-safe. */
public final class TemplateListing {
    /** Most folders within each other. */
    private static final int MAX_DEPTH = 20;

    private static final Pattern OWN =
            Pattern.compile("(?:text|html)(?:\\.[A-Za-z0-9-]+)?\\.vm|html(?:\\.[A-Za-z0-9-]+)?\\.mjml");
    private static final Pattern TAGGED = Pattern.compile(
            "(?:subject|text|html|sample|layout\\.text|layout\\.html)\\.([A-Za-z0-9-]+)\\.(?:vm|mjml|json)");
    private static final Pattern MESSAGES = Pattern.compile("messages_([A-Za-z0-9_]+)\\.properties");

    private final Path root;

    public TemplateListing(Path root) {
        this.root = root;
    }

    /** The names of all templates, sorted. */
    public List<String> names() {
        return reading(real -> {
            SortedSet<String> names = new TreeSet<>();
            for (Path file : walk(real)) {
                String name = name(real, file.getParent());
                if (OWN.matcher(fileName(file)).matches() && !name.isEmpty()) {
                    names.add(name);
                }
            }
            return List.copyOf(names);
        });
    }

    /** The languages of a template that some file is for, as tags: of its own, or of the layouts and messages it may use. */
    public List<String> tags(String name) {
        TemplateNames.require(name);
        return reading(real -> {
            SortedSet<String> tags = new TreeSet<>();
            for (Path folder : TemplateFiles.upwards(real, real.resolve(name))) {
                boolean own = folder.equals(real.resolve(name));
                for (String file : fileNames(folder)) {
                    String tag = tag(file);
                    if (!tag.isEmpty() && (own || file.startsWith("layout.") || file.startsWith("messages"))) {
                        tags.add(tag);
                    }
                }
            }
            return List.copyOf(tags);
        });
    }

    /** Whether a mail in this language has a text or an HTML part. */
    boolean has(String name, @Nullable Locale locale) {
        TemplateNames.require(name);
        return reading(real -> TemplateFiles.exists(real, name, LocaleChain.of(locale)));
    }

    /** The sample of a template in a language; null when there is none. */
    public @Nullable SourceFile sample(String name, @Nullable Locale locale) {
        TemplateNames.require(name);
        List<SourceFile> samples = reading(real -> {
            List<SourceFile> found = new ArrayList<>();
            for (String tag : LocaleChain.of(locale)) {
                String file = tag.isEmpty() ? "sample.json" : "sample." + tag + ".json";
                Path sample = TemplateFiles.within(real, real.resolve(name).resolve(file));
                if (sample != null) {
                    found.add(TemplateFiles.read(real, sample));
                }
            }
            return found;
        });
        return samples.isEmpty() ? null : samples.get(0);
    }

    /** The keys that files of messages for this very language have; those without a language do not count. */
    public Set<String> translated(String name, Locale locale) {
        TemplateNames.require(name);
        return reading(real -> {
            Set<String> keys = new TreeSet<>();
            for (String tag : LocaleChain.of(locale)) {
                for (Path folder : TemplateFiles.upwards(real, real.resolve(name))) {
                    Path file = TemplateFiles.within(real, folder.resolve(TemplateFiles.messagesFile(tag)));
                    if (file != null && !tag.isEmpty()) {
                        keys.addAll(MessageFile.parse(TemplateFiles.read(real, file))
                                .keySet());
                    }
                }
            }
            return keys;
        });
    }

    private interface Reading<T> {
        T read(Path real) throws IOException;
    }

    private <T> T reading(Reading<T> reading) {
        try {
            return reading.read(root.toRealPath());
        } catch (IOException | UncheckedIOException e) {
            throw new InvalidEmailException(
                    "template", "the folder of templates cannot be read; it must exist and be readable", e);
        }
    }

    private static List<Path> walk(Path real) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(real, Set.of(FileVisitOption.FOLLOW_LINKS), MAX_DEPTH, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                boolean may = folder.equals(real) || mayHold(real, folder);
                return may ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                if (!(e instanceof FileSystemLoopException) && TemplateNames.fits(name(real, file))) {
                    throw new InvalidEmailException(
                            "template", "the folder '" + name(real, file) + "' cannot be read", e);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    /** Whether a folder may be that of a template, as {@link TemplateFiles#find} sees it. */
    private static boolean mayHold(Path real, Path folder) throws IOException {
        return TemplateNames.fits(name(real, folder))
                && Objects.requireNonNull(folder.toRealPath()).startsWith(real);
    }

    private static String name(Path real, @Nullable Path folder) {
        return real.relativize(Objects.requireNonNull(folder)).toString().replace('\\', '/');
    }

    private static List<String> fileNames(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                files.map(TemplateListing::fileName).sorted().forEach(names::add);
            }
        }
        return names;
    }

    /** The language that a file's name says it is for; empty when it says none, or nothing that is a language. */
    private static String tag(String file) {
        Matcher tagged = TAGGED.matcher(file);
        Matcher messages = MESSAGES.matcher(file);
        Function<Matcher, String> first = m -> m.group(1).replace('_', '-');
        String tag = tagged.matches() ? first.apply(tagged) : messages.matches() ? first.apply(messages) : "";
        try {
            return new Locale.Builder()
                            .setLanguageTag(tag)
                            .build()
                            .toLanguageTag()
                            .equals(tag)
                    ? tag
                    : "";
        } catch (IllformedLocaleException e) {
            return "";
        }
    }

    private static String fileName(Path file) {
        Path name = file.getFileName();
        return name == null ? "" : name.toString();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.processor;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.Filer;
import javax.tools.JavaFileManager.Location;
import javax.tools.StandardLocation;
import org.jspecify.annotations.Nullable;

/**
 * Finds the folder of templates. Sources come before what was copied from them: a build may copy resources later than it compiles,
 * and an annotation processor is not told where they are, only where classes go.
 */
final class TemplateRoots {
    /** Looked for among the resources when no option says where. */
    static final List<String> DEFAULTS = List.of("mail", "templates");

    private static final List<String> FILES = List.of("text.vm", "html.vm", "html.mjml");

    private final Filer filer;
    private final List<String> names;
    private final Set<Path> candidates = new LinkedHashSet<>();

    /** @param option folders or places on the class path, separated by commas; null for {@link #DEFAULTS} */
    TemplateRoots(Filer filer, @Nullable String option) {
        this.filer = filer;
        this.names = option == null || option.isBlank()
                ? DEFAULTS
                : List.of(option.split(",")).stream()
                        .map(String::strip)
                        .filter(n -> !n.isEmpty())
                        .toList();
        List<Path> bases = bases();
        for (String name : names) {
            bases.forEach(base -> candidates.add(base.resolve(relative(name)).normalize()));
        }
    }

    /** The folder that has the template, else the first that is there at all; null when there is none. */
    @Nullable
    Path of(String template) {
        for (Path root : candidates) {
            if (Files.isDirectory(root.resolve(template))) {
                return root;
            }
        }
        Path elsewhere = onPath(template);
        return elsewhere != null
                ? elsewhere
                : candidates.stream().filter(Files::isDirectory).findFirst().orElse(null);
    }

    String lookedAt() {
        return String.join(", ", candidates.stream().map(Path::toString).toList());
    }

    /** As the setting of the Spring Boot starter has it, {@code classpath:mail} is {@code mail} among the resources. */
    private static String relative(String name) {
        String plain = name.startsWith("classpath:") ? name.substring("classpath:".length()) : name;
        return plain.equals(name) || !plain.startsWith("/") ? plain : plain.substring(1);
    }

    private List<Path> bases() {
        List<Path> bases = new ArrayList<>();
        Path here = Path.of("").toAbsolutePath();
        Path classes = classes();
        Path project = classes == null ? here : project(classes);
        if (classes != null) {
            bases.add(project.resolve("src")
                    .resolve(sourceSet(String.valueOf(classes.getFileName())))
                    .resolve("resources"));
        }
        bases.add(project.resolve("src/main/resources"));
        if (classes != null) {
            bases.add(classes);
        }
        bases.add(project);
        bases.add(here);
        return bases;
    }

    /** Where classes go: {@code target/classes} of Maven, {@code build/classes/java/main} of Gradle; null when it is no folder. */
    private @Nullable Path classes() {
        try {
            return file(filer.getResource(StandardLocation.CLASS_OUTPUT, "", ".mailer")
                    .toUri()
                    .resolve("."));
        } catch (IOException | RuntimeException e) {
            // A compiler may have no such folder; there are other places to look.
            return null;
        }
    }

    /** The nearest folder above the classes that has sources. */
    private static Path project(Path classes) {
        for (Path folder = classes; folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve("src"))) {
                return folder;
            }
        }
        return classes;
    }

    private static String sourceSet(String classes) {
        return classes.equals("test-classes") ? "test" : classes.equals("classes") ? "main" : classes;
    }

    private @Nullable Path onPath(String template) {
        for (Location location : List.of(StandardLocation.SOURCE_PATH, StandardLocation.CLASS_PATH)) {
            for (String name : names) {
                for (String part : FILES) {
                    Path file = onPath(location, relative(name) + "/" + template + "/" + part);
                    for (int up = 0; file != null && up <= template.split("/", -1).length; up++) {
                        file = file.getParent();
                    }
                    if (file != null) {
                        return file;
                    }
                }
            }
        }
        return null;
    }

    private @Nullable Path onPath(Location location, String file) {
        try {
            return file(filer.getResource(location, "", file).toUri());
        } catch (IOException | RuntimeException e) {
            // It is not there, or this compiler does not know the location.
            return null;
        }
    }

    private static @Nullable Path file(URI uri) {
        return "file".equals(uri.getScheme()) ? Path.of(uri) : null;
    }
}

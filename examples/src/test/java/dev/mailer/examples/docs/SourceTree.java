// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The project's own files, as the tests of the documents see them. */
final class SourceTree {
    private static final List<String> SKIPPED = List.of("target", "node_modules", ".git");

    private SourceTree() {}

    /** The folder with README.md: tests run in their module's. */
    static Path root() {
        Path root = Path.of("").toAbsolutePath().getParent();
        if (root == null || !Files.exists(root.resolve("README.md"))) {
            throw new IllegalStateException("there is no README.md in " + root + "; run this in the module examples");
        }
        return root;
    }

    static List<Path> documents() {
        return files(root(), p -> p.toString().endsWith(".md"));
    }

    static List<Path> javaFiles(Path folder) {
        return files(folder, p -> p.toString().endsWith(".java"));
    }

    /** In Java and Kotlin. */
    static List<Path> sources(Path folder) {
        return files(folder, p -> p.toString().endsWith(".java") || p.toString().endsWith(".kt"));
    }

    /** Java files of every module that are not tests. */
    static List<Path> mainSources() {
        return javaFiles(root()).stream()
                .filter(p -> p.toString().contains("/src/main/java/"))
                .toList();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path folder, Predicate<Path> wanted) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(p -> !SKIPPED.contains(p.getFileName().toString()))
                    .sorted()
                    .flatMap(p -> Files.isDirectory(p)
                            ? files(p, wanted).stream()
                            : Stream.of(p).filter(wanted))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

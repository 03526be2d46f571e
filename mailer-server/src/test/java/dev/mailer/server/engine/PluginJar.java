// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** A jar as a plugin's author would build it: compiled against our class path, with service files. */
final class PluginJar {
    private final Path work;
    private final Map<String, String> services = new LinkedHashMap<>();
    private final List<Path> sources = new ArrayList<>();

    PluginJar(Path work) throws IOException {
        this.work = Files.createDirectories(work);
    }

    PluginJar source(String className, String text) throws IOException {
        Path file = work.resolve("src").resolve(className.replace('.', '/') + ".java");
        Files.createDirectories(file.getParent());
        sources.add(Files.writeString(file, text));
        return this;
    }

    PluginJar service(Class<?> type, String className) {
        services.put(type.getName(), className);
        return this;
    }

    /** Leaves out a class that others of the jar need. */
    void writeWithout(String className, Path jar) throws IOException {
        compile();
        Files.delete(work.resolve("classes").resolve(className.replace('.', '/') + ".class"));
        zip(jar);
    }

    void write(Path jar) throws IOException {
        compile();
        zip(jar);
    }

    private void compile() throws IOException {
        Path classes = Files.createDirectories(work.resolve("classes"));
        List<String> args = new ArrayList<>(List.of(
                "--release",
                "17",
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString()));
        sources.forEach(s -> args.add(s.toString()));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertThat(compiler.run(null, null, null, args.toArray(String[]::new))).isZero();
        Path folder = Files.createDirectories(classes.resolve("META-INF/services"));
        for (Map.Entry<String, String> service : services.entrySet()) {
            Files.writeString(folder.resolve(service.getKey()), service.getValue() + "\n");
        }
    }

    private void zip(Path jar) throws IOException {
        Path classes = work.resolve("classes");
        try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of("create", "true"));
                Stream<Path> files = Files.walk(classes).sorted(Comparator.naturalOrder())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path entry = zip.getPath("/" + classes.relativize(file));
                Files.createDirectories(entry.getParent());
                Files.copy(file, entry);
            }
        }
    }
}

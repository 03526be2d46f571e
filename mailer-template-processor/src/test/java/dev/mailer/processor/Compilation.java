// SPDX-License-Identifier: Apache-2.0
package dev.mailer.processor;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A project in a folder: templates are written into it, and sources compiled as a build would. */
final class Compilation {
    private final Path project;
    private final Path classes;
    private final List<String> options = new ArrayList<>();
    private String templates = "src/main/resources/mail";

    Compilation(Path project) {
        this(project, "target/classes");
    }

    /** @param classes where the build puts classes */
    Compilation(Path project, String classes) {
        this.project = project;
        this.classes = project.resolve(classes);
    }

    /** Templates that follow are in another folder. */
    Compilation in(String folder) {
        templates = folder;
        return this;
    }

    Compilation option(String option) {
        options.add(option);
        return this;
    }

    /** A file of a template, such as {@code receipt/html.vm}. */
    Compilation file(String name, String content) {
        try {
            Path file = project.resolve(templates).resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the compiler says of a class {@code Mails} with these members: each with kind and line. */
    List<String> members(String... lines) {
        return source("import dev.mailer.api.MailTemplate; import java.util.*; import java.time.*; class Mails {\n"
                + String.join("\n", lines) + "\n}");
    }

    List<String> source(String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(found, Locale.ROOT, null)) {
            Files.createDirectories(classes);
            List<String> all = new ArrayList<>(
                    List.of("-d", classes.toString(), "-classpath", System.getProperty("java.class.path")));
            all.addAll(options);
            JavaCompiler.CompilationTask task =
                    compiler.getTask(new StringWriter(), files, found, all, null, List.of(new Source(source)));
            task.setProcessors(List.of(new MailTemplateCheck()));
            task.setLocale(Locale.ROOT);
            boolean compiled = task.call();
            List<String> told = found.getDiagnostics().stream().map(this::told).toList();
            if (compiled != told.stream().noneMatch(d -> d.startsWith("ERROR"))) {
                throw new AssertionError(told.stream().collect(joining("\n")));
            }
            return told;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String told(Diagnostic<? extends JavaFileObject> d) {
        String message = d.getMessage(Locale.ROOT).replace(project.toString(), "PROJECT");
        return d.getKind() + " " + (d.getLineNumber() - 1) + ": " + message;
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String content;

        Source(String content) {
            super(URI.create("mem:///Mails.java"), Kind.SOURCE);
            this.content = content;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return content;
        }
    }
}

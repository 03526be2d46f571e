// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.MjmlCompiler;
import dev.mailer.api.spi.MjmlCompiler.InvalidMjmlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTML part of a template in MJML. Thread-safe. */
final class MjmlPage {
    private static final Logger log = LoggerFactory.getLogger(MjmlPage.class);

    private final @Nullable MjmlCompiler compiler;
    private final List<SourceFile> files = new ArrayList<>();
    /** What a page came to that is the same in each mail. */
    private volatile @Nullable Known known;

    private record Known(String document, @Nullable Locale locale, String html) {}

    MjmlPage(@Nullable MjmlCompiler compiler, SourceFile page, @Nullable SourceFile layout) {
        this.compiler = compiler;
        files.add(page);
        if (layout != null) {
            files.add(layout);
        }
    }

    /** The one on the class path; null when there is none, or it cannot be loaded, which is for those to know who need it. */
    static @Nullable MjmlCompiler compiler() {
        MjmlCompiler found = compiler(Thread.currentThread().getContextClassLoader());
        return found == null ? compiler(MjmlPage.class.getClassLoader()) : found;
    }

    private static @Nullable MjmlCompiler compiler(@Nullable ClassLoader loader) {
        List<MjmlCompiler> found;
        try {
            found = ServiceLoader.load(MjmlCompiler.class, loader).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();
        } catch (ServiceConfigurationError | LinkageError e) {
            log.warn("the compiler of MJML cannot be loaded and is passed over: {}", e.toString());
            return null;
        }
        if (found.size() > 1) {
            throw new MailerConfigException(
                    "templates",
                    "there are two compilers of MJML, "
                            + found.get(0).getClass().getName() + " and "
                            + found.get(1).getClass().getName() + "; remove one");
        }
        return found.isEmpty() ? null : found.get(0);
    }

    /** @param document what the files have printed */
    String toHtml(String document, @Nullable Locale locale) {
        if (compiler == null) {
            throw new InvalidEmailException(
                    "template", files.get(0).path() + " is MJML; add the module mailer-mjml to the class path");
        }
        Known before = known;
        if (before != null && before.document().equals(document) && Objects.equals(before.locale(), locale)) {
            return before.html();
        }
        try {
            String html = compiler.toHtml(document, locale);
            if (html.length() > RenderBudget.MAX_OUTPUT) {
                throw new InvalidEmailException(
                        "template",
                        files.get(0).path() + " comes to more than " + RenderBudget.MAX_OUTPUT + " characters of HTML");
            }
            if (isConstant()) {
                known = new Known(document, locale, html);
            }
            return html;
        } catch (InvalidMjmlException e) {
            throw new InvalidEmailException("template", place(document, e.line()) + ": " + e.getMessage(), e);
        }
    }

    /** Without the characters that Velocity's words begin with, files print themselves. */
    private boolean isConstant() {
        return files.stream().noneMatch(f -> f.content().indexOf('$') >= 0);
    }

    /** Velocity moves lines and puts values into them: it is the one line of the files that begins so, up to what Velocity puts in. */
    private String place(String document, int number) {
        String printed = document.lines()
                .skip(Math.max(0, number - 1))
                .findFirst()
                .orElse("")
                .strip();
        String place = "";
        int longest = 0;
        for (SourceFile file : files) {
            int at = 0;
            for (String line : file.content().lines().map(String::strip).toList()) {
                at++;
                String fixed = line.split("[$#]", 2)[0];
                boolean fits = fixed.length() == line.length() ? printed.equals(line) : printed.startsWith(fixed);
                if (fits && fixed.length() >= longest) {
                    place = fixed.length() == longest ? "" : file.path() + "[line " + at + "]";
                    longest = fixed.length();
                }
            }
        }
        String page = files.get(0).path();
        return number == 0 ? page : place.isEmpty() ? page + " (line " + number + " of what it prints)" : place;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.core.Templates.Problem;
import dev.mailer.core.Templates.Severity;
import dev.mailer.core.internal.template.Mentions;
import dev.mailer.core.internal.template.SampleFile;
import dev.mailer.core.internal.template.SourceFile;
import dev.mailer.core.internal.template.TemplateListing;
import dev.mailer.core.internal.template.TemplateSource;
import dev.mailer.core.internal.template.VelocityTemplates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Looks through one template in all its languages. Used once. */
final class TemplateCheck {
    private final VelocityTemplates engine;
    private final TemplateListing listing;
    private final String template;
    private final List<Problem> problems = new ArrayList<>();
    /** The variables of each sample, by the sample's path. */
    private final Map<String, Set<String>> sampled = new LinkedHashMap<>();

    private final Set<String> used = new TreeSet<>();

    TemplateCheck(VelocityTemplates engine, TemplateListing listing, String template) {
        this.engine = engine;
        this.listing = listing;
        this.template = template;
    }

    List<Problem> problems() {
        check(null);
        for (String tag : listing.tags(template)) {
            check(Locale.forLanguageTag(tag));
        }
        sampled.forEach((path, names) -> names.stream()
                .filter(name -> !used.contains(name))
                .forEach(name -> add(null, Severity.WARNING, path + ": no file uses '" + name + "'")));
        return List.copyOf(problems);
    }

    private void check(@Nullable Locale locale) {
        try {
            TemplateSource source = engine.currentSource(template, locale);
            used.addAll(Mentions.variables(source));
            messages(source, locale);
            SourceFile sample = listing.sample(template, locale);
            if (sample == null) {
                add(locale, Severity.ERROR, "there is no " + template + "/sample.json to render with");
                return;
            }
            Map<String, @Nullable Object> variables = SampleFile.parse(sample);
            sampled.put(sample.path(), variables.keySet());
            engine.notes(source, locale, variables).forEach(note -> add(locale, Severity.WARNING, note));
        } catch (InvalidEmailException e) {
            String message = String.valueOf(e.getMessage());
            add(locale, Severity.ERROR, message.startsWith("template: ") ? message.substring(10) : message);
        }
    }

    private void messages(TemplateSource source, @Nullable Locale locale) {
        Set<String> translated = locale == null ? Set.of() : listing.translated(template, locale);
        Mentions.messages(source).forEach((key, place) -> {
            if (!source.messages().containsKey(key)) {
                add(locale, Severity.ERROR, place + ": there is no message '" + key + "'");
            } else if (locale != null && !translated.isEmpty() && !translated.contains(key)) {
                add(
                        locale,
                        Severity.WARNING,
                        place + ": the message '" + key + "' has no translation; that without a language is used");
            }
        });
    }

    private void add(@Nullable Locale locale, Severity severity, String message) {
        Problem problem = new Problem(template, locale, severity, message);
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
    }
}

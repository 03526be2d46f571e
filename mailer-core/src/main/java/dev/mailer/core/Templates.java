// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.Content;
import dev.mailer.api.Experimental;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.TemplateEngine.Rendered;
import dev.mailer.core.internal.template.SampleFile;
import dev.mailer.core.internal.template.SourceFile;
import dev.mailer.core.internal.template.TemplateListing;
import dev.mailer.core.internal.template.VariableCheck;
import dev.mailer.core.internal.template.VelocityTemplates;
import dev.mailer.core.template.VariableReport;
import dev.mailer.core.template.VariableType;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A folder of templates, to look at without sending: lists them, renders them with the samples beside them, and checks them all.
 * For tests of an application and for its build. Reads the files each time; sends nothing and stores nothing. Thread-safe.
 *
 * <pre>{@code
 * assertThat(Templates.in(Path.of("templates")).check()).isEmpty();
 * }</pre>
 */
public final class Templates {
    /**
     * A rendered template.
     *
     * @param locale the language that was asked for; null for none
     * @param subject null when the template has none; so are text and html
     */
    public record Preview(
            String template,
            @Nullable Locale locale,
            @Nullable String subject,
            @Nullable String text,
            @Nullable String html) {}

    /** How bad a {@link Problem} is. */
    public enum Severity {
        /** A mail would be refused, or nothing can be said without a sample. */
        ERROR,
        /** A mail is sent, and is perhaps not what was meant. */
        WARNING
    }

    /**
     * Something that {@link Templates#check()} has found.
     *
     * @param locale the language in which it shows; null where none was asked for
     * @param message what is wrong, with file and line where they are known
     */
    public record Problem(String template, @Nullable Locale locale, Severity severity, String message) {}

    private final Path folder;
    private final VelocityTemplates engine;
    private final TemplateListing listing;

    private Templates(Path folder) {
        this.folder = folder;
        this.engine = new VelocityTemplates(folder, InstantSource.system(), Duration.ZERO);
        this.listing = new TemplateListing(folder);
    }

    /** The folder that {@link MailerBuilder#templates} takes. */
    public static Templates in(Path folder) {
        return new Templates(Objects.requireNonNull(folder, "folder"));
    }

    /**
     * The names of all templates, sorted.
     *
     * @throws InvalidEmailException the folder cannot be read
     */
    public List<String> names() {
        return listing.names();
    }

    /** The languages that some file of a template, of its layouts or of its messages is for, sorted by tag. */
    public List<Locale> locales(String template) {
        return listing.tags(template).stream().map(Locale::forLanguageTag).toList();
    }

    /**
     * Renders a template with the sample beside it: {@code sample.json}, or {@code sample.de.json} for German.
     *
     * @param locale null for none
     * @throws InvalidEmailException there is no such template or no sample, or the template does not render
     */
    public Preview preview(String template, @Nullable Locale locale) {
        SourceFile sample = listing.sample(template, locale);
        if (sample == null) {
            throw new InvalidEmailException(
                    "template", "'" + template + "' has no sample; put the variables in " + template + "/sample.json");
        }
        return preview(template, locale, SampleFile.parse(sample));
    }

    /**
     * Renders a template as a mail with these variables would be.
     *
     * @param locale null for none
     * @throws InvalidEmailException there is no such template, or it does not render
     */
    public Preview preview(
            String template, @Nullable Locale locale, Map<String, ? extends @Nullable Object> variables) {
        Map<String, @Nullable Object> checked =
                new Content.Templated(template, null, new LinkedHashMap<>(variables), List.of()).variables();
        Rendered rendered = engine.render(engine.currentSource(template, locale), locale, checked);
        return new Preview(template, locale, rendered.subject(), rendered.text(), rendered.html());
    }

    /**
     * Renders each template without a language and in each that it has, with its samples. What it looks for: files that do not
     * parse or render, templates without a sample, variables of samples that no file uses, and messages that are missing, in
     * branches that no sample reaches as well.
     *
     * @return empty when nothing is wrong
     */
    public List<Problem> check() {
        return names().stream().flatMap(name -> check(name).stream()).toList();
    }

    /**
     * Holds a template, in all its languages, to the types of its variables, without a sample and without rendering: what a
     * rendering would find missing, misspelt or misused whatever the values are. The annotation processor does it for
     * {@link dev.mailer.api.MailTemplate} records.
     */
    @Experimental
    public VariableReport check(String template, VariableType.Structure variables) {
        return new VariableCheck(folder, template, variables).report();
    }

    /** As {@link #check()}, for one template. */
    public List<Problem> check(String template) {
        return new TemplateCheck(engine, listing, template).problems();
    }
}

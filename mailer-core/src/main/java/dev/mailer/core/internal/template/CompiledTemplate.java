// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.Email;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.MjmlCompiler;
import dev.mailer.api.spi.TemplateEngine.Rendered;
import dev.mailer.core.internal.html.MailHtml;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.velocity.Template;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.event.EventCartridge;
import org.apache.velocity.exception.VelocityException;
import org.apache.velocity.runtime.RuntimeConstants;
import org.apache.velocity.runtime.RuntimeInstance;
import org.apache.velocity.runtime.parser.ParseException;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.NOPLogger;

/** The parsed files of one template at one version. Immutable and thread-safe. */
final class CompiledTemplate {
    /** Names that variables cannot have: they are what templates call. */
    static final Set<String> RESERVED = Set.of("raw", "msg", "fmt");
    /** The name of the rendered part in a layout. */
    static final String CONTENT = "content";

    private static final RuntimeInstance RUNTIME = runtime();

    private final @Nullable Template subject;
    private final @Nullable Template text;
    private final @Nullable Template textLayout;
    private final @Nullable Template html;
    private final @Nullable Template htmlLayout;
    private final Map<String, String> messages;
    private final boolean makesText;
    /** Whether a page may come out with styles: they stand in the files, or are inserted as they are. */
    private final boolean maybeStyled;

    /** Makes HTML of what the HTML part prints; null when that is HTML already. */
    private final @Nullable MjmlPage mjml;

    /** @param compiler null when there is none, or nothing is rendered */
    CompiledTemplate(TemplateSource source, @Nullable MjmlCompiler compiler) {
        SourceFile textFile = source.file(Part.TEXT);
        boolean textless = textFile != null && textFile.content().isBlank();
        this.subject = parse(source.file(Part.SUBJECT));
        this.text = textless ? null : parse(textFile);
        this.textLayout = textless ? null : parse(source.file(Part.TEXT_LAYOUT));
        SourceFile page = source.file(Part.MJML);
        this.html = parse(page == null ? source.file(Part.HTML) : page);
        this.htmlLayout = parse(source.file(page == null ? Part.HTML_LAYOUT : Part.MJML_LAYOUT));
        this.mjml = page == null ? null : new MjmlPage(compiler, page, source.file(Part.MJML_LAYOUT));
        this.messages = source.messages();
        this.makesText = textFile == null;
        this.maybeStyled =
                mjml != null || maybeStyled(source.file(Part.HTML)) || maybeStyled(source.file(Part.HTML_LAYOUT));
    }

    /** All of it, as it is sent. */
    Rendered render(@Nullable Locale locale, Map<String, @Nullable Object> variables) {
        Rendered printed = print(locale, variables);
        if (printed.html() == null || !(makesText || maybeStyled)) {
            return printed;
        }
        MailHtml.Finished finished = MailHtml.finish(printed.html(), makesText);
        return new Rendered(printed.subject(), makesText ? finished.text() : printed.text(), finished.html());
    }

    private static boolean maybeStyled(@Nullable SourceFile file) {
        return file != null && Stream.of("<style", "<STYLE", ".html(").anyMatch(file.content()::contains);
    }

    /** What is left undone of {@link #render}. */
    List<String> notes(@Nullable Locale locale, Map<String, @Nullable Object> variables) {
        String page = print(locale, variables).html();
        return page == null ? List.of() : MailHtml.finish(page, makesText).notes();
    }

    /** What the files print; styles are where they were, and there is a text part only where there is a file for it. */
    Rendered print(@Nullable Locale locale, Map<String, @Nullable Object> variables) {
        requireFree(variables);
        Scope scope = new Scope(variables, messages, locale == null ? Locale.ENGLISH : locale);
        String line = render(subject, null, Insertion.TEXT, scope);
        String page = render(html, htmlLayout, Insertion.HTML, scope);
        return new Rendered(
                line == null ? null : oneLine(line),
                render(text, textLayout, Insertion.TEXT, scope),
                page == null || mjml == null ? page : mjml.toHtml(page, locale));
    }

    /** What is printed together: a part, and the layout around it if it has one. */
    void eachPage(BiConsumer<Template, @Nullable Template> page) {
        each(subject, null, page);
        each(text, textLayout, page);
        each(html, htmlLayout, page);
    }

    private static void each(
            @Nullable Template part, @Nullable Template layout, BiConsumer<Template, @Nullable Template> page) {
        if (part != null) {
            page.accept(part, layout);
        }
    }

    private void requireFree(Map<String, @Nullable Object> variables) {
        for (String name : variables.keySet()) {
            String taken = taken(name);
            if (taken != null) {
                throw new InvalidEmailException("template", taken);
            }
        }
    }

    /** Why a variable cannot have this name; null when it can. */
    @Nullable
    String taken(String name) {
        if (RESERVED.contains(name)) {
            return "the variable '" + name + "' is reserved for $" + name + ", which templates call";
        }
        return (htmlLayout != null || textLayout != null) && name.equals(CONTENT)
                ? "the variable '" + CONTENT + "' is reserved for $" + CONTENT + " of the layout"
                : null;
    }

    private static String oneLine(String subject) {
        // An editor's line end behind the subject is not part of it.
        String line = subject.endsWith("\r\n")
                ? subject.substring(0, subject.length() - 2)
                : subject.endsWith("\n") ? subject.substring(0, subject.length() - 1) : subject;
        if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
            throw new InvalidEmailException("template", "the subject has more than one line");
        }
        if (line.indexOf(0) >= 0) {
            throw new InvalidEmailException("template", "the subject holds NUL at " + line.indexOf(0));
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(line)) {
            throw new InvalidEmailException(
                    "template", "the subject holds half a surrogate pair; it is not valid Unicode");
        }
        if (line.length() > Email.MAX_SUBJECT) {
            throw new InvalidEmailException(
                    "template", "the subject has " + line.length() + " characters, allowed are " + Email.MAX_SUBJECT);
        }
        return line;
    }

    private static @Nullable Template parse(@Nullable SourceFile file) {
        if (file == null) {
            return null;
        }
        try {
            Template template = new Template();
            template.setRuntimeServices(RUNTIME);
            template.setName(file.path());
            template.setData(RUNTIME.parse(new StringReader(file.content()), template));
            template.initDocument();
            return template;
        } catch (ParseException | VelocityException e) {
            throw new InvalidEmailException("template", file.path() + " does not parse: " + oneLine(e), e);
        } catch (StackOverflowError e) {
            throw new InvalidEmailException("template", file.path() + " nests too deep", e);
        }
    }

    /** What one mail brings. */
    private record Scope(Map<String, @Nullable Object> variables, Map<String, String> messages, Locale locale) {
        // Velocity writes into its context: a copy of our own, and the values in it are never changed.
        VelocityContext context(Insertion insertion) {
            VelocityContext context = new VelocityContext(new HashMap<>(variables));
            context.put("raw", RawHtml.Tool.INSTANCE);
            context.put("msg", new MessagesTool(messages, locale));
            context.put("fmt", new FormatTool(locale));
            EventCartridge events = new EventCartridge();
            events.addReferenceInsertionEventHandler(insertion);
            events.attachToContext(context);
            return context;
        }
    }

    /** One part and its layout share variables and budget. */
    private static @Nullable String render(
            @Nullable Template part, @Nullable Template layout, Insertion insertion, Scope scope) {
        if (part == null) {
            return null;
        }
        VelocityContext context = scope.context(insertion);
        RenderBudget.open();
        try {
            String body = merge(part, context);
            return layout == null ? body : merge(layout, body, context);
        } finally {
            RenderBudget.close();
        }
    }

    private static String merge(Template layout, String body, VelocityContext context) {
        LayoutBody content = new LayoutBody(body);
        context.put(CONTENT, content);
        String page = merge(layout, context);
        if (content.printed() != 1) {
            throw new InvalidEmailException(
                    "template",
                    layout.getName() + " prints $" + CONTENT + " " + content.printed()
                            + " times; a layout prints it once");
        }
        return page;
    }

    private static String merge(Template template, VelocityContext context) {
        LimitedWriter out = new LimitedWriter();
        try {
            template.merge(context, out);
            return out.toString();
        } catch (VelocityException | ArithmeticException | NumberFormatException e) {
            throw problem(template, e);
        } catch (StackOverflowError e) {
            throw new InvalidEmailException("template", template.getName() + " nests too deep", e);
        }
    }

    private static InvalidEmailException problem(Template template, RuntimeException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidEmailException invalid) {
                return invalid;
            }
        }
        return new InvalidEmailException("template", template.getName() + " does not render: " + oneLine(e), e);
    }

    private static String oneLine(Exception e) {
        String message = String.valueOf(e.getMessage()).replaceAll("\\s+", " ").strip();
        return message.length() > 400 ? message.substring(0, 400) + "…" : message;
    }

    private static RuntimeInstance runtime() {
        Properties p = new Properties();
        p.setProperty(RuntimeConstants.RESOURCE_LOADERS, "none");
        p.setProperty("resource.loader.none.class", NoResources.class.getName());
        p.setProperty(RuntimeConstants.UBERSPECT_CLASSNAME, PlainUberspector.class.getName());
        p.setProperty(RuntimeConstants.RUNTIME_REFERENCES_STRICT, "true");
        p.setProperty(RuntimeConstants.VM_ARGUMENTS_STRICT, "true");
        // Macros belong to the file that defines them.
        p.setProperty(RuntimeConstants.VM_PERM_INLINE_LOCAL, "true");
        p.setProperty(RuntimeConstants.VM_MAX_DEPTH, "20");
        p.setProperty("velocimacro.library.path", "");
        RuntimeInstance runtime = new GuardedRuntime();
        // What is wrong with a template is thrown; Velocity would log it too, as an error of ours, for each mail.
        runtime.setProperty(RuntimeConstants.RUNTIME_LOG_INSTANCE, NOPLogger.NOP_LOGGER);
        runtime.init(p);
        for (String directive : new String[] {"include", "parse", "evaluate"}) {
            runtime.removeDirective(directive);
        }
        return runtime;
    }
}

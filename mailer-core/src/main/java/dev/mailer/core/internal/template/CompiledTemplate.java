// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.TemplateEngine.Rendered;
import java.io.StringReader;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
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
    private static final String RAW = "raw";
    private static final RuntimeInstance RUNTIME = runtime();

    private final @Nullable Template subject;
    private final @Nullable Template text;
    private final @Nullable Template html;

    CompiledTemplate(TemplateSource source) {
        this.subject = parse(source.name() + "/subject.vm", source.subject());
        this.text = parse(source.name() + "/text.vm", source.text());
        this.html = parse(source.name() + "/html.vm", source.html());
    }

    Rendered render(Map<String, @Nullable Object> variables) {
        if (variables.containsKey(RAW)) {
            throw new InvalidEmailException("template", "the variable 'raw' is reserved for $raw.html(…)");
        }
        String line = render(subject, Insertion.TEXT, variables);
        if (line != null) {
            // An editor's line end behind the subject is not part of it.
            line = line.endsWith("\r\n")
                    ? line.substring(0, line.length() - 2)
                    : line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
            if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
                throw new InvalidEmailException("template", "the subject has more than one line");
            }
        }
        return new Rendered(line, render(text, Insertion.TEXT, variables), render(html, Insertion.HTML, variables));
    }

    private static @Nullable Template parse(String name, @Nullable String source) {
        if (source == null) {
            return null;
        }
        try {
            Template template = new Template();
            template.setRuntimeServices(RUNTIME);
            template.setName(name);
            template.setData(RUNTIME.parse(new StringReader(source), template));
            template.initDocument();
            return template;
        } catch (ParseException | VelocityException e) {
            throw new InvalidEmailException("template", name + " does not parse: " + oneLine(e), e);
        } catch (StackOverflowError e) {
            throw new InvalidEmailException("template", name + " nests too deep", e);
        }
    }

    private static @Nullable String render(
            @Nullable Template template, Insertion insertion, Map<String, @Nullable Object> variables) {
        if (template == null) {
            return null;
        }
        // Velocity writes into its context: a copy of our own, and the values in it are never changed.
        VelocityContext context = new VelocityContext(new HashMap<>(variables));
        context.put(RAW, RawHtml.Tool.INSTANCE);
        EventCartridge events = new EventCartridge();
        events.addReferenceInsertionEventHandler(insertion);
        events.attachToContext(context);
        LimitedWriter out = new LimitedWriter();
        RenderBudget.open();
        try {
            template.merge(context, out);
            return out.toString();
        } catch (VelocityException e) {
            throw problem(template, e);
        } catch (StackOverflowError e) {
            throw new InvalidEmailException("template", template.getName() + " nests too deep", e);
        } finally {
            RenderBudget.close();
        }
    }

    private static InvalidEmailException problem(Template template, VelocityException e) {
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

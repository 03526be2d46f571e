// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.core.Templates;
import dev.mailer.core.Templates.Preview;
import dev.mailer.core.Templates.Problem;
import dev.mailer.core.Templates.Severity;
import dev.mailer.server.config.FileTrouble;
import dev.mailer.server.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IllformedLocaleException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** {@code mailer template}: looks at the folder of templates; needs no server and no ledger. */
@Command(
        name = "template",
        description = "Lists, checks and previews the templates of the setting 'templates'.",
        synopsisSubcommandLabel = "COMMAND")
final class TemplateCommand implements Runnable {
    private final Terminal terminal;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    TemplateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "list, check or preview?");
    }

    @Command(name = "list", description = "Lists the templates and their languages.")
    int list(@Mixin GlobalOptions options) {
        Session session = new Session(terminal, options);
        Templates templates = templates(session);
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (String name : templates.names()) {
            all.put(
                    name,
                    templates.locales(name).stream().map(Locale::toLanguageTag).toList());
        }
        if (session.json()) {
            session.printJson(Map.of("data", all));
        } else if (all.isEmpty()) {
            terminal.line("there are no templates");
        } else {
            all.forEach((name, tags) -> terminal.line((name + "  " + String.join(" ", tags)).stripTrailing()));
        }
        return ExitCodes.OK;
    }

    @Command(
            name = "check",
            description =
                    "Renders every template in each of its languages with its sample.json and tells what is wrong.")
    int check(
            @Mixin GlobalOptions options,
            @Parameters(arity = "0..1", paramLabel = "NAME", description = "One template; default: all.") @Nullable
                    String name) {
        Session session = new Session(terminal, options);
        Templates templates = templates(session);
        List<Problem> problems = name == null ? templates.check() : templates.check(name);
        if (session.json()) {
            session.printJson(
                    Map.of("data", problems.stream().map(TemplateCommand::json).toList()));
        } else {
            problems.forEach(p -> terminal.line(line(p)));
        }
        boolean failed = problems.stream().anyMatch(p -> p.severity() == Severity.ERROR);
        if (!failed && !session.json()) {
            terminal.note(
                    name == null ? "all templates render: " + templates.names().size() : "'" + name + "' renders");
        }
        return failed ? ExitCodes.FAILED : ExitCodes.OK;
    }

    @Command(name = "preview", description = "Renders a template with its sample.json, or other variables.")
    int preview(
            @Mixin GlobalOptions options,
            @Parameters(paramLabel = "NAME", description = "The template.") String name,
            @Option(names = "--locale", paramLabel = "TAG", description = "The language, such as de-AT; default: none.")
                    @Nullable
                    String locale,
            @Option(names = "--sample", paramLabel = "FILE", description = "Variables in JSON instead of the sample.")
                    @Nullable
                    Path sample,
            @Option(
                            names = "--out",
                            paramLabel = "FOLDER",
                            description = "Writes subject, text and HTML into files there instead of printing them.")
                    @Nullable
                    Path out) {
        Session session = new Session(terminal, options);
        Templates templates = templates(session);
        Preview preview = rendered(templates, name, locale == null ? null : locale(locale), sample);
        if (out != null) {
            write(preview, out);
        } else if (session.json()) {
            session.printJson(parts(preview));
        } else {
            parts(preview).forEach((part, text) -> terminal.line("--- " + part + "\n" + text.stripTrailing()));
        }
        return ExitCodes.OK;
    }

    private static Preview rendered(Templates templates, String name, @Nullable Locale locale, @Nullable Path sample) {
        try {
            return sample == null
                    ? templates.preview(name, locale)
                    : templates.preview(name, locale, variables(sample));
        } catch (InvalidEmailException e) {
            throw new CommandException(ExitCodes.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private static Templates templates(Session session) {
        Path folder = session.settings().templates();
        if (folder == null) {
            throw new CommandException(ExitCodes.USAGE, "there is no folder of templates; give --set templates=FOLDER");
        }
        return Templates.in(folder);
    }

    private static Locale locale(String tag) {
        try {
            return new Locale.Builder().setLanguageTag(tag).build();
        } catch (IllformedLocaleException e) {
            throw new CommandException(
                    ExitCodes.USAGE, "--locale: '" + tag + "' is no language tag such as de or de-AT");
        }
    }

    private static Map<String, @Nullable Object> variables(Path file) {
        try {
            JsonNode tree = Json.MAPPER.readTree(Files.readString(file));
            if (!tree.isObject()) {
                throw new CommandException(ExitCodes.USAGE, file + ": is no JSON object of variables");
            }
            Map<String, @Nullable Object> variables = new LinkedHashMap<>();
            tree.properties()
                    .forEach(e -> variables.put(e.getKey(), Json.MAPPER.treeToValue(e.getValue(), Object.class)));
            return variables;
        } catch (JacksonException e) {
            throw new CommandException(ExitCodes.USAGE, file + ": is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new CommandException(ExitCodes.USAGE, file + ": cannot be read: " + FileTrouble.of(e));
        }
    }

    private static Map<String, String> parts(Preview preview) {
        Map<String, String> parts = new LinkedHashMap<>();
        put(parts, "subject", preview.subject());
        put(parts, "text", preview.text());
        put(parts, "html", preview.html());
        return parts;
    }

    private static void put(Map<String, String> parts, String part, @Nullable String text) {
        if (text != null) {
            parts.put(part, text);
        }
    }

    private void write(Preview preview, Path folder) {
        Locale locale = preview.locale();
        String stem = preview.template().replace('/', '.') + (locale == null ? "" : "." + locale.toLanguageTag());
        Map<String, String> endings = Map.of("subject", ".subject.txt", "text", ".txt", "html", ".html");
        List<Path> written = new ArrayList<>();
        try {
            Files.createDirectories(folder);
            for (Map.Entry<String, String> part : parts(preview).entrySet()) {
                written.add(Files.writeString(folder.resolve(stem + endings.get(part.getKey())), part.getValue()));
            }
        } catch (IOException e) {
            throw new CommandException(
                    ExitCodes.FAILED, "--out: " + folder + " cannot be written: " + FileTrouble.of(e));
        }
        written.forEach(file -> terminal.line(file.toString()));
    }

    private static String line(Problem p) {
        Locale locale = p.locale();
        String where = p.template() + (locale == null ? "" : " (" + locale.toLanguageTag() + ")");
        return p.severity().name().toLowerCase(Locale.ROOT) + "  " + where + ": " + p.message();
    }

    private static Map<String, String> json(Problem p) {
        Map<String, String> json = new LinkedHashMap<>();
        json.put("template", p.template());
        Locale locale = p.locale();
        put(json, "locale", locale == null ? null : locale.toLanguageTag());
        json.put("severity", p.severity().name().toLowerCase(Locale.ROOT));
        json.put("message", p.message());
        return json;
    }
}

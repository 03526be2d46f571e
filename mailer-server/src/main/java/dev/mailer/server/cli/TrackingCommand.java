// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code mailer tracking}: what is decided about opens and clicks. */
@Command(
        name = "tracking",
        description = "Judges again who opened and clicked.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Examples:", "  mailer tracking rescore --since 2026-08-01T00:00:00Z --until 2026-08-08T00:00:00Z"
        })
final class TrackingCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    TrackingCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "which command? There is rescore");
    }

    @Command(
            name = "rescore",
            description = {
                "Judges the opens and clicks of a time by the rules as they are now.",
                "What they see otherwise gets a further verdict, which counts; nothing is changed. Again does no harm."
            })
    int rescore(
            @Mixin GlobalOptions options,
            @Option(
                            names = "--since",
                            required = true,
                            paramLabel = "TIME",
                            description = "From when on, such as 2026-08-01T00:00:00Z.")
                    String since,
            @Option(names = "--until", paramLabel = "TIME", description = "Until when; default: now.") @Nullable
                    String until) {
        Session session = new Session(terminal, options);
        long hits = 0;
        long changed = 0;
        try (Backend backend = session.connect()) {
            ObjectNode request = JsonNodeFactory.instance.objectNode().put("since", since);
            if (until != null) {
                request.put("until", until);
            }
            JsonNode part;
            do {
                part = backend.rescore(request);
                hits += part.path("hits").asLong(0);
                changed += part.path("changed").asLong(0);
                request.put("after", part.path("next").asString(""));
                if (part.path("has_more").asBoolean(false)) {
                    terminal.note("judged " + hits + ", changed " + changed + " so far");
                }
            } while (part.path("has_more").asBoolean(false));
        }
        if (session.json()) {
            session.printJson(
                    JsonNodeFactory.instance.objectNode().put("hits", hits).put("changed", changed));
        } else {
            terminal.line("judged " + hits + " opens and clicks, changed " + changed);
        }
        return ExitCodes.OK;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code mailer suppress add}: puts addresses on the list. */
@Command(
        name = "add",
        description =
                "Adds addresses, or replaces their entries with the same reason. With a bad one among them, none is added.",
        footer = {
            "",
            "Examples:",
            "  mailer suppress add jo@example.org ann@example.org --reason complaint",
            "  mailer suppress add jo@example.org --stream broadcast --reason unsubscribe",
            "  mailer suppress add full@example.org --reason bounce --until 14d"
        })
final class SuppressAddCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Parameters(arity = "1..*", paramLabel = "ADDRESS", description = "Such as jo@example.org.")
    private List<String> addresses = new ArrayList<>();

    @Option(names = "--stream", paramLabel = "STREAM", description = "Only this stream; default: all streams.")
    private @Nullable String stream;

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            description = "bounce, complaint, manual or unsubscribe; default: manual.")
    private @Nullable String reason;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "Holds until then: ISO 8601, or a time from now such as 14d; default: for good.")
    private @Nullable String until;

    SuppressAddCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Map<String, String> given = SuppressionFlags.given(stream, reason);
        SuppressionFlags.put(given, "until", MailFromFlags.time(terminal.clock(), "--until", until));
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        given.forEach(entry::put);
        List<String> keys = addresses.stream().map(SuppressionFlags::key).toList();
        Session session = new Session(terminal, global);
        List<JsonNode> stored = new ArrayList<>();
        try (Backend backend = session.connect()) {
            for (String key : keys) {
                Backend.Suppressed done = backend.suppress(entry.deepCopy().put("email", key));
                stored.add(((ObjectNode) done.entry()).put("replaced", !done.isNew()));
                if (!session.json()) {
                    terminal.line((done.isNew() ? "added " : "replaced ") + key);
                }
            }
        }
        if (session.json()) {
            session.printJson(Map.of("data", stored));
        }
        return ExitCodes.OK;
    }
}

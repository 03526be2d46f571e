// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.server.http.ApiException;
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

/** {@code mailer suppress remove}: takes addresses off the list. */
@Command(
        name = "remove",
        description = "Takes addresses off the list, or one reason of theirs; ends with 4 when there is no such entry.",
        footer = {
            "",
            "Examples:",
            "  mailer suppress remove jo@example.org",
            "  mailer suppress remove jo@example.org --reason bounce",
            "  mailer suppress remove jo@example.org --stream broadcast"
        })
final class SuppressRemoveCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Parameters(arity = "1..*", paramLabel = "ADDRESS", description = "Such as jo@example.org.")
    private List<String> addresses = new ArrayList<>();

    @Option(
            names = "--stream",
            paramLabel = "STREAM",
            description = "The entries for this stream; default: those for all streams.")
    private @Nullable String stream;

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            description = "The entry with this reason; default: all of them.")
    private @Nullable String reason;

    SuppressRemoveCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Map<String, String> which = SuppressionFlags.given(stream, reason);
        List<String> keys = addresses.stream().map(SuppressionFlags::key).toList();
        Session session = new Session(terminal, global);
        int exit = ExitCodes.OK;
        List<JsonNode> removed = new ArrayList<>();
        try (Backend backend = session.connect()) {
            for (String key : keys) {
                try {
                    JsonNode done = backend.unsuppress(key, which);
                    removed.add(done);
                    if (!session.json()) {
                        int entries = done.path("entries").asInt(1);
                        terminal.line("removed " + key + (entries == 1 ? "" : ": " + entries + " entries"));
                    }
                } catch (ApiException e) {
                    if (e.status() != 404) {
                        throw e;
                    }
                    terminal.note(key + ": " + e.getMessage());
                    exit = ExitCodes.NOT_FOUND;
                }
            }
        }
        if (session.json()) {
            session.printJson(Map.of("data", removed));
        }
        return exit;
    }
}

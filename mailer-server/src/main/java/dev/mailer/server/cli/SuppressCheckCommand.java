// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.time.Instant;
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

/** {@code mailer suppress check}: may this address be mailed? */
@Command(
        name = "check",
        description = "Tells whether an address may be mailed, and if not, which entry is why; ends with 1 then.",
        footer = {
            "",
            "Examples:",
            "  mailer suppress check jo@example.org",
            "  mailer suppress check jo@example.org --stream broadcast"
        })
final class SuppressCheckCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Parameters(paramLabel = "ADDRESS", description = "Such as jo@example.org.")
    private String address = "";

    @Option(names = "--stream", paramLabel = "STREAM", description = "For mail of this stream; default: any.")
    private @Nullable String stream;

    SuppressCheckCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        String key = SuppressionFlags.key(address);
        Session session = new Session(terminal, global);
        List<JsonNode> holding = holding(key, session);
        if (session.json()) {
            session.printJson(Map.of("email", key, "suppressed", !holding.isEmpty(), "data", holding));
        } else if (holding.isEmpty()) {
            terminal.line(key + " may be mailed");
        } else {
            holding.forEach(entry -> terminal.line(
                    key + " is not mailed in " + SuppressionText.scope(entry) + ": " + SuppressionText.why(entry)));
        }
        return holding.isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private List<JsonNode> holding(String key, Session session) {
        List<JsonNode> holding = new ArrayList<>();
        Instant now = terminal.clock().instant();
        try (Backend backend = session.connect()) {
            for (JsonNode entry : backend.suppressions(Map.of("email", key)).path("data")) {
                String own = MailText.text(entry, "stream");
                String until = MailText.text(entry, "until");
                if (stream != null && !own.isEmpty() && !own.equals(stream)) {
                    continue;
                }
                if (until.isEmpty() || Instant.parse(until).isAfter(now)) {
                    holding.add(entry);
                } else {
                    terminal.note("has ended: " + SuppressionText.scope(entry) + ", " + SuppressionText.why(entry));
                }
            }
        }
        return holding;
    }
}

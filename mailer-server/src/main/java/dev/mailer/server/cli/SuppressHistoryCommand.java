// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code mailer suppress history}: how an address came on the list, and off it. */
@Command(
        name = "history",
        description = "Tells who put an address on the list and who took it off, as long as that is kept.",
        footer = {"", "Examples:", "  mailer suppress history jo@example.org"})
final class SuppressHistoryCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Parameters(paramLabel = "ADDRESS", description = "Such as jo@example.org.")
    private String address = "";

    SuppressHistoryCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        String key = SuppressionFlags.key(address);
        Session session = new Session(terminal, global);
        try (Backend backend = session.connect()) {
            JsonNode history = backend.suppressionHistory(key);
            if (session.json()) {
                session.printJson(history);
            } else if (history.path("data").isEmpty()) {
                terminal.note("no change of this address is remembered");
            } else {
                history.path("data").forEach(change -> terminal.line(SuppressionText.change(change)));
            }
            return ExitCodes.OK;
        }
    }
}

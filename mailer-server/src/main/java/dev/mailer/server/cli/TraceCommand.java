// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code mailer trace}: everything that happened to a mail. */
@Command(name = "trace", description = "Shows everything that happened to a mail, oldest first.")
final class TraceCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Parameters(paramLabel = "ID", description = "The mail's id.")
    private String id = "";

    TraceCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Session session = new Session(terminal, global);
        try (Backend backend = session.connect()) {
            JsonNode events = backend.events(id);
            if (session.json()) {
                session.printJson(events);
            } else {
                events.path("data").forEach(event -> terminal.line(MailText.event(event)));
            }
            return ExitCodes.OK;
        }
    }
}

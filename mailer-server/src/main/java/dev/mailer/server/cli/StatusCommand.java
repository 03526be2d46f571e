// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code mailer status}: where a mail stands. */
@Command(name = "status", description = "Shows where a mail stands, for each recipient.")
final class StatusCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Parameters(paramLabel = "ID", description = "The mail's id.")
    private String id = "";

    StatusCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Session session = new Session(terminal, global);
        try (Backend backend = session.connect()) {
            JsonNode email = backend.find(id, Duration.ZERO);
            if (session.json()) {
                session.printJson(email);
            } else {
                MailText.status(email).forEach(terminal::line);
            }
            return ExitCodes.OK;
        }
    }
}

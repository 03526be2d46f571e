// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code mailer cancel}: takes a mail back. */
@Command(name = "cancel", description = "Takes back what is not yet being sent.")
final class CancelCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Parameters(paramLabel = "ID", description = "The mail's id.")
    private String id = "";

    CancelCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Session session = new Session(terminal, global);
        try (Backend backend = session.connect()) {
            JsonNode result = backend.cancel(id);
            if (session.json()) {
                session.printJson(result);
            } else {
                terminal.line("cancelled " + MailText.text(result, "cancelled") + ", too late for "
                        + MailText.text(result, "too_late"));
            }
            return ExitCodes.OK;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code mailer erase}: takes a person out of the ledger. */
@Command(
        name = "erase",
        description = {
            "Erases the mail to an address: cancels what waits, removes content, texts and addresses.",
            "Ids, times, states and domains stay; a suppressed address stays suppressed."
        })
final class EraseCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Parameters(paramLabel = "ADDRESS", description = "Such as jo@example.org.")
    private String address = "";

    EraseCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Session session = new Session(terminal, global);
        try (Backend backend = session.connect()) {
            JsonNode result = backend.erase(address);
            if (session.json()) {
                session.printJson(result);
            } else {
                terminal.line("erased " + MailText.text(result, "emails") + " mails, cancelled "
                        + MailText.text(result, "cancelled") + " deliveries, took the address out of "
                        + MailText.text(result, "suppressions") + " suppressions");
            }
            long left = result.path("left").asLong(0);
            if (left > 0) {
                terminal.note(
                        left + " mails are being sent or wait for another recipient; erase again when they are done");
            }
            return left > 0 ? ExitCodes.PENDING : ExitCodes.OK;
        }
    }
}

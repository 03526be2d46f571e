// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mailer export}: what is stored of a person. */
@Command(
        name = "export",
        description =
                "Prints all mail to an address as JSON lines: status, timeline, and the content as EML in base64.")
final class ExportCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Parameters(paramLabel = "ADDRESS", description = "Such as jo@example.org.")
    private String address = "";

    ExportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Session session = new Session(terminal, global);
        try (Backend backend = session.connect()) {
            backend.export(address, terminal::json);
            return ExitCodes.OK;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mailer suppress}: addresses that are not mailed. */
@Command(
        name = "suppress",
        description = "Keeps the list of addresses that are not mailed.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  mailer suppress add jo@example.org --reason complaint",
            "  mailer suppress check jo@example.org",
            "  mailer suppress import bounces.csv --reason bounce"
        })
final class SuppressCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** It with its commands. */
    static CommandLine with(Terminal terminal) {
        return new CommandLine(new SuppressCommand())
                .addSubcommand(new SuppressAddCommand(terminal))
                .addSubcommand(new SuppressRemoveCommand(terminal))
                .addSubcommand(new SuppressListCommand(terminal))
                .addSubcommand(new SuppressCheckCommand(terminal))
                .addSubcommand(new SuppressHistoryCommand(terminal))
                .addSubcommand(new SuppressImportCommand(terminal));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "add, remove, list, check, history or import?");
    }
}

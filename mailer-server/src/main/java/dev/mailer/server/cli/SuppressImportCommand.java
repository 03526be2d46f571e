// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mailer suppress import}: adds the addresses of a file. */
@Command(
        name = "import",
        description = {
            "Adds the entries of a CSV file (RFC 4180, UTF-8) with the columns email and, if need be, stream, reason and until,"
                    + " in any order; or of a file with one address a line.",
            "A bad row is told and keeps no other back."
        },
        footer = {
            "",
            "Examples:",
            "  mailer suppress import bounces.csv --reason bounce --dry-run",
            "  mailer suppress import suppressed.csv"
        })
final class SuppressImportCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Parameters(paramLabel = "FILE", description = "The file.")
    private Path file = Path.of("");

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            description = "Of rows that name none: bounce, complaint, manual or unsubscribe; default: manual.")
    private @Nullable String reason;

    @Option(names = "--dry-run", description = "Checks every row, and stores none.")
    private boolean dryRun;

    @Option(
            names = "--patience",
            paramLabel = "TIME",
            defaultValue = "5m",
            description = "How long the server may take nothing, because it is away or overloaded, before the import"
                    + " gives up; default: ${DEFAULT-VALUE}.")
    private String patience = "5m";

    SuppressImportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        SuppressionImport.Plan plan = SuppressionImport.plan(
                file, SuppressionFlags.reason(reason), dryRun, MailFromFlags.duration("--patience", patience));
        Session session = new Session(terminal, global);
        try (Interruption interruption = Interruption.ofProcess();
                Backend backend = session.connect()) {
            return new SuppressionImport(session, plan, backend, Sleeper.system(), interruption).run();
        }
    }
}

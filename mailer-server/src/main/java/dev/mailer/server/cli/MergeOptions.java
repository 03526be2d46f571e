// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of {@code send} that make it a mail merge. */
final class MergeOptions {
    static final int DEFAULT_MAX_ERRORS = 100;

    @Option(
            names = "--csv",
            paramLabel = "FILE",
            description = "Sends the template to each row of a file (RFC 4180, UTF-8, with a row of column names);"
                    + " its columns are the template's variables, order.number is $order.number.")
    @Nullable
    Path csv;

    @Option(
            names = "--column-to",
            paramLabel = "COLUMN",
            defaultValue = "email",
            description = "The column of the file with the recipient; default: ${DEFAULT-VALUE}.")
    String columnTo = "email";

    @Option(
            names = "--delimiter",
            paramLabel = "CHAR",
            description = "What separates the columns: a character, or tab; default: what the first row has.")
    @Nullable
    String delimiter;

    @Option(
            names = "--campaign",
            paramLabel = "NAME",
            description = "Nobody is mailed twice in a campaign; default: made from the contents of the file and the"
                    + " name of the template. Give it when the file changes between two runs.")
    @Nullable
    String campaign;

    @Option(
            names = "--remember",
            paramLabel = "TIME",
            defaultValue = "90d",
            description =
                    "How long it is remembered who has a mail of the campaign, up to 400d; default: ${DEFAULT-VALUE}.")
    String remember = "90d";

    @Option(names = "--rate", paramLabel = "COUNT", description = "At most so many mails a second go to the server.")
    @Nullable
    Integer rate;

    @Option(names = "--dry-run", description = "Checks and renders the mail of every row, and sends none.")
    boolean dryRun;

    @Option(
            names = "--max-errors",
            paramLabel = "COUNT",
            defaultValue = "" + DEFAULT_MAX_ERRORS,
            description = "Stops after so many failed rows; default: ${DEFAULT-VALUE}.")
    int maxErrors = DEFAULT_MAX_ERRORS;

    @Option(
            names = "--patience",
            paramLabel = "TIME",
            defaultValue = "5m",
            description = "How long the server may take nothing, because it is away or overloaded, before the merge"
                    + " gives up; default: ${DEFAULT-VALUE}.")
    String patience = "5m";

    @Option(names = "--yes", description = "Does not ask before a merge, which it does on a terminal only.")
    boolean yes;

    /** Without a file they would do nothing, which nobody expects of a dry run. */
    void requireUnused() {
        if (dryRun || campaign != null || rate != null || delimiter != null) {
            throw usage("--dry-run, --campaign, --rate and --delimiter belong to --csv");
        }
    }

    /** All mails of a merge are alike but for recipient and variables, and small. */
    void requireFitting(SendCommand flags) {
        if (flags.template == null) {
            throw usage("--csv needs --template");
        }
        if (!flags.to.isEmpty() || !flags.cc.isEmpty() || !flags.bcc.isEmpty()) {
            throw usage("--csv and --to, --cc, --bcc exclude each other: the column of --column-to has the recipients");
        }
        if (flags.raw != null || flags.idempotencyKey != null || !flags.attach.isEmpty() || !flags.inline.isEmpty()) {
            throw usage("--csv and --raw, --idempotency-key, --attach, --inline exclude each other");
        }
        if (rate != null && rate < 1) {
            throw usage("--rate: is " + rate + ", must be at least 1 a second");
        }
        if (maxErrors < 1) {
            throw usage("--max-errors: is " + maxErrors + ", must be at least 1");
        }
    }

    /** Null for the one that the file shows. */
    @Nullable
    Character separator() {
        if (delimiter == null) {
            return null;
        }
        if (delimiter.equals("tab") || delimiter.equals("\\t")) {
            return '\t';
        }
        if (delimiter.length() != 1 || "\"\r\n".contains(delimiter)) {
            throw usage("--delimiter: '" + delimiter + "' is not one character such as ; nor the word tab");
        }
        return delimiter.charAt(0);
    }

    private static CommandException usage(String message) {
        return new CommandException(ExitCodes.USAGE, message);
    }
}

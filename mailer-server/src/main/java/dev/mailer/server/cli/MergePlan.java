// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.Email;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A merge that is complete and checked, but for its rows.
 *
 * @param rows of the file
 * @param hash of the file
 * @param patienceForOutcome how long to wait for the mails to be final; zero does not
 */
record MergePlan(
        CsvFile file,
        long rows,
        String hash,
        MergeMail mail,
        String campaign,
        @Nullable Integer rate,
        boolean dryRun,
        int maxErrors,
        Duration patience,
        Duration patienceForOutcome) {
    /** Longest name of a campaign. */
    private static final int MAX_CAMPAIGN = 200;

    /** Reads the file once, so that one that cannot be read to its end sends nothing. */
    static MergePlan of(MergeOptions options, ObjectNode flags, Instant now) {
        Path path = Objects.requireNonNull(options.csv, "csv");
        CsvFile file = new CsvFile(path, options.separator());
        CsvFile.Summary summary = file.summary();
        String campaign = campaign(options.campaign, summary.hash(), flags);
        return new MergePlan(
                file,
                summary.rows(),
                summary.hash(),
                new MergeMail(flags, summary.columns(), options.columnTo, campaign, now.plus(remember(options))),
                campaign,
                options.rate,
                options.dryRun,
                options.maxErrors,
                MailFromFlags.duration("--patience", options.patience),
                Duration.ZERO);
    }

    /** The same with a time to wait for the mails to be final. */
    MergePlan waiting(Duration time) {
        return new MergePlan(file, rows, hash, mail, campaign, rate, dryRun, maxErrors, patience, time);
    }

    private static Duration remember(MergeOptions options) {
        Duration remember = MailFromFlags.duration("--remember", options.remember);
        if (remember.compareTo(Duration.ofDays(Email.MAX_IDEMPOTENCY_DAYS)) > 0) {
            throw new CommandException(
                    ExitCodes.USAGE,
                    "--remember: is " + options.remember + "; at most " + Email.MAX_IDEMPOTENCY_DAYS + "d are allowed");
        }
        return remember;
    }

    private static String campaign(@Nullable String given, String hash, ObjectNode flags) {
        if (given == null) {
            String template = flags.path("template").path("id").asString("");
            return "csv-" + Hashes.of(hash + "\n" + template).substring(0, 16);
        }
        if (given.isBlank() || given.length() > MAX_CAMPAIGN) {
            throw new CommandException(
                    ExitCodes.USAGE,
                    "--campaign: has " + given.length() + " characters; allowed are 1 to " + MAX_CAMPAIGN
                            + ", not only blanks");
        }
        return given;
    }

    /** Asks who sits there. */
    boolean isConfirmed(Terminal terminal) {
        terminal.note("send to the " + rows + " rows of the file, as campaign " + campaign + "? [y/N]");
        try {
            String answer = new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8)).readLine();
            return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
        } catch (IOException e) {
            throw new UncheckedIOException("standard input cannot be read", e);
        }
    }
}

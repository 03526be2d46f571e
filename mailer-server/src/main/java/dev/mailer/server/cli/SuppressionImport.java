// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.server.cli.MergeAccount.RowError;
import dev.mailer.server.http.ApiException;
import dev.mailer.server.http.EmailApi.BatchValidation;
import dev.mailer.server.http.SuppressionApi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One run of an import. Rows are read as they are stored, in batches of bounded size; one that is repeated changes nothing more. */
final class SuppressionImport {
    /** Characters after which a batch goes without waiting for more rows. */
    private static final int BATCH_SIZE = 1 << 20;

    private final Session session;
    private final CsvFile file;
    private final CsvFile.Summary summary;
    private final SuppressionColumns columns;
    private final boolean dryRun;
    private final MergeProgress progress;
    private final PatientBackend server;
    private final Interruption interruption;
    private final SuppressionAccount account = new SuppressionAccount();
    private final List<Pending> batch = new ArrayList<>();
    private int batchSize;

    /** Reads the file once, so that one that cannot be read to its end stores nothing. */
    static Plan plan(Path path, @Nullable String reason, boolean dryRun, Duration patience) {
        CsvFile file = new CsvFile(path, null).orAddresses(SuppressionColumns.EMAIL);
        CsvFile.Summary summary = file.summary();
        return new Plan(file, summary, new SuppressionColumns(path, summary.columns(), reason), dryRun, patience);
    }

    /** An import that is complete and checked, but for its rows. */
    record Plan(CsvFile file, CsvFile.Summary summary, SuppressionColumns columns, boolean dryRun, Duration patience) {}

    SuppressionImport(Session session, Plan plan, Backend backend, Sleeper sleeper, Interruption interruption) {
        this.session = session;
        this.file = plan.file;
        this.summary = plan.summary;
        this.columns = plan.columns;
        this.dryRun = plan.dryRun;
        this.interruption = interruption;
        this.progress = new MergeProgress(session.terminal(), summary.rows());
        this.server = new PatientBackend(backend, progress, sleeper, interruption, plan.patience);
    }

    /** An entry that waits for its batch. */
    private record Pending(long line, ObjectNode entry) {}

    /** Gives the account, however it ends. */
    int run() {
        progress.note((dryRun ? "checking " : "importing ") + summary.rows() + " rows");
        if (!columns.ignored().isEmpty()) {
            progress.note("these columns are not read: " + String.join(", ", columns.ignored()));
        }
        try {
            file.read(this::read);
            flush();
        } finally {
            progress.clear();
            print();
        }
        return interruption.isRequested() || account.invalid() > 0 ? ExitCodes.FAILED : ExitCodes.OK;
    }

    /** False when no further row is wanted. */
    private boolean read(CsvFile.Row row) {
        try {
            batch.add(new Pending(row.line(), columns.entry(row.values())));
            row.values().forEach(value -> batchSize += value.length());
        } catch (MergeMail.RowException e) {
            refuse(new RowError(row.line(), e.column(), String.valueOf(e.getMessage())));
        }
        if (batch.size() >= SuppressionApi.MAX_BATCH || batchSize >= BATCH_SIZE) {
            flush();
        }
        return !interruption.isRequested();
    }

    private void flush() {
        if (!batch.isEmpty() && !interruption.isRequested()) {
            submit(List.copyOf(batch));
        }
        batch.clear();
        batchSize = 0;
        progress.show(account.rows());
    }

    /** What is too large together may pass in parts. */
    private void submit(List<Pending> entries) {
        ArrayNode body = JsonNodeFactory.instance.arrayNode();
        entries.forEach(e -> body.add(e.entry()));
        JsonNode answer;
        try {
            answer = server.suppress(body, dryRun ? BatchValidation.CHECK : BatchValidation.PERMISSIVE);
        } catch (ApiException e) {
            if (e.status() != 413) {
                throw e;
            }
            if (entries.size() == 1) {
                refuse(new RowError(entries.get(0).line(), null, String.valueOf(e.getMessage())));
                return;
            }
            submit(entries.subList(0, entries.size() / 2));
            submit(entries.subList(entries.size() / 2, entries.size()));
            return;
        }
        if (answer != null) {
            count(entries, answer);
        }
    }

    private void count(List<Pending> entries, JsonNode answer) {
        long added = answer.path("added").asLong(0);
        long replaced = answer.path("replaced").asLong(0);
        JsonNode errors = answer.path("errors");
        if (added + replaced + errors.size() != entries.size()) {
            throw new CommandException(
                    ExitCodes.FAILED,
                    "the server answered for " + (added + replaced + errors.size()) + " of " + entries.size()
                            + " entries; is it a Mailer server of this version?");
        }
        account.stored(added, replaced);
        for (JsonNode error : errors) {
            int index = error.path("index").asInt(-1);
            String reason = MailText.text(error, "message").replace("[" + index + "].", "");
            refuse(new RowError(entries.get(index).line(), null, reason));
        }
    }

    private void refuse(RowError error) {
        account.refuse(error);
        progress.note(error.text());
    }

    private void print() {
        long left = summary.rows() - account.rows();
        if (session.json()) {
            session.printJson(account.json().put("dry_run", dryRun).put("left", left));
        } else {
            session.terminal().line(account.text());
        }
        if (dryRun) {
            progress.note("nothing was stored");
        } else if (left > 0) {
            progress.note(left + " rows were not taken up; repeat the command, it replaces what is there already");
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.Address;
import dev.mailer.server.cli.MergeAccount.Fate;
import dev.mailer.server.cli.MergeAccount.RowError;
import dev.mailer.server.http.ApiException;
import dev.mailer.server.http.EmailApi;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One run of a merge. Rows are read as they are sent, in batches of bounded size. That nobody gets two mails of a campaign is the
 * ledger's doing, by an idempotency key per campaign and address, so a run may be killed at any time and started again.
 */
final class MergeRun {
    /** Characters after which a batch goes without waiting for more rows. */
    private static final int BATCH_SIZE = 1 << 20;

    private static final String CONFLICT = "invalid_idempotent_request";
    private static final String UNAVAILABLE = "service_unavailable";

    private final Session session;
    private final MergePlan plan;
    private final MergeProgress progress;
    private final PatientBackend server;
    private final Interruption interruption;
    private final MergeOutcome outcome;
    private final MergeAccount account;
    private final SeenAddresses seen = new SeenAddresses();
    /** Of the seen addresses those whose row was refused, so that a later one may take its place. */
    private final Set<String> refused = new HashSet<>();

    private final List<Pending> batch = new ArrayList<>();
    /** Rows with an address of the batch: whether they are wanted depends on what becomes of that. */
    private final List<CsvFile.Row> again = new ArrayList<>();

    private final int batchLength;
    private final MergePace pace;
    private int batchSize;
    private long read;
    /** The file is not what was counted. */
    private boolean changed;

    MergeRun(Session session, MergePlan plan, Backend backend, Sleeper sleeper, Interruption interruption) {
        this.session = session;
        this.plan = plan;
        this.interruption = interruption;
        this.progress = new MergeProgress(session.terminal(), plan.rows());
        this.server = new PatientBackend(backend, progress, sleeper, interruption, plan.patience());
        this.outcome = new MergeOutcome(server, progress);
        this.account = new MergeAccount(plan.rows());
        Integer rate = plan.rate();
        this.batchLength = rate == null ? EmailApi.MAX_BATCH : Math.min(EmailApi.MAX_BATCH, rate);
        this.pace = new MergePace(rate, progress.now());
    }

    /** A mail that waits for its batch. */
    private record Pending(long line, String key, ObjectNode mail) {}

    /** Gives the account, however it ends. */
    int run() {
        progress.note((plan.dryRun() ? "checking " : "sending ") + plan.rows() + " rows, campaign " + plan.campaign());
        boolean counted = false;
        try {
            String hash = plan.file().read(this::read).hash();
            flush();
            if (!changed && !isStopped() && !hash.equals(plan.hash())) {
                changed = true;
                progress.note(
                        "the file is not the one that was counted; it was changed meanwhile, so look at what was sent");
            }
            counted = !plan.dryRun() && !plan.patienceForOutcome().isZero() && !isStopped();
            if (counted) {
                outcome.await(plan.patienceForOutcome(), account);
            }
        } finally {
            progress.clear();
            print(counted);
        }
        if (interruption.isRequested() || changed || account.left() > 0 || account.of(Fate.FAILED) > 0) {
            return ExitCodes.FAILED;
        }
        return account.of(Fate.PENDING) > 0 ? ExitCodes.PENDING : ExitCodes.OK;
    }

    private boolean isStopped() {
        return interruption.isRequested() || account.of(Fate.FAILED) >= plan.maxErrors();
    }

    /** False when no further row is wanted. */
    private boolean read(CsvFile.Row row) {
        if (read == plan.rows()) {
            changed = true;
            progress.note(
                    "the file has more rows than the " + plan.rows() + " that were counted; it was changed meanwhile");
            return false;
        }
        read++;
        take(row);
        return !isStopped();
    }

    private void take(CsvFile.Row row) {
        try {
            Address recipient = plan.mail().recipient(row.values());
            if (recipient == null) {
                account.count(Fate.SKIPPED);
            } else {
                take(row, recipient);
            }
        } catch (MergeMail.RowException e) {
            fail(new RowError(row.line(), e.column(), String.valueOf(e.getMessage())));
        }
        if (batch.size() + again.size() >= batchLength || batchSize >= BATCH_SIZE) {
            flush();
        }
    }

    private void take(CsvFile.Row row, Address recipient) {
        String key = recipient.key();
        if (seen.add(key) || refused.remove(key)) {
            batch.add(new Pending(row.line(), key, plan.mail().mail(recipient, row.values())));
        } else if (batch.stream().anyMatch(m -> m.key().equals(key))) {
            again.add(row);
        } else {
            account.count(Fate.SKIPPED);
            return;
        }
        row.values().forEach(value -> batchSize += value.length());
    }

    private void flush() {
        while (!batch.isEmpty() && !isStopped()) {
            List<Pending> mails = List.copyOf(batch);
            List<CsvFile.Row> later = List.copyOf(again);
            batch.clear();
            again.clear();
            batchSize = 0;
            submit(mails);
            later.forEach(this::take);
        }
        progress.show(account.taken());
    }

    /** Until all are taken or refused: a server that is short of room may take some of a batch. */
    private void submit(List<Pending> mails) {
        List<Pending> left = mails;
        boolean again = false;
        while (!left.isEmpty()) {
            List<Pending> rest = handOver(left, again);
            again = true;
            if (!rest.isEmpty()) {
                if (rest.size() == left.size()) {
                    throw new CommandException(ExitCodes.UNAVAILABLE, "the server has taken nothing");
                }
                server.pause();
            }
            left = rest;
        }
    }

    /** The mails to hand over again. */
    private List<Pending> handOver(List<Pending> mails, boolean again) {
        server.pauseUntil(pace.next());
        pace.goes(mails.size(), progress.now());
        ArrayNode body = JsonNodeFactory.instance.arrayNode();
        mails.forEach(m -> body.add(m.mail()));
        JsonNode answer;
        try {
            answer = server.send(
                    body, plan.dryRun() ? EmailApi.BatchValidation.CHECK : EmailApi.BatchValidation.PERMISSIVE);
        } catch (ApiException e) {
            refused(mails, e);
            return List.of();
        }
        return answer == null ? List.of() : count(mails, answer, again || server.hasRepeated());
    }

    /** What is too large together may pass alone. */
    private void refused(List<Pending> mails, ApiException e) {
        if (e.status() != 413 && e.status() != 422) {
            throw e;
        }
        if (mails.size() == 1) {
            fail(mails.get(0), String.valueOf(e.getMessage()));
            return;
        }
        submit(mails.subList(0, mails.size() / 2));
        submit(mails.subList(mails.size() / 2, mails.size()));
    }

    /** The receipts are in the order of the mails, without those that have an error. Returned are the mails to hand over again. */
    private List<Pending> count(List<Pending> mails, JsonNode answer, boolean again) {
        Map<Integer, JsonNode> errors = new HashMap<>();
        answer.path("errors").forEach(e -> errors.put(e.path("index").asInt(-1), e));
        JsonNode receipts = answer.path("data");
        if (receipts.size() + errors.size() != mails.size()) {
            throw new CommandException(
                    ExitCodes.FAILED,
                    "the server answered for " + (receipts.size() + errors.size()) + " of " + mails.size()
                            + " mails; is it a Mailer server of this version?");
        }
        List<Pending> rest = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < mails.size(); i++) {
            JsonNode error = errors.get(i);
            if (error == null) {
                accepted(receipts.path(next++), again);
            } else if (error.path("name").asString("").equals(CONFLICT)) {
                account.count(Fate.DUPLICATE);
            } else if (error.path("name").asString("").equals(UNAVAILABLE)) {
                rest.add(mails.get(i));
            } else {
                String reason = error.path("message").asString("").replace("[" + i + "].", "");
                fail(mails.get(i), reason);
            }
        }
        return rest;
    }

    private void accepted(JsonNode receipt, boolean again) {
        String id = receipt.path("id").asString("");
        boolean before = receipt.path("duplicate").asBoolean(false) && !(again && isOfThisRun(id));
        boolean suppressed = receipt.path("suppressed").asInt(0) > 0;
        Fate fate = before ? Fate.DUPLICATE : suppressed ? Fate.SUPPRESSED : Fate.QUEUED;
        account.count(fate);
        if (fate != Fate.SUPPRESSED && !plan.patienceForOutcome().isZero() && !plan.dryRun()) {
            outcome.add(fate, id);
        }
    }

    /** Whether a mail that is there already is of this run, by a try that was not known to have taken it; its id tells its time. */
    private boolean isOfThisRun(String id) {
        UUID uuid = UUID.fromString(id);
        return uuid.version() == 7
                && uuid.getMostSignificantBits() >>> 16 >= progress.started().toEpochMilli();
    }

    private void fail(Pending mail, String reason) {
        refused.add(mail.key());
        fail(new RowError(mail.line(), null, reason));
    }

    private void fail(RowError error) {
        account.fail(error);
        progress.note(error.text());
    }

    private void print(boolean counted) {
        if (session.json()) {
            ObjectNode json = account.json(counted);
            json.put("campaign", plan.campaign());
            json.put("dry_run", plan.dryRun());
            if (counted) {
                json.put("earlier", outcome.earlier());
            }
            session.printJson(json);
        } else {
            session.terminal().line(account.text(counted));
        }
        if (counted && outcome.earlier() > 0) {
            progress.note("an earlier run had " + outcome.earlier() + " of these mails accepted");
        }
        if (account.of(Fate.PENDING) > 0) {
            progress.note("what is pending is kept and goes on when it can");
        }
        String advice = advice(account.left());
        if (advice != null) {
            progress.note(advice);
        }
    }

    private @Nullable String advice(long left) {
        if (plan.dryRun()) {
            return "nothing was sent";
        }
        if (left == 0 && !changed && account.refused() == 0) {
            return null;
        }
        return (left > 0 ? left + " rows were not taken up; " : "")
                + "repeat with --campaign '" + plan.campaign()
                + "' to go on, also with a mended file: who has a mail of this campaign gets no second one";
    }
}

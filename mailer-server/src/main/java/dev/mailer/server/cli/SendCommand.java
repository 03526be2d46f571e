// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.server.http.ApiException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code mailer send}: one mail from flags, files and standard input. */
@Command(
        name = "send",
        description = {
            "Sends one mail. Without --text, --html, --template or --raw the text is read from standard input.",
            "With --csv it sends one mail to each row of a file; the same file sent again sends nobody a second mail."
        })
final class SendCommand implements Callable<Integer> {
    /** How long a command that opened the store itself waits, by default, for the mail to be done. */
    static final Duration LOCAL_WAIT = Duration.ofSeconds(60);

    private static final Set<String> SENT = Set.of("sent", "delivered");
    private static final Set<String> OPEN = Set.of("scheduled", "queued", "sending", "deferred");

    private final Terminal terminal;
    private final Sleeper sleeper;
    private final Supplier<Interruption> interruptions;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Mixin
    private MergeOptions merge = new MergeOptions();

    @Option(names = "--from", paramLabel = "MAILBOX", description = "The author: 'Name <a@b>' or a@b.")
    @Nullable
    String from;

    @Option(names = "--to", paramLabel = "MAILBOX", description = "A recipient. Repeatable.")
    List<String> to = new ArrayList<>();

    @Option(names = "--cc", paramLabel = "MAILBOX", description = "Repeatable.")
    List<String> cc = new ArrayList<>();

    @Option(names = "--bcc", paramLabel = "MAILBOX", description = "Repeatable.")
    List<String> bcc = new ArrayList<>();

    @Option(names = "--reply-to", paramLabel = "MAILBOX", description = "Repeatable.")
    List<String> replyTo = new ArrayList<>();

    @Option(names = "--return-path", paramLabel = "MAILBOX", description = "Where bounces go; default: the author.")
    @Nullable
    String returnPath;

    @Option(names = "--subject", paramLabel = "TEXT")
    @Nullable
    String subject;

    @Option(names = "--text", paramLabel = "TEXT", description = "The text; - reads it from standard input.")
    @Nullable
    String text;

    @Option(names = "--text-file", paramLabel = "FILE", description = "The text, from a file.")
    @Nullable
    Path textFile;

    @Option(names = "--html", paramLabel = "HTML", description = "The HTML; - reads it from standard input.")
    @Nullable
    String html;

    @Option(names = "--html-file", paramLabel = "FILE", description = "The HTML, from a file.")
    @Nullable
    Path htmlFile;

    @Option(names = "--template", paramLabel = "NAME", description = "Takes subject and content from a template.")
    @Nullable
    String template;

    @Option(names = "--var", paramLabel = "NAME=VALUE", description = "A variable of the template. Repeatable.")
    Map<String, String> variables = new LinkedHashMap<>();

    @Option(names = "--locale", paramLabel = "TAG", description = "The language, such as de-AT; default: none.")
    @Nullable
    String locale;

    @Option(names = "--attach", paramLabel = "FILE", description = "Attaches a file. Repeatable.")
    List<Path> attach = new ArrayList<>();

    @Option(
            names = "--inline",
            paramLabel = "CID=FILE",
            description = "Attaches an image that the HTML shows as cid:CID. Repeatable.")
    Map<String, Path> inline = new LinkedHashMap<>();

    @Option(names = "--header", paramLabel = "NAME=VALUE", description = "Adds a header field. Repeatable.")
    Map<String, String> headers = new LinkedHashMap<>();

    @Option(names = "--tag", paramLabel = "NAME=VALUE", description = "A label for reports. Repeatable.")
    Map<String, String> tags = new LinkedHashMap<>();

    @Option(names = "--raw", paramLabel = "FILE", description = "Sends a finished message (RFC 5322).")
    @Nullable
    Path raw;

    @Option(names = "--stream", paramLabel = "NAME", description = "The lane; default: transactional.")
    @Nullable
    String stream;

    @Option(names = "--at", paramLabel = "TIME", description = "Not before: ISO 8601, or a time from now such as 15m.")
    @Nullable
    String at;

    @Option(names = "--expires", paramLabel = "TIME", description = "Not after: ISO 8601, or a time from now.")
    @Nullable
    String expires;

    @Option(
            names = "--ambiguity-policy",
            paramLabel = "POLICY",
            description = "resend, hold or drop what may have been sent; default: resend.")
    @Nullable
    String ambiguityPolicy;

    @Option(
            names = "--track-opens",
            negatable = true,
            description = "Notice that it is opened, whatever is set for its stream; --no-track-opens does not.")
    @Nullable
    Boolean trackOpens;

    @Option(
            names = "--track-clicks",
            negatable = true,
            description = "Notice that its links are clicked; --no-track-clicks does not.")
    @Nullable
    Boolean trackClicks;

    @Option(names = "--idempotency-key", paramLabel = "KEY", description = "The same key is the same mail, sent once.")
    @Nullable
    String idempotencyKey;

    @Option(
            names = "--wait",
            arity = "0..1",
            fallbackValue = "30s",
            paramLabel = "TIME",
            description = "Waits for the outcome, 30s unless said otherwise; 0 does not wait."
                    + " Without a server the default is 60s, because what is not sent then waits for the next start.")
    @Nullable
    String wait;

    SendCommand(Terminal terminal) {
        this(terminal, Sleeper.system(), Interruption::ofProcess);
    }

    SendCommand(Terminal terminal, Sleeper sleeper, Supplier<Interruption> interruptions) {
        this.terminal = terminal;
        this.sleeper = sleeper;
        this.interruptions = interruptions;
    }

    @Override
    public Integer call() {
        Session session = new Session(terminal, global);
        if (merge.csv != null) {
            merge.requireFitting(this);
        }
        ObjectNode email = new MailFromFlags(
                        this, terminal, () -> session.settings().mail().messageSize())
                .email();
        Duration asked = wait == null ? null : MailFromFlags.duration("--wait", wait);
        if (merge.csv != null) {
            return merge(session, email, asked);
        }
        merge.requireUnused();
        try (Backend backend = session.connectToSend()) {
            Backend.Sent sent = backend.send(email, idempotencyKey);
            sent.warnings().forEach(warning -> terminal.note("ignored by the server: " + warning));
            if (!session.json()) {
                terminal.line((sent.duplicate() ? "accepted before " : "accepted ") + sent.id());
            }
            Duration time = patience(asked, backend);
            if (time.isZero()) {
                printAccepted(session, sent);
                return ExitCodes.OK;
            }
            return outcome(session, backend, sent, time);
        }
    }

    /** The mail is accepted, whatever becomes of the question for its outcome. */
    private int outcome(Session session, Backend backend, Backend.Sent sent, Duration time) {
        JsonNode email;
        try {
            email = await(backend, sent.id(), time);
        } catch (ApiException | CommandException | MailerUnavailableException e) {
            if (!PatientBackend.isPassing(e)) {
                throw e;
            }
            printAccepted(session, sent);
            terminal.note("the mail is accepted, its outcome is not known: " + e.getMessage());
            return ExitCodes.PENDING;
        }
        return outcome(session, email);
    }

    private static void printAccepted(Session session, Backend.Sent sent) {
        if (session.json()) {
            session.printJson(Map.of("id", sent.id(), "duplicate", sent.duplicate()));
        }
    }

    private int merge(Session session, ObjectNode email, @Nullable Duration asked) {
        MergePlan plan = MergePlan.of(merge, email, terminal.clock().instant());
        if (!merge.dryRun && !merge.yes && terminal.interactive() && !plan.isConfirmed(terminal)) {
            return ExitCodes.OK;
        }
        // not before the answer: until then there is nothing that the end of the process would have to wait for
        try (Interruption interruption = interruptions.get();
                Backend backend = merge.dryRun ? session.connect() : session.connectToSend()) {
            return new MergeRun(session, plan.waiting(patience(asked, backend)), backend, sleeper, interruption).run();
        }
    }

    /** How long to wait for the outcome. */
    private static Duration patience(@Nullable Duration asked, Backend backend) {
        if (asked != null) {
            return asked;
        }
        return backend instanceof LocalBackend ? LOCAL_WAIT : Duration.ZERO;
    }

    private JsonNode await(Backend backend, String id, Duration time) {
        terminal.note("waiting for the outcome, at most " + time.toSeconds() + "s");
        long end = System.nanoTime() + time.toNanos();
        while (true) {
            long left = end - System.nanoTime();
            JsonNode email = backend.find(id, Duration.ofNanos(Math.max(left, 0)));
            if (email.path("done").asBoolean(false)
                    || left <= 0
                    || Thread.currentThread().isInterrupted()) {
                return email;
            }
            sleeper.sleep(Duration.ofMillis(200));
        }
    }

    private int outcome(Session session, JsonNode email) {
        if (session.json()) {
            session.printJson(email);
        } else {
            MailText.status(email).forEach(terminal::line);
        }
        boolean pending = false;
        for (JsonNode delivery : email.path("deliveries")) {
            String state = delivery.path("state").asString("");
            if (OPEN.contains(state)) {
                pending = true;
            } else if (!SENT.contains(state)) {
                return ExitCodes.FAILED;
            }
        }
        if (pending) {
            terminal.note("not done yet; it is kept and goes on when it can");
        }
        return pending ? ExitCodes.PENDING : ExitCodes.OK;
    }
}

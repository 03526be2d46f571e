// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Failure;
import dev.mailer.api.MailerException;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One mail over one session (RFC 5321 §3.3): MAIL, RCPT, DATA, content, final dot. Used once, by one thread.
 *
 * <p>{@code waiting} holds the recipients without an outcome; whatever ends the transaction reports for them. The phase
 * becomes FINAL_REPLY before the first octet of the final dot leaves, so that a connection lost later is ambiguous and one
 * lost earlier is not. Outcomes are reported before anything is done for the next mail.
 */
final class Transaction {
    /** What the session is good for behind a transaction. */
    enum End {
        REUSABLE,
        BROKEN,
        /** The server had closed it before MAIL; nothing is reported and a new session may try again. */
        STALE
    }

    /** When the rest of a transaction that was full may be tried again: at once, in another one. */
    private static final Duration NEXT_TRANSACTION = Duration.ofSeconds(1);

    private final SmtpSession session;
    private final SmtpConnection connection;
    private final Submission submission;
    private final OutcomeSink outcomes;
    private final List<Recipient> waiting;
    private final boolean rested;
    private Phase phase = Phase.MAIL_FROM;

    Transaction(SmtpSession session, Submission submission, OutcomeSink outcomes) {
        this.session = session;
        this.connection = session.connection();
        this.submission = submission;
        this.outcomes = outcomes;
        this.waiting = new ArrayList<>(submission.recipients());
        this.rested = session.hasRested();
    }

    End run() {
        try {
            MailCommand mail = MailCommand.of(submission, session.extensions());
            Outcome unfit = unfit(mail);
            if (unfit != null) {
                reportWaiting(unfit);
                return End.REUSABLE;
            }
            session.countMessage();
            return transfer(mail);
        } catch (WireException e) {
            if (rested && phase == Phase.MAIL_FROM && !e.reason().equals(WireException.TIMEOUT)) {
                return End.STALE;
            }
            reportWaiting(e.outcome(phase, connection.remote()));
            return End.BROKEN;
        } catch (RuntimeException | Error e) {
            connection.abort();
            throw e;
        }
    }

    /** What keeps the mail from this server, whatever that would answer; null when nothing does. */
    private @Nullable Outcome unfit(MailCommand mail) {
        try {
            Failure unfit = mail.unfit(connection.remote());
            return unfit == null ? null : Outcome.rejected(unfit);
        } catch (UncheckedIOException | MailerException e) {
            // it cannot be measured, and nothing was said yet
            return unreadable(e);
        }
    }

    /** Lockstep; with PIPELINING (RFC 2920) MAIL, RCPT and DATA become one flight here. */
    private End transfer(MailCommand mail) throws WireException {
        Reply sender = connection.exchange(mail.line());
        if (rested && sender.isClosing()) {
            return End.STALE;
        }
        if (!sender.isCompletion()) {
            reportWaiting(sender);
            return afterRefusal(sender);
        }
        phase = Phase.RCPT_TO;
        Reply last = recipients();
        if (waiting.isEmpty()) {
            return reset(last);
        }
        if (!last.isCompletion() && isFatal(last)) {
            reportWaiting(last);
            return End.BROKEN;
        }
        phase = Phase.DATA;
        Reply go = connection.exchange("DATA");
        if (go.code() != 354) {
            reportWaiting(go);
            return go.code() < 400 ? End.BROKEN : reset(go);
        }
        return content(mail);
    }

    /** Leaves in {@code waiting} those that the server takes; the last reply. */
    private Reply recipients() throws WireException {
        boolean someAccepted = false;
        List<Recipient> all = List.copyOf(waiting);
        Reply reply = new Reply(250, List.of(""));
        for (int i = 0; i < all.size(); i++) {
            reply = connection.exchange("RCPT TO:<" + all.get(i).address().spec() + ">");
            if (reply.isCompletion()) {
                someAccepted = true;
            } else if (isFatal(reply)) {
                return reply;
            } else if (reply.smtp().isTooManyRecipients() && someAccepted) {
                deferToNextTransaction(all.subList(i, all.size()), reply);
                break;
            } else {
                report(all.get(i), Outcome.ofReply(phase, reply.smtp(), connection.remote()));
            }
        }
        return reply;
    }

    private End content(MailCommand mail) throws WireException {
        BodyOutput body = new BodyOutput(connection.wire());
        Exception unreadable = null;
        try {
            submission.writeTo(body, mail.wire());
        } catch (IOException | UncheckedIOException | MailerException e) {
            unreadable = e;
        }
        if (body.isAnswered()) {
            return refusedAmidContent(connection.unasked());
        }
        WireException lost = body.failure();
        if (lost != null) {
            return lostAmidContent(lost);
        }
        if (unreadable != null) {
            // the server has 354 and maybe a part: only closing keeps it from taking that part
            connection.abort();
            reportWaiting(unreadable(unreadable));
            return End.BROKEN;
        }
        body.finish();
        if (connection.hasInput()) {
            return refusedAmidContent(connection.unasked());
        }
        if (!outcomes.mayComplete(submission)) {
            connection.abort();
            return End.BROKEN;
        }
        phase = Phase.FINAL_REPLY;
        connection.budget(Watchdog.NEVER);
        try {
            connection.sendDot();
        } catch (WireException e) {
            return lostAmidContent(e);
        }
        Reply last = connection.replyToDot();
        if (last.code() / 100 == 3) {
            throw WireException.protocol("the final dot was answered by " + last.code());
        }
        reportWaiting(last);
        return last.isClosing() ? End.BROKEN : End.REUSABLE;
    }

    /** The content is at fault, not the server and not this transport. */
    private static Outcome unreadable(Exception e) {
        Failure failure = Failure.builder("content-unreadable", Phase.PREPARE)
                .text("the content could not be read: " + e.getMessage())
                .retryable()
                .build();
        return Outcome.deferred(Outcome.Scope.MESSAGE, failure, null);
    }

    /** A server that refuses and closes may be met by its closing first; what it had said counts, even if the dot was on its way. */
    private End lostAmidContent(WireException lost) throws WireException {
        Reply said = connection.saidBefore();
        if (said == null || said.code() < 400) {
            throw lost;
        }
        reportWaiting(said);
        return End.BROKEN;
    }

    private End refusedAmidContent(Reply reply) throws WireException {
        connection.abort();
        if (reply.code() < 400) {
            throw WireException.protocol("the server answered " + reply.code() + " before the content was complete");
        }
        reportWaiting(reply);
        return End.BROKEN;
    }

    /** Gives up what MAIL began (RFC 5321 §4.1.1.5). */
    private End reset(Reply last) {
        if (last.isClosing()) {
            return End.BROKEN;
        }
        return connection.reset() ? End.REUSABLE : End.BROKEN;
    }

    private static End afterRefusal(Reply reply) {
        return isFatal(reply) ? End.BROKEN : End.REUSABLE;
    }

    /** The server leaves, or is out of step. */
    private static boolean isFatal(Reply reply) {
        return reply.isClosing() || reply.code() < 400;
    }

    private void deferToNextTransaction(List<Recipient> rest, Reply reply) {
        Failure failure = Failure.builder("too-many-recipients", phase)
                .code(reply.code())
                .enhancedCode(reply.smtp().enhancedCode())
                .text(reply.smtp().text())
                .remoteHost(connection.remote())
                .retryable()
                .build();
        for (Recipient recipient : List.copyOf(rest)) {
            report(recipient, Outcome.untried(failure, NEXT_TRANSACTION));
        }
    }

    private void reportWaiting(Reply reply) {
        reportWaiting(Outcome.ofReply(phase, reply.smtp(), connection.remote()));
    }

    private void reportWaiting(Outcome outcome) {
        for (Recipient recipient : List.copyOf(waiting)) {
            report(recipient, outcome);
        }
    }

    private void report(Recipient recipient, Outcome outcome) {
        waiting.remove(recipient);
        outcomes.report(submission, recipient, outcome);
    }
}

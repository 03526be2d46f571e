// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Failure;
import dev.mailer.api.MailerException;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One mail over one session (RFC 5321 §3.3): MAIL, RCPT, DATA, content, final dot. Used once, by one thread.
 *
 * <p>Where the server takes PIPELINING, the envelope is one flight, and that of the next mail leaves behind this one's final dot.
 * The next mail has then said who it is from and for, and nothing that could not be said again over another connection.
 *
 * <p>{@link Verdicts} holds the recipients without an outcome; whatever ends the transaction reports for them. The phase
 * becomes FINAL_REPLY before the first octet of the final dot leaves, so that a connection lost later is ambiguous and one
 * lost earlier is not ({@link ContentTransfer}). Outcomes are reported before anything is read for the next mail.
 */
final class Transaction {
    /** What the session is good for behind a transaction. */
    enum End {
        REUSABLE,
        BROKEN,
        /** The server had ended the session before it took MAIL; nothing is reported and a new session may try again. */
        STALE
    }

    private final SmtpSession session;
    private final SmtpConnection connection;
    private final Submission submission;
    private final OutcomeSink outcomes;
    private final MailCommand mail;
    private final Verdicts verdicts;
    private @Nullable EnvelopeCommands envelope;
    private @Nullable ContentTransfer content;
    /** Something went over the session before, so that the server may have had enough of it. */
    private boolean used;

    private Phase phase = Phase.MAIL_FROM;

    Transaction(SmtpSession session, Submission submission, OutcomeSink outcomes) {
        this.session = session;
        this.connection = session.connection();
        this.submission = submission;
        this.outcomes = outcomes;
        this.mail = MailCommand.of(submission, session);
        this.verdicts = new Verdicts(submission, outcomes, connection.remote());
    }

    /**
     * Sends the mail, and reports for all its recipients but for {@link End#STALE}.
     *
     * @param next the mail that comes behind it over the same session; null when none does
     */
    End run(@Nullable Transaction next) {
        try {
            if (envelope == null) {
                Outcome unfit = unfit();
                if (unfit != null) {
                    verdicts.forAll(unfit);
                    return End.REUSABLE;
                }
                envelope = envelope();
            }
            return transfer(envelope, next);
        } catch (WireException e) {
            if (used
                    && phase == Phase.MAIL_FROM
                    && !verdicts.isEmpty()
                    && !e.reason().equals(WireException.TIMEOUT)) {
                return End.STALE;
            }
            if (e.reason().equals(WireException.PROTOCOL)) {
                verdicts.forgetReplies();
            }
            verdicts.forAll(e.outcome(content == null ? phase : content.phase(), connection.remote()));
            return End.BROKEN;
        } catch (RuntimeException | Error e) {
            connection.abort();
            throw e;
        }
    }

    /** True when the server was told of the mail. */
    boolean isBegun() {
        return envelope != null;
    }

    /** True when the envelope may leave behind another mail's final dot. */
    boolean canFollow() {
        return session.mayPipeline() && !session.isWornOut() && unfit() == null;
    }

    /** Says the beginning of the envelope behind another mail's final dot. */
    void follow() throws WireException {
        EnvelopeCommands commands = envelope();
        envelope = commands;
        commands.follow();
    }

    private EnvelopeCommands envelope() {
        used = session.isUsed();
        session.countMessage();
        return new EnvelopeCommands(session, mail.lines(asked()));
    }

    /** Those that the server is told; it may have said how many it takes. */
    private List<Recipient> asked() {
        List<Recipient> all = submission.recipients();
        return all.subList(0, Math.min(all.size(), session.extensions().maxRecipients()));
    }

    /** What keeps the mail from this server, whatever that would answer; null when nothing does. */
    private @Nullable Outcome unfit() {
        try {
            Failure unfit = mail.unfit(connection.remote());
            return unfit == null ? null : Outcome.rejected(unfit);
        } catch (UncheckedIOException | MailerException e) {
            // it cannot be measured, and nothing was said yet
            return ContentTransfer.unreadable(e);
        }
    }

    private End transfer(EnvelopeCommands commands, @Nullable Transaction next) throws WireException {
        Reply sender = commands.next();
        if (used && sender.isClosing()) {
            return End.STALE;
        }
        if (!sender.isCompletion()) {
            verdicts.forAll(sender, phase);
            return isFatal(sender) ? End.BROKEN : readRest(commands);
        }
        phase = Phase.RCPT_TO;
        Reply last = recipients(commands);
        if (isFatal(last)) {
            verdicts.forAll(last, phase);
            return End.BROKEN;
        }
        if (!verdicts.areAnyAccepted() && !commands.isNextSaid()) {
            verdicts.settle();
            return reset();
        }
        phase = Phase.DATA;
        if (session.mayChunk()) {
            verdicts.settle();
            return content(next);
        }
        Reply go = commands.next();
        if (go.code() < 400 && go.code() != 354) {
            verdicts.forgetReplies();
            verdicts.forAll(go, phase);
            return End.BROKEN;
        }
        verdicts.settle();
        if (go.code() != 354) {
            verdicts.forAll(go, phase);
            return go.isClosing() ? End.BROKEN : reset();
        }
        return verdicts.isEmpty() ? noContent() : content(next);
    }

    private End content(@Nullable Transaction next) throws WireException {
        ContentTransfer transfer = new ContentTransfer(session, submission, outcomes, mail, verdicts);
        content = transfer;
        return transfer.run(next);
    }

    /** Asks for each recipient; the last reply. */
    private Reply recipients(EnvelopeCommands commands) throws WireException {
        Reply reply = Reply.OK;
        List<Recipient> asked = asked();
        List<Recipient> all = submission.recipients();
        all.subList(asked.size(), all.size()).forEach(verdicts::untried);
        for (Recipient recipient : asked) {
            if (verdicts.isFull() && !commands.isNextSaid()) {
                verdicts.untried(recipient);
                commands.skip();
                continue;
            }
            reply = commands.next();
            if (isFatal(reply)) {
                if (reply.code() < 400) {
                    // out of step: the replies before may belong to others, too
                    verdicts.forgetReplies();
                }
                return reply;
            }
            verdicts.of(recipient, reply);
        }
        return reply;
    }

    /** The sender was refused, and the server goes on to answer what was said with it. */
    private End readRest(EnvelopeCommands commands) throws WireException {
        while (commands.isNextSaid()) {
            Reply reply = commands.next();
            if (reply.code() == 354 && !commands.isNextSaid()) {
                return noContent();
            }
            if (isFatal(reply) || reply.isCompletion()) {
                // out of step
                return End.BROKEN;
            }
        }
        return End.REUSABLE;
    }

    /** Nobody is left and the server waits for content: there is none (RFC 2920 §3.1). */
    private End noContent() throws WireException {
        if (session.isLmtp()) {
            // nobody's mail has no replies (RFC 2033 §4.2), and what the server makes of it is not to be found out
            return End.BROKEN;
        }
        connection.sayDot();
        connection.flush();
        return isFatal(connection.replyToDot()) ? End.BROKEN : End.REUSABLE;
    }

    /** Gives up what MAIL began (RFC 5321 §4.1.1.5). */
    private End reset() {
        return connection.reset() ? End.REUSABLE : End.BROKEN;
    }

    /** The server leaves, or is out of step. */
    private static boolean isFatal(Reply reply) {
        return reply.isClosing() || reply.code() / 100 == 3;
    }
}

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
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One mail over one session (RFC 5321 §3.3): MAIL, RCPT, DATA, content, final dot. Used once, by one thread.
 *
 * <p>Where the server takes PIPELINING, the envelope is one flight, and that of the next mail may leave behind this one's final dot.
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
        /**
         * The server had ended the session before it took MAIL, or takes none behind another mail's final dot; nothing is reported and a
         * new session may try again.
         */
        STALE
    }

    /** Says of a MAIL that it came at the wrong time, and nothing of the sender (RFC 5321 §4.2.2). */
    private static final int BAD_SEQUENCE = 503;

    private final SmtpSession session;
    private final SmtpConnection connection;
    private final Submission submission;
    private final OutcomeSink outcomes;
    private final MailCommand mail;
    private final Verdicts verdicts;
    private final Transcript transcript;
    /** Those that the server is told, which may take no more of them. */
    private List<Recipient> asked = List.of();

    private @Nullable EnvelopeCommands prepared;
    private @Nullable EnvelopeCommands envelope;
    private @Nullable ContentTransfer content;
    /** Something went over the session before, so that the server may have had enough of it. */
    private boolean used;
    /** The envelope left behind another mail's final dot. */
    private boolean followed;

    private Phase phase = Phase.MAIL_FROM;

    Transaction(SmtpSession session, Submission submission, OutcomeSink outcomes) {
        this.session = session;
        this.connection = session.connection();
        this.submission = submission;
        this.outcomes = outcomes;
        this.mail = MailCommand.of(submission, session);
        this.transcript = new Transcript(session, submission);
        this.verdicts = new Verdicts(submission, outcomes, transcript, connection.remote());
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
                begin(commands());
            }
            return transfer(Objects.requireNonNull(envelope, "envelope"), next);
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
        if (!session.mayChain() || session.isWornOut()) {
            return false;
        }
        try {
            if (unfit() != null) {
                return false;
            }
            EnvelopeCommands commands = commands();
            prepared = commands.isShort() ? commands : null;
            return prepared != null;
        } catch (RuntimeException e) {
            // its own turn will show what is wrong with it, and the mail before it must not suffer
            return false;
        }
    }

    /** Says the beginning of the envelope behind another mail's final dot. */
    void follow() throws WireException {
        EnvelopeCommands commands = begin(Objects.requireNonNull(prepared, "prepared"));
        followed = true;
        commands.follow();
    }

    private EnvelopeCommands begin(EnvelopeCommands commands) {
        used = session.isUsed();
        session.countMessage(asked);
        transcript.begun();
        envelope = commands;
        return commands;
    }

    private EnvelopeCommands commands() {
        asked = session.among(submission.recipients());
        return new EnvelopeCommands(session, mail.lines(asked), transcript);
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
        if (used && sender.isClosing() || followed && sender.code() == BAD_SEQUENCE) {
            return End.STALE;
        }
        if (isFatal(sender)) {
            verdicts.forAll(sender, phase);
            return End.BROKEN;
        }
        if (!sender.isCompletion()) {
            return refusedSender(commands, sender);
        }
        phase = Phase.RCPT_TO;
        Reply last = recipients(commands);
        if (isFatal(last)) {
            verdicts.forAll(last, phase);
            return End.BROKEN;
        }
        if (!verdicts.areAnyAccepted() && !commands.isNextSaid()) {
            return giveUp(commands, null);
        }
        phase = Phase.DATA;
        if (session.mayChunk()) {
            commands.requireSilence();
            verdicts.settle();
            return content(next);
        }
        Reply go = commands.next();
        if (go.code() < 400 && go.code() != 354) {
            commands.lostCount();
            verdicts.forgetReplies();
            verdicts.forAll(go, phase);
            return End.BROKEN;
        }
        if (go.isClosing()) {
            verdicts.forAll(go, phase);
            return End.BROKEN;
        }
        if (go.code() != 354) {
            return giveUp(commands, go);
        }
        verdicts.settle();
        return verdicts.isEmpty() ? noContent() : content(next);
    }

    private End content(@Nullable Transaction next) throws WireException {
        ContentTransfer transfer = new ContentTransfer(session, submission, outcomes, mail, verdicts, transcript);
        content = transfer;
        return transfer.run(next);
    }

    /** Asks for each recipient; the last reply. */
    private Reply recipients(EnvelopeCommands commands) throws WireException {
        Reply reply = Reply.OK;
        Set<Recipient> told = Set.copyOf(asked);
        submission.recipients().stream().filter(r -> !told.contains(r)).forEach(verdicts::untried);
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
                    commands.lostCount();
                    verdicts.forgetReplies();
                }
                return reply;
            }
            verdicts.of(recipient, reply);
        }
        return reply;
    }

    /** The sender was refused, and the server goes on to answer what was said with it; only then is it clear whose the refusal was. */
    private End refusedSender(EnvelopeCommands commands, Reply refusal) {
        End end = End.BROKEN;
        try {
            end = readRest(commands);
        } catch (WireException e) {
            connection.abort();
            if (!e.reason().equals(WireException.LOST)) {
                verdicts.forAll(e.outcome(phase, connection.remote()));
                return End.BROKEN;
            }
            // it closed behind its refusal
        }
        verdicts.forAll(refusal, phase);
        return end;
    }

    private End readRest(EnvelopeCommands commands) throws WireException {
        while (commands.isNextSaid()) {
            Reply reply = commands.next();
            if (reply.code() == 354 && !commands.isNextSaid()) {
                return noContent();
            }
            if (reply.isClosing()) {
                return End.BROKEN;
            }
            if (reply.code() < 400) {
                commands.lostCount();
                throw WireException.protocol("a command behind a refused MAIL was answered by " + reply.code());
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

    /**
     * Gives up what MAIL began (RFC 5321 §4.1.1.5). What was refused is refused, unless it turns out that there was a reply too many: then
     * nobody knows whose the refusals were.
     *
     * @param rest what it means for those that were not refused themselves; null when there are none
     */
    private End giveUp(EnvelopeCommands commands, @Nullable Reply rest) {
        SmtpConnection.Reset reset = connection.reset();
        if (reset == SmtpConnection.Reset.OUT_OF_STEP) {
            connection.abort();
            commands.lostCount();
            verdicts.forgetReplies();
            verdicts.forAll(WireException.protocol("the server gave more replies than it was given commands")
                    .outcome(phase, connection.remote()));
            return End.BROKEN;
        }
        if (rest == null) {
            verdicts.settle();
        } else {
            verdicts.forAll(rest, phase);
        }
        return reset == SmtpConnection.Reset.DONE ? End.REUSABLE : End.BROKEN;
    }

    /** The server leaves, or is out of step. */
    private static boolean isFatal(Reply reply) {
        return reply.isClosing() || reply.code() / 100 == 3;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Failure;
import dev.mailer.api.MailerException;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Submission;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The content of one mail whose envelope the server took, up to the reply that makes it the server's. Behind DATA it ends with a dot on
 * a line of its own (RFC 5321 §4.1.1.4), with CHUNKING with the chunk that is said to be the last (RFC 3030 §2). Used once, by one thread.
 */
final class ContentTransfer {
    private final SmtpSession session;
    private final SmtpConnection connection;
    private final Submission submission;
    private final OutcomeSink outcomes;
    private final MailCommand mail;
    private final Verdicts verdicts;
    private final Transcript transcript;
    private final @Nullable Chunks chunks;
    private Phase phase = Phase.DATA;

    ContentTransfer(
            SmtpSession session,
            Submission submission,
            OutcomeSink outcomes,
            MailCommand mail,
            Verdicts verdicts,
            Transcript transcript) {
        this.session = session;
        this.connection = session.connection();
        this.submission = submission;
        this.outcomes = outcomes;
        this.mail = mail;
        this.verdicts = verdicts;
        this.transcript = transcript;
        this.chunks = session.mayChunk() ? new Chunks(connection) : null;
    }

    /** FINAL_REPLY from before the first octet leaves that completes the content. */
    Phase phase() {
        return phase;
    }

    /** Sends it; {@code next} follows it, when it can. */
    Transaction.End run(@Nullable Transaction next) throws WireException {
        BodyOutput body = new BodyOutput(chunks == null ? connection.wire() : chunks, chunks == null);
        Exception unreadable = null;
        try {
            submission.writeTo(body, mail.wire());
        } catch (IOException | UncheckedIOException | MailerException e) {
            unreadable = e;
        }
        Reply early = chunks != null ? chunks.refused() : body.isAnswered() ? connection.reply() : null;
        if (early != null) {
            return refused(early);
        }
        WireException lost = body.failure();
        if (lost != null) {
            return lost(lost);
        }
        if (unreadable != null) {
            // the server waits for content and maybe has a part: only closing keeps it from taking that part
            connection.abort();
            verdicts.forAll(unreadable(unreadable));
            return Transaction.End.BROKEN;
        }
        body.finish();
        boolean follows = next != null && next.canFollow();
        Reply answer = chunks != null ? chunks.readReplies() : connection.hasInput() ? connection.reply() : null;
        if (answer != null) {
            return refused(answer);
        }
        connection.requireSilence();
        if (!outcomes.mayComplete(submission)) {
            connection.abort();
            return Transaction.End.BROKEN;
        }
        // leave may have taken a while, and what came meanwhile is no reply to the end of the content
        if (connection.hasInput()) {
            return refused(connection.reply());
        }
        phase = Phase.FINAL_REPLY;
        connection.budget(Watchdog.NEVER);
        try {
            complete();
            if (next != null && follows) {
                next.follow();
            }
            connection.flush();
        } catch (WireException e) {
            return lost(e);
        }
        return conclude();
    }

    private void complete() throws WireException {
        if (chunks == null) {
            connection.sayDot();
        } else {
            chunks.sayLast();
        }
    }

    /** With LMTP there is a reply for each recipient that was accepted (RFC 2033 §4.2), else one for all. */
    private Transaction.End conclude() throws WireException {
        if (!session.isLmtp()) {
            Reply last = last();
            verdicts.forAll(last, phase);
            return last.isClosing() ? Transaction.End.BROKEN : Transaction.End.REUSABLE;
        }
        boolean closing = false;
        while (!verdicts.isEmpty()) {
            Reply one = last();
            verdicts.forNext(one, phase);
            closing = closing || one.isClosing();
        }
        return closing ? Transaction.End.BROKEN : Transaction.End.REUSABLE;
    }

    private Reply last() throws WireException {
        Reply last = connection.replyToDot();
        if (last.code() / 100 == 3) {
            throw WireException.protocol("the end of the content was answered by " + last.code());
        }
        transcript.ended(last);
        return last;
    }

    /** The content is at fault, not the server and not this transport. */
    static Outcome unreadable(Exception e) {
        Failure failure = Failure.builder("content-unreadable", Phase.PREPARE)
                .text("the content could not be read: " + e.getMessage())
                .retryable()
                .build();
        return Outcome.deferred(Outcome.Scope.MESSAGE, failure, null);
    }

    /** A server that refuses and closes may be met by its closing first; what it had said counts, even if the dot was on its way. */
    private Transaction.End lost(WireException lost) throws WireException {
        if (lost.reason().equals(WireException.PROTOCOL) || session.isLmtp() && phase == Phase.FINAL_REPLY) {
            // the rest of a reply that was none may look like one; and LMTP answers for one recipient after the other
            throw lost;
        }
        Reply said = connection.saidBefore();
        // nothing was waiting when the dot left, so a completion is the dot's
        boolean taken = said != null && said.isCompletion() && phase == Phase.FINAL_REPLY && chunks == null;
        if (said == null || said.code() < 400 && !taken) {
            throw lost;
        }
        transcript.ended(said);
        verdicts.forAll(said, phase);
        return Transaction.End.BROKEN;
    }

    private Transaction.End refused(Reply reply) throws WireException {
        connection.abort();
        if (reply.code() < 400) {
            throw WireException.protocol("the server answered " + reply.code() + " before the content was complete");
        }
        transcript.ended(reply);
        verdicts.forAll(reply, phase);
        return Transaction.End.BROKEN;
    }
}

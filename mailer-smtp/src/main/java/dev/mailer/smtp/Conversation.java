// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Submission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All mails of one call, one after another, over one session as long as that lasts. What a session could not begin goes on over the
 * next, unless the server has said that it takes nothing for now. Used once, by one thread.
 */
final class Conversation {
    /** Most mails of one call: with more, little is left to save, and a connection that breaks puts more of them off. */
    static final int MAILS = 16;

    private final ConnectionPool pool;
    private final SessionSource source;
    private final Watchdog watchdog;
    private final Duration total;
    private final DestinationWatch outcomes;
    /** What is left to send, the first of them at hand. */
    private final List<Submission> left;

    private @Nullable SmtpSession session;
    /** That of the first mail, whose envelope may have left behind the mail before. */
    private @Nullable Transaction following;

    Conversation(
            ConnectionPool pool,
            SessionSource source,
            Watchdog watchdog,
            Duration total,
            List<Submission> submissions,
            OutcomeSink outcomes) {
        this.pool = pool;
        this.source = source;
        this.watchdog = watchdog;
        this.total = total;
        this.outcomes = new DestinationWatch(outcomes, pool::isClosed);
        this.left = new ArrayList<>(submissions.size());
        for (Submission submission : submissions) {
            if (MailCommand.isSafe(submission)) {
                left.add(submission);
            } else {
                outcomes.reportAll(submission, unsafe());
            }
        }
    }

    /** Sends them all, or reports what keeps us from it. */
    void run() {
        boolean usable = false;
        try {
            while (!left.isEmpty()) {
                usable = false;
                usable = sendFirst();
            }
        } catch (SessionException e) {
            outcomes.reportAll(left.remove(0), e.outcome());
            reportLeft(e.outcome());
        } finally {
            giveBack(usable);
        }
    }

    /** Sends the first of them; true when the session is good for the next. */
    private boolean sendFirst() throws SessionException {
        long budget = watchdog.in(total);
        SmtpSession current = session(budget);
        Transaction transaction = following == null ? new Transaction(current, left.get(0), outcomes) : following;
        boolean goesOn = left.size() > 1 && source.isCurrent(current);
        Transaction next = goesOn ? new Transaction(current, left.get(1), outcomes) : null;
        following = next;
        Transaction.End end = transaction.run(next);
        if (end == Transaction.End.STALE) {
            following = null;
            session = null;
            session = pool.replace(current, source, budget);
            return true;
        }
        left.remove(0);
        if (end == Transaction.End.BROKEN || !(goesOn && mayGoOn(current)) && !isBegun(next)) {
            giveBack(end != Transaction.End.BROKEN);
        }
        Outcome failure = outcomes.failure();
        if (end == Transaction.End.BROKEN && failure != null) {
            reportLeft(failure);
        }
        return end == Transaction.End.REUSABLE;
    }

    /** What the server has just said may have been too much. */
    private boolean mayGoOn(SmtpSession current) {
        return !current.isWornOut() && source.isCurrent(current);
    }

    /** They share the destination: what keeps one out keeps out the others. */
    private void reportLeft(Outcome failure) {
        Outcome others = failure.holdsForOthers() ? Outcome.notBegun(failure) : failure;
        left.forEach(s -> outcomes.reportAll(s, others));
        left.clear();
    }

    private static boolean isBegun(@Nullable Transaction next) {
        return next != null && next.isBegun();
    }

    private SmtpSession session(long budget) throws SessionException {
        SmtpSession current = session;
        if (current == null) {
            current = pool.take(source, budget);
            session = current;
        } else {
            current.connection().budget(budget);
        }
        return current;
    }

    private void giveBack(boolean usable) {
        SmtpSession current = session;
        session = null;
        following = null;
        if (current != null) {
            pool.giveBack(current, source, usable);
        }
    }

    private static Outcome unsafe() {
        return Outcome.rejected(Failure.builder("unsafe-address", Phase.PREPARE)
                .text("an address of the envelope holds what cannot stand in a command")
                .build());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.Failure;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Settlement;
import dev.mailer.api.spi.Submission;
import dev.mailer.core.internal.log.Causes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what a transport reports about one mail and makes settlements of it. What the transport leaves open is closed by what is
 * known: it had asked for leave to complete, so the mail may have been sent; or it had not, so it was not. Thread-safe.
 */
final class AttemptSink {
    private static final Logger log = LoggerFactory.getLogger(AttemptSink.class);

    private final AttemptContext context;
    private final Job job;
    private final Instant begin;
    private final long node;
    private final OpenClaims open;
    private final GuardedSpan span;
    private final List<QueueKey> givenBack = new ArrayList<>();
    private boolean refused;
    private @Nullable Outcome verdict;

    AttemptSink(AttemptContext context, Job job, ReadyMail mail, GuardedSpan span) {
        this.context = context;
        this.job = job;
        this.open = mail.open();
        this.node = job.node();
        this.begin = ClaimSettler.begin(mail.message());
        this.span = span;
        this.givenBack.addAll(mail.givenBack());
    }

    /** A composite asks again for its next child; the lease has to hold each time, each claim enters once. */
    boolean mayComplete(Submission submission) {
        open.of(submission).forEach(this::expire);
        List<Claim> claims = open.of(submission);
        if (claims.isEmpty()) {
            return false;
        }
        List<Claim> first =
                claims.stream().filter(c -> !open.mayBeSent(c.deliveryId())).toList();
        boolean leave = context.lease().holds(node) && (first.isEmpty() || enter(first));
        if (leave) {
            open.complete(first);
            job.pastDot().set(true);
        } else {
            synchronized (this) {
                refused = true;
            }
        }
        return leave;
    }

    /** It may have waited for the mails before it in the same call. */
    private void expire(Claim claim) {
        Instant expires = claim.expiresAt();
        if (expires == null || expires.isAfter(context.now()) || open.mayBeSent(claim.deliveryId())) {
            return;
        }
        if (open.take(claim.deliveryId()) != null) {
            Settlement settlement = context.rules().expired(claim, node, context.now());
            context.writer().settle(settlement, () -> context.stored(claim));
        }
    }

    /** False when the delivery is not open: it was reported before, or is not of this mail. */
    boolean report(Recipient recipient, Outcome outcome) {
        Claim claim = open.take(recipient.deliveryId());
        if (claim == null) {
            return false;
        }
        settle(claim, outcome);
        told();
        return true;
    }

    /** Gives a delivery back that nothing was tried for; false when something was, or it is not open. */
    boolean takeBack(Recipient recipient) {
        Claim claim = open.mayBeSent(recipient.deliveryId()) ? null : open.take(recipient.deliveryId());
        if (claim == null) {
            return false;
        }
        release(claim);
        told();
        return true;
    }

    private void told() {
        if (open.isEmpty()) {
            span.reported();
        }
    }

    private void release(Claim claim) {
        synchronized (this) {
            givenBack.add(claim.queue());
        }
        context.writer().settle(context.rules().release(claim, node, context.now()), () -> context.stored(claim));
    }

    /** Closes what the transport left open. */
    void end(@Nullable Throwable thrown) {
        try {
            closeRest(thrown);
        } finally {
            span.end(thrown);
        }
    }

    /** Gives back what the transport left open, because it had not come to this mail; false when it had. */
    boolean endUntouched() {
        if (open.mayBeSent()) {
            return false;
        }
        for (Claim c : open.all()) {
            if (open.take(c.deliveryId()) != null) {
                release(c);
            }
        }
        span.end(null);
        return true;
    }

    boolean isDone() {
        return open.isEmpty();
    }

    /** What of its outcomes says most about the transport; null when nothing was tried. */
    synchronized @Nullable Outcome verdict() {
        return verdict;
    }

    /** The queues of what was given back untried. */
    synchronized List<QueueKey> givenBack() {
        return List.copyOf(givenBack);
    }

    private void closeRest(@Nullable Throwable thrown) {
        boolean denied;
        synchronized (this) {
            denied = refused;
        }
        String text =
                thrown == null ? "the transport returned without a report" : "the transport threw " + describe(thrown);
        for (Claim c : open.all()) {
            if (open.take(c.deliveryId()) == null) {
                continue;
            }
            if (open.mayBeSent(c.deliveryId())) {
                settle(c, Outcome.ambiguous(failure(Phase.FINAL_REPLY, text)));
            } else if (denied) {
                release(c);
            } else {
                settle(c, Outcome.deferred(Outcome.Scope.TRANSPORT, failure(Phase.CONNECT, text), null));
            }
        }
    }

    private static Failure failure(Phase phase, String text) {
        return Failure.builder("transport-failure", phase)
                .text(text)
                .retryable()
                .build();
    }

    private boolean enter(List<Claim> claims) {
        boolean journal = claims.get(0).policy() != AmbiguityPolicy.RESEND;
        if (!context.unsettled().enter(claims, node, journal)) {
            return false;
        }
        if (journal) {
            // last, because what a crash finds journalled counts as sent
            if (!journal(claims)) {
                claims.forEach(context.unsettled()::leave);
                return false;
            }
            context.unsettled().journalled(claims);
        }
        KillPoint.BEFORE_DOT.pass();
        if (context.lease().holds(node)) {
            return true;
        }
        claims.forEach(context.unsettled()::leave);
        return false;
    }

    private boolean journal(List<Claim> claims) {
        try {
            List<Long> current =
                    context.writer().run(tx -> tx.journal(node, claims)).join();
            return current.size() == claims.size();
        } catch (CompletionException | MailerUnavailableException e) {
            log.debug("an attempt could not be journalled and is put off", e);
            return false;
        }
    }

    private void settle(Claim claim, Outcome outcome) {
        KillPoint.BEFORE_SETTLE.pass();
        observe(claim, outcome);
        if (!outcome.isUntried()) {
            synchronized (this) {
                verdict = job.route().graver(verdict, outcome);
            }
        }
        String transport = job.route().outlet().transport().name();
        try {
            Outcome told = withWay(claim, outcome);
            Settlement settlement = context.rules().ofOutcome(claim, node, told, transport, begin, context.now());
            context.writer().settle(settlement, () -> context.stored(claim));
        } catch (RuntimeException | Error e) {
            open.putBack(claim);
            throw e;
        }
    }

    /** A router that fails here has chosen the way all the same. */
    private Outcome withWay(Claim claim, Outcome outcome) {
        if (outcome.isUntried()) {
            return outcome;
        }
        try {
            return outcome.telling(Map.of("route", context.way(job.route(), claim)));
        } catch (RuntimeException | Error e) {
            log.warn("a router could not say why: {}", Causes.of(e, log));
            return outcome;
        }
    }

    /** What observes an outcome must not lose it. */
    private void observe(Claim claim, Outcome outcome) {
        try {
            context.observe(job, claim, outcome);
        } catch (RuntimeException | Error e) {
            log.warn("an outcome of {} could not be counted: {}", claim.queue(), Causes.of(e, log));
        }
    }

    private static String describe(Throwable e) {
        return e.getClass().getName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Failure;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.smtp.mx.MxSite;
import dev.mailer.smtp.mx.MxSites;
import dev.mailer.smtp.mx.Shaping;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one site says of the mails of one call: it may slow the site down, and it never says anything of this transport as a whole, which has
 * the rest of the world to send to.
 */
final class MxSink implements OutcomeSink {
    private final OutcomeSink outer;
    private final MxSite site;
    private final MxSites sites;
    private final Shaping shaping;
    private final MxPools.Gate gate;
    private volatile long asked;
    /** When all mails of the call are tried again that found all connections in use. */
    private volatile @Nullable Duration turn;
    /** What was heard last, which several recipients may have in common, and whether it was for a crowd. */
    private volatile @Nullable Failure heard;

    private volatile boolean crowd;

    MxSink(OutcomeSink outer, MxSite site, MxSites sites, Shaping shaping, MxPools.Gate gate) {
        this.outer = outer;
        this.site = site;
        this.sites = sites;
        this.shaping = shaping;
        this.gate = gate;
    }

    @Override
    public boolean mayComplete(Submission submission) {
        gate.crowd().letIn();
        boolean leave = outer.mayComplete(submission);
        asked = System.nanoTime();
        return leave;
    }

    @Override
    public void report(Submission submission, Recipient recipient, Outcome outcome) {
        Failure failure = outcome.failure();
        boolean isCrowd = false;
        if (outcome.kind() == Outcome.Kind.ACCEPTED) {
            shaping.observe(site, Duration.ofNanos(System.nanoTime() - asked));
        } else if (failure != null
                && !outcome.isNotBegun()
                && failure.code() >= 200
                && sites.speaksFor(site, hostOf(failure))) {
            crowd = failure.equals(heard)
                    ? crowd
                    : gate.crowd()
                            .hear(HeardReply.of(failure, submission, recipient))
                            .isCrowd();
            heard = failure;
            isCrowd = crowd;
        }
        boolean nothingSent = isCrowd || isExhausted(failure) || outcome.isNotBegun();
        if (nothingSent && recipient.equals(submission.recipients().get(0))) {
            gate.group().pace().giveBack();
        }
        Outcome ofSite = isCrowd && failure != null ? Outcome.busy(failure, turn()) : ofSite(outcome);
        outer.report(submission, recipient, outcome.isNotBegun() ? Outcome.notBegun(ofSite) : ofSite);
    }

    private Outcome ofSite(Outcome outcome) {
        Failure failure = outcome.failure();
        if (failure == null) {
            return outcome;
        }
        if (isExhausted(failure)) {
            return Outcome.busy(failure, turn());
        }
        boolean ofAll = outcome.kind() == Outcome.Kind.MISCONFIGURED
                || outcome.kind() == Outcome.Kind.DEFERRED
                        && outcome.scope() == Outcome.Scope.TRANSPORT
                        && failure.code() != 0;
        return ofAll
                ? Outcome.deferred(Outcome.Scope.DESTINATION, failure, outcome.retryAfter())
                        .telling(outcome.facts())
                : outcome;
    }

    private Duration turn() {
        Duration known = turn;
        Duration found = known == null ? gate.group().turns().after(SiteGroup.NEXT_TURN) : known;
        turn = found;
        return found;
    }

    private static boolean isExhausted(@Nullable Failure failure) {
        return failure != null && failure.reason().equals(ConnectionPool.EXHAUSTED);
    }

    /** {@code mx.example.org[192.0.2.1]:25} is how failures name a peer. */
    private static String hostOf(Failure failure) {
        String remote = Objects.requireNonNullElse(failure.remoteHost(), "");
        int end = remote.indexOf('[', 1);
        return end < 0 ? remote : remote.substring(0, end);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
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
    private final SiteGroup group;
    private volatile long asked;
    /** When all mails of the call are tried again that found all connections in use. */
    private volatile @Nullable Duration turn;

    MxSink(OutcomeSink outer, MxSite site, MxSites sites, Shaping shaping, SiteGroup group) {
        this.outer = outer;
        this.site = site;
        this.sites = sites;
        this.shaping = shaping;
        this.group = group;
    }

    @Override
    public boolean mayComplete(Submission submission) {
        boolean leave = outer.mayComplete(submission);
        asked = System.nanoTime();
        return leave;
    }

    @Override
    public void report(Submission submission, Recipient recipient, Outcome outcome) {
        Failure failure = outcome.failure();
        boolean crowd = false;
        if (outcome.kind() == Outcome.Kind.ACCEPTED) {
            shaping.observe(site, Duration.ofNanos(System.nanoTime() - asked));
        } else if (failure != null
                && !outcome.isNotBegun()
                && failure.code() >= 200
                && sites.speaksFor(site, hostOf(failure))) {
            crowd = hear(HeardReply.of(failure, submission, recipient));
        }
        boolean nothingSent = crowd || isExhausted(failure) || outcome.isNotBegun();
        if (nothingSent && recipient.equals(submission.recipients().get(0))) {
            group.pace().giveBack();
        }
        Outcome ofSite = crowd && failure != null ? Outcome.busy(failure, turn()) : ofSite(outcome);
        outer.report(submission, recipient, outcome.isNotBegun() ? Outcome.notBegun(ofSite) : ofSite);
    }

    /** True when the site only has as many connections as it takes, and the mail is none the worse for it. */
    private boolean hear(HeardReply heard) {
        long established = group.connections().established();
        int others = (int) Math.max(0, established - (heard.isOfMail() ? 1 : 0));
        shaping.observe(site, heard.reply(), heard.isGreeting(), others);
        return others > 0
                && heard.phase().compareTo(Phase.MAIL_FROM) <= 0
                && shaping.isOfCrowd(site, heard.reply(), heard.isGreeting());
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
        return ofAll ? Outcome.deferred(Outcome.Scope.DESTINATION, failure, outcome.retryAfter()) : outcome;
    }

    private Duration turn() {
        Duration known = turn;
        Duration found = known == null ? group.turns().after(SiteGroup.NEXT_TURN) : known;
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

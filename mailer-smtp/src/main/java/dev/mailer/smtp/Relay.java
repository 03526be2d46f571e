// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.SiteState;
import dev.mailer.smtp.mx.MxSite;
import dev.mailer.smtp.mx.Shaping;
import dev.mailer.smtp.mx.ShapingRules;
import dev.mailer.smtp.mx.SiteLimits;
import dev.mailer.smtp.mx.SiteShape;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server of a transport that has one, and how we get on with it: it may ask for fewer connections, or to be left alone for a time.
 * Thread-safe.
 */
final class Relay implements SessionSource {
    private static final Logger log = LoggerFactory.getLogger(Relay.class);

    private static final SiteLimits NO_LIMITS =
            new SiteLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, 0);

    private final SessionOpener opener;
    private final InstantSource clock;
    private final Shaping shaping;
    private final String transport;
    private final MxSite site;
    private final SharedLimit limit;
    private final ConnectionPool pool;
    private final Turns turns;
    private final Crowd crowd;
    /** Rules whose first use was told. */
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    Relay(SmtpSettings settings, SessionOpener opener, Watchdog watchdog, ShapingRules rules, InstantSource clock) {
        this.opener = opener;
        this.clock = clock;
        this.shaping = new Shaping(rules, clock);
        this.transport = settings.endpoint().name();
        String name = settings.endpoint().authority();
        this.site = new MxSite(name, name, NO_LIMITS, false);
        PoolLimits limits = settings.pool();
        this.limit = new SharedLimit(() -> Math.min(limits.connections(), shape().connections()), null);
        this.pool = new ConnectionPool(watchdog, limits, limit.turnstile());
        limit.add(pool);
        this.crowd = new Crowd(shaping, site, limit, limits.connections());
        this.turns = new Turns(SiteGroup.NEXT_TURN.dividedBy(limits.connections()), clock);
    }

    ConnectionPool pool() {
        return pool;
    }

    SiteShape shape() {
        return shaping.of(site.name());
    }

    /** False when it is not slowed down, or is another. */
    boolean release(String name) {
        return name.equals(site.name()) && shaping.release(name);
    }

    /** For mail while the server is left alone. */
    Outcome suspended(SiteShape shape) {
        return Suspension.outcome(shape, clock.instant());
    }

    @Override
    public SmtpSession open(long budget) throws SessionException {
        SiteShape shape = shape();
        if (shape.isSuspended()) {
            throw new SessionException(Phase.CONNECT, suspended(shape), null);
        }
        limit.makeRoom();
        return opener.open(budget);
    }

    /** A server that is to be left alone, or has one too many, has no further mail over the session. */
    @Override
    public boolean isCurrent(SmtpSession session) {
        return !shape().isSuspended() && limit.hasRoom() && opener.isCurrent(session);
    }

    /** The server has looked at a mail. */
    void letIn() {
        crowd.letIn();
    }

    /** For mail that found all connections in use, which are fewer than it was promised while the server wants that. */
    Outcome exhausted(Outcome outcome) {
        Failure failure = Objects.requireNonNull(outcome.failure(), "failure");
        return shape().loweredUntil() == null ? outcome : Outcome.busy(failure, turns.after(SiteGroup.NEXT_TURN));
    }

    /** Takes note of what the server said, by an outcome that has a reply; the outcome that it comes to. */
    Outcome hear(Outcome outcome, HeardReply heard) {
        Crowd.Heard answer = crowd.hear(heard);
        SiteShape shape = answer.shape();
        if (!shape.rule().isEmpty() && told.add(shape.rule())) {
            log.warn(
                    "{} answered {}, so it {} by the rule '{}', said once",
                    transport,
                    heard.reply().code(),
                    shape.isSuspended()
                            ? "is left alone for a time"
                            : "gets fewer connections for a time (option 'connections' may be higher than it allows)",
                    shape.rule());
        }
        Failure failure = Objects.requireNonNull(outcome.failure(), "failure");
        return answer.isCrowd() ? Outcome.busy(failure, turns.after(SiteGroup.NEXT_TURN)) : outcome;
    }

    /** As it is now; none while there is nothing to tell. */
    List<SiteState> state() {
        SiteShape shape = shape();
        int lent = pool.lent();
        int idle = (int) pool.idle();
        if (lent + idle == 0 && shape.rule().isEmpty()) {
            return List.of();
        }
        return List.of(new SiteState(
                transport,
                site.name(),
                lent,
                idle,
                pool.most(),
                shape.suspendedUntil(),
                shape.loweredUntil(),
                shape.rule(),
                shape.reply()));
    }
}

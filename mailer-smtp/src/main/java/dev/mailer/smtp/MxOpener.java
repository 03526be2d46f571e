// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.smtp.mx.TlsDemand;
import dev.mailer.smtp.mx.TlsResult;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens sessions with a site for the mail of one domain: its hosts in order until one lets us in, as it must show itself (RFC 5321 §5.1),
 * and counts how TLS went. Used for one call.
 */
final class MxOpener implements SessionSource {
    private static final Logger log = LoggerFactory.getLogger(MxOpener.class);

    private final SmtpSettings settings;
    private final MxTrust.Kept trust;
    private final Watchdog watchdog;
    private final List<MxWay> ways;
    private final Surroundings surroundings;

    /** What a connection is opened in the midst of. Thread-safe. */
    interface Surroundings {
        /** What becomes of mail while nothing may be opened, because the site is left alone; null when something may. */
        @Nullable
        Outcome suspended();

        /** Ends connections that rest, where one more would be too many. */
        void makeRoom();

        /** False when there are more connections than there may be by now, as where there may be none. */
        boolean hasRoom();

        /** Counts how TLS went on a connection. */
        void count(TlsDemand.PolicyKind policy, TlsResult result);
    }

    /** @param settings within the limits of the site */
    MxOpener(
            SmtpSettings settings, MxTrust.Kept trust, Watchdog watchdog, List<MxWay> ways, Surroundings surroundings) {
        this.settings = settings;
        this.trust = trust;
        this.watchdog = watchdog;
        this.ways = ways;
        this.surroundings = surroundings;
    }

    @Override
    public boolean isCurrent(SmtpSession session) {
        return surroundings.hasRoom();
    }

    @Override
    public SmtpSession open(long budget) throws SessionException {
        Outcome suspended = surroundings.suspended();
        if (suspended != null) {
            throw new SessionException(Phase.CONNECT, suspended, null);
        }
        surroundings.makeRoom();
        SessionException last = null;
        for (MxWay way : ways) {
            try {
                return open(way, budget);
            } catch (SessionException e) {
                boolean mayBeOtherElsewhere = e.phase() == Phase.CONNECT || e.phase() == Phase.TLS;
                if (!mayBeOtherElsewhere || watchdog.now() >= budget) {
                    throw e;
                }
                last = isBetter(e, last) ? e : last;
            }
        }
        if (last == null) {
            throw new IllegalStateException("a route has no hosts");
        }
        throw last;
    }

    /** What a host has said tells more than that another was not there. */
    private static boolean isBetter(SessionException e, @Nullable SessionException last) {
        return last == null || e.isAnswer() && !last.isAnswer();
    }

    private SmtpSession open(MxWay way, long budget) throws SessionException {
        TlsDemand demand = way.demand();
        SSLContext context = trust.of(way);
        return switch (demand.kind()) {
            case OPPORTUNISTIC -> demand.isTested() ? openTested(way, budget) : openOpportunistic(way, budget, true);
            case ENCRYPTED, DANE -> connect(way, TlsPolicy.REQUIRED, false, context, watch(demand), budget);
            case VERIFIED -> connect(way, TlsPolicy.REQUIRED, true, context, watch(demand), budget);
            case NOT_USABLE -> {
                surroundings.count(demand.policy(), demand.problem());
                throw new SessionException(Phase.TLS, demand.refusal(way.host().name()), null);
            }
        };
    }

    /** At first as if the policy were enforced, to know what would come of it (RFC 8461 §5); then as if there were none. */
    private SmtpSession openTested(MxWay way, long budget) throws SessionException {
        if (way.demand().problem() != TlsResult.SUCCESS) {
            return openOpportunistic(way, budget, true);
        }
        try {
            return connect(way, TlsPolicy.REQUIRED, true, trust.platform(), watch(way.demand()), budget);
        } catch (SessionException e) {
            if (e.phase() != Phase.TLS || watchdog.now() >= budget) {
                throw e;
            }
            log.info(
                    "{}: an MTA-STS policy in testing would refuse it, mail goes on: {}",
                    way.host().name(),
                    e.outcome());
            return openOpportunistic(way, budget, false);
        }
    }

    /** With whatever certificate; in clear text where TLS fails, unless our settings want TLS of all. */
    private SmtpSession openOpportunistic(MxWay way, long budget, boolean counted) throws SessionException {
        TlsWatch watch = counted ? watch(way.demand()) : TlsWatch.NOBODY;
        return connect(way, settings.tls(), false, trust.of(way), watch, budget);
    }

    private TlsWatch watch(TlsDemand demand) {
        return result -> surroundings.count(demand.policy(), result == TlsResult.SUCCESS ? demand.problem() : result);
    }

    private SmtpSession connect(
            MxWay way, TlsPolicy policy, boolean named, SSLContext context, TlsWatch watch, long budget)
            throws SessionException {
        Endpoint host =
                new Endpoint("smtp", way.host().name(), settings.endpoint().port());
        SmtpSettings at = settings.at(host, policy, named, way.demand().serverName(way.host()));
        return new SessionOpener(at, () -> context, name -> way.host().addresses(), watchdog, watch).open(budget);
    }
}

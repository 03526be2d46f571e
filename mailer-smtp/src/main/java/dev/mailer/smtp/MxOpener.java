// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.smtp.mx.SiteLimits;
import dev.mailer.smtp.mx.TlsDemand;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Opens sessions with a site: its hosts in order until one lets us in, as it must show itself (RFC 5321 §5.1). Thread-safe.
 */
final class MxOpener implements SessionSource {
    private final SmtpSettings settings;
    private final SiteLimits limits;
    private final Watchdog watchdog;
    /** By host; one for the life of the pool, whose key has all that goes into it. */
    private final Map<String, SSLContext> contexts = new HashMap<>();

    private volatile List<MxWay> ways;

    MxOpener(SmtpSettings settings, SiteLimits limits, Watchdog watchdog, MxTrust trust, List<MxWay> ways) {
        this.settings = settings;
        this.limits = limits;
        this.watchdog = watchdog;
        this.ways = ways;
        for (MxWay way : ways) {
            contexts.put(way.host().name(), trust.of(way.demand()));
        }
    }

    /** The same hosts, at the addresses and in the order that hold now. */
    void through(List<MxWay> now) {
        ways = now;
    }

    @Override
    public boolean isCurrent(SmtpSession session) {
        return true;
    }

    @Override
    public SmtpSession open(long budget) throws SessionException {
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
        Endpoint host =
                new Endpoint("smtp", way.host().name(), settings.endpoint().port());
        TlsPolicy policy = switch (demand.kind()) {
            case OPPORTUNISTIC -> TlsPolicy.OPPORTUNISTIC;
            case ENCRYPTED, VERIFIED, DANE -> TlsPolicy.REQUIRED;
            case NOT_USABLE -> throw refused(demand.refusal(way.host().name()));
        };
        SSLContext context = contexts.get(way.host().name());
        if (context == null) {
            throw new IllegalStateException("a pool was asked for a host that is not its own");
        }
        SmtpSettings at = settings.at(host, policy, demand.kind() == TlsDemand.Kind.VERIFIED, limits);
        return new SessionOpener(at, () -> context, name -> way.host().addresses(), watchdog).open(budget);
    }

    private static SessionException refused(Outcome outcome) {
        return new SessionException(Phase.TLS, outcome, null);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.smtp.mx.TlsResult;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens sessions with one endpoint: its addresses in order until one answers and lets us in (RFC 5321 §5.1), each at first as
 * the TLS policy wishes, then, where it allows that, in clear text over a new connection. Thread-safe.
 */
final class SessionOpener implements SessionSource {
    private static final Logger log = LoggerFactory.getLogger(SessionOpener.class);

    private final SmtpSettings settings;
    private final Supplier<SSLContext> tls;
    private final NameLookup names;
    private final Watchdog watchdog;
    private final TlsWatch watch;

    SessionOpener(SmtpSettings settings, Supplier<SSLContext> tls, NameLookup names, Watchdog watchdog) {
        this(settings, tls, names, watchdog, TlsWatch.NOBODY);
    }

    SessionOpener(
            SmtpSettings settings, Supplier<SSLContext> tls, NameLookup names, Watchdog watchdog, TlsWatch watch) {
        this.settings = settings;
        this.tls = tls;
        this.names = names;
        this.watchdog = watchdog;
        this.watch = watch;
    }

    /** True until what is trusted, or what we identify ourselves by, is exchanged; false while it cannot be had. */
    @Override
    public boolean isCurrent(SmtpSession session) {
        try {
            return session.tls() == tls.get();
        } catch (RuntimeException e) {
            // whoever connects next meets it, and says so
            return false;
        }
    }

    /** Opens a session by {@code budget}, a time of the watchdog. */
    @Override
    public SmtpSession open(long budget) throws SessionException {
        SessionException last = null;
        for (InetAddress address : addresses()) {
            try {
                return openAt(address, budget);
            } catch (SessionException e) {
                if (!mayBeOtherElsewhere(e) || watchdog.now() >= budget) {
                    throw e;
                }
                last = last != null && last.isAnswer() ? last : e;
            }
        }
        throw last == null ? unknownHost(null) : last;
    }

    /** What stands behind one address of a host may be dead and the others not; a certificate that does not verify is an attack. */
    private static boolean mayBeOtherElsewhere(SessionException e) {
        if (e.phase() == Phase.TLS) {
            return e.isFor(WireException.LOST) || e.isFor(WireException.TIMEOUT) || e.isFor(WireException.TLS_FAILED);
        }
        return e.phase() == Phase.CONNECT;
    }

    private SmtpSession openAt(InetAddress address, long budget) throws SessionException {
        Endpoint endpoint = settings.endpoint();
        try {
            return connect(address, budget, settings.tls());
        } catch (SessionException e) {
            if (!mayGoOnInClear(e)) {
                throw e;
            }
            log.info("{}: goes on in clear text, TLS failed", endpoint.name());
            return connect(address, budget, TlsPolicy.NEVER);
        }
    }

    private SmtpSession connect(InetAddress address, long budget, TlsPolicy policy) throws SessionException {
        // may throw, so before there is a connection
        SSLContext trust = tls.get();
        Dialled dialled = dial(address, budget);
        SmtpConnection connection = dialled.connection();
        SmtpSession session;
        try {
            session = watched(connection, new Opening(connection, settings, dialled.ehlo(), trust, policy), policy);
        } catch (SessionException e) {
            throw e.telling(Map.of("transcript", connection.opening()));
        }
        log.debug(
                "{}: session with {}, {}",
                settings.endpoint().name(),
                connection.remote(),
                connection.isTls() ? "TLS" : "clear text");
        return session;
    }

    /** A connection, and what we call ourselves over it. */
    private record Dialled(SmtpConnection connection, String ehlo) {}

    /** From one of our addresses; one that is not ours any more is passed over. */
    private Dialled dial(InetAddress address, long budget) throws SessionException {
        List<SourceAddress> sources = settings.sources().draw(address);
        for (int i = 0; i < sources.size() - 1; i++) {
            try {
                return dial(address, sources.get(i), budget);
            } catch (SessionException e) {
                if (!e.isFor(WireException.SOURCE)) {
                    throw e;
                }
                if (settings.sources().isNewsThatUnusable(sources.get(i).address())) {
                    log.warn("{}; another address is taken, said once", e.outcome());
                }
            }
        }
        return dial(address, sources.isEmpty() ? null : sources.get(sources.size() - 1), budget);
    }

    private Dialled dial(InetAddress address, @Nullable SourceAddress source, long budget) throws SessionException {
        Endpoint endpoint = settings.endpoint();
        ProxySettings proxy = settings.proxy();
        String peer = proxy == null ? endpoint.at(address) : endpoint.authority();
        InetAddress ours = source == null ? null : source.address();
        String remote = ours != null && settings.sources().isChoice() ? peer + " from " + ours.getHostAddress() : peer;
        int port = proxy == null ? endpoint.port() : proxy.port();
        Dial dial = new Dial(new InetSocketAddress(address, port), endpoint, remote, ours, proxy);
        String name = source == null ? null : source.name();
        try {
            return new Dialled(
                    SmtpConnection.open(dial, settings.timeouts(), watchdog, budget),
                    name == null ? settings.ehlo() : name);
        } catch (WireException e) {
            throw new SessionException(Phase.CONNECT, e.outcome(Phase.CONNECT, remote), e);
        }
    }

    /** What comes behind the handshake is no matter of TLS, whatever its phase is called. */
    private SmtpSession watched(SmtpConnection connection, Opening opening, TlsPolicy policy) throws SessionException {
        if (policy == TlsPolicy.NEVER) {
            return opening.run();
        }
        try {
            SmtpSession session = opening.run();
            watch.ended(connection.isTls() ? TlsResult.SUCCESS : TlsResult.STARTTLS_NOT_SUPPORTED);
            return session;
        } catch (SessionException e) {
            if (connection.isTls()) {
                watch.ended(TlsResult.SUCCESS);
                // no fault of TLS, and so no reason to do without
                throw e.phase() == Phase.TLS ? new SessionException(Phase.CONNECT, e.outcome(), e) : e;
            }
            if (e.phase() == Phase.TLS) {
                watch.ended(TlsResults.of(e));
            }
            throw e;
        }
    }

    private boolean mayGoOnInClear(SessionException e) {
        if (settings.tls() != TlsPolicy.OPPORTUNISTIC || settings.credentials() != null || e.phase() != Phase.TLS) {
            return false;
        }
        // where any certificate will do, one that cannot be read is no attack
        boolean untrusted = e.isFor(WireException.UNTRUSTED) && settings.verifiesNames();
        return !untrusted && !e.isFor(WireException.PROTOCOL);
    }

    /** Those of the server, or of the proxy, which looks up the server itself; of the kind that was asked for, and of that of a source address. */
    private List<InetAddress> addresses() throws SessionException {
        ProxySettings proxy = settings.proxy();
        try {
            List<InetAddress> all =
                    names.addresses(proxy == null ? settings.endpoint().host() : proxy.host());
            return settings.family().among(all).stream()
                    .filter(settings.sources()::canReach)
                    .toList();
        } catch (UnknownHostException e) {
            throw unknownHost(e);
        }
    }

    /** Temporary: the host is a setting of ours, not part of an address, and its name server may be the one at fault. */
    private SessionException unknownHost(@Nullable UnknownHostException cause) {
        Endpoint endpoint = settings.endpoint();
        ProxySettings proxy = settings.proxy();
        return new SessionException(
                Phase.CONNECT,
                Outcome.ofNoReply(
                        Phase.CONNECT,
                        "host-unknown",
                        "no address is known for " + (proxy == null ? endpoint.host() : proxy.toString())
                                + (settings.family() == AddressFamily.BOTH
                                        ? ""
                                        : " of the kind that option 'ip' asks for")
                                + (settings.sources().isEmpty() ? "" : " of the kind of the source address"),
                        endpoint.authority()),
                cause);
    }
}

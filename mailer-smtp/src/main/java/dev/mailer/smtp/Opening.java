// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import javax.net.ssl.SSLContext;

/**
 * From a fresh connection to one that is ready for MAIL: greeting, EHLO or HELO, STARTTLS and EHLO again, AUTH. Used once.
 *
 * <p>The phase names the step that a failure belongs to. What the server announced before TLS is forgotten behind it
 * (RFC 3207 §4.2).
 */
final class Opening {
    /** The reason where TLS is required and the server does not offer it. */
    static final String TLS_UNAVAILABLE = "tls-unavailable";

    private final SmtpConnection connection;
    private final SmtpSettings settings;
    private final String ehlo;
    private final SSLContext tls;
    private final TlsPolicy policy;
    private Phase phase = Phase.CONNECT;

    /** @param ehlo what we call ourselves */
    Opening(SmtpConnection connection, SmtpSettings settings, String ehlo, SSLContext tls, TlsPolicy policy) {
        this.connection = connection;
        this.settings = settings;
        this.ehlo = ehlo;
        this.tls = tls;
        this.policy = policy;
    }

    SmtpSession run() throws SessionException {
        try {
            if (settings.endpoint().implicitTls()) {
                handshake();
            }
            phase = Phase.CONNECT;
            require(connection.greeting(), 220);
            Extensions extensions = hello();
            if (!connection.isTls() && policy != TlsPolicy.NEVER) {
                extensions = startTls(extensions);
            }
            authenticate(extensions);
            return new SmtpSession(connection, extensions, tls, settings);
        } catch (WireException e) {
            connection.abort();
            throw new SessionException(phase, e.outcome(phase, connection.remote()), e);
        } catch (SessionException e) {
            connection.quit();
            throw e;
        } catch (RuntimeException | Error e) {
            connection.abort();
            throw e;
        }
    }

    /** RFC 5321 §3.2: a server that does not know EHLO is asked with HELO. Behind STARTTLS it is known to know it. LMTP has a word of its own (RFC 2033 §4.1). */
    private Extensions hello() throws WireException, SessionException {
        boolean lmtp = settings.endpoint().isLmtp();
        Reply reply = connection.exchange((lmtp ? "LHLO " : "EHLO ") + ehlo);
        if (!lmtp && reply.code() >= 500 && phase == Phase.CONNECT) {
            require(helloAgain(reply), 250);
            return Extensions.NONE;
        }
        return Extensions.of(require(reply, 250));
    }

    /** A server that closes behind its refusal has said why there, as blocked clients are told. */
    private Reply helloAgain(Reply refusal) throws WireException {
        try {
            return connection.exchange("HELO " + ehlo);
        } catch (WireException e) {
            if (e.reason().equals(WireException.LOST)) {
                return refusal;
            }
            throw e;
        }
    }

    private Extensions startTls(Extensions announced) throws WireException, SessionException {
        phase = Phase.TLS;
        if (!announced.has("STARTTLS")) {
            if (policy == TlsPolicy.REQUIRED) {
                throw refuse(Outcome.ofNoReply(
                        phase, TLS_UNAVAILABLE, "the server does not offer STARTTLS", connection.remote()));
            }
            return announced;
        }
        require(connection.exchange("STARTTLS"), 220);
        handshake();
        return hello();
    }

    private void handshake() throws WireException {
        phase = Phase.TLS;
        connection.startTls(tls, settings.tlsEndpoint(), settings.verifiesNames());
    }

    private void authenticate(Extensions extensions) throws WireException, SessionException {
        Credentials credentials = settings.credentials();
        if (credentials == null) {
            return;
        }
        phase = Phase.AUTH;
        if (!connection.isTls() && !(policy == TlsPolicy.NEVER && connection.isLoopback())) {
            throw SessionException.misconfigured(
                    phase,
                    "auth-needs-tls",
                    "the password is not sent in clear text and the server does not offer STARTTLS; use tls=required or smtps",
                    connection.remote());
        }
        new Login(connection, settings, credentials).run(extensions.mechanisms());
    }

    private Reply require(Reply reply, int code) throws SessionException {
        if (reply.code() != code) {
            throw refuse(Outcome.ofReply(phase, reply.smtp(), connection.remote()));
        }
        return reply;
    }

    private SessionException refuse(Outcome outcome) {
        return new SessionException(phase, outcome, null);
    }
}

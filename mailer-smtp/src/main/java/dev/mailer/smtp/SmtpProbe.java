// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Experimental;
import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.api.spi.TransportUri;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Opens a session with an SMTP server just as a transport does, login included, says goodbye and tells what it saw; no mail is sent.
 * Thread-safe.
 *
 * <pre>{@code
 * SmtpProbe.Report report = SmtpProbe.run(TransportUri.parse("smtp://relay.example.com"), context, Duration.ofSeconds(10));
 * }</pre>
 */
@Experimental
public final class SmtpProbe {
    private SmtpProbe() {}

    /**
     * What was seen.
     *
     * @param phase the step that failed: {@code CONNECT} with names and greeting, {@code TLS} or {@code AUTH}; null when all went well
     * @param failure why it failed; null when all went well
     * @param protocol such as {@code TLSv1.3}; null in clear text and when the session failed
     * @param certificate the server's, which was verified; null in clear text and when the session failed
     * @param extensions what the server announced last, each with its parameters
     * @param user who logged in; null when nobody was to
     */
    public record Report(
            @Nullable Phase phase,
            @Nullable Failure failure,
            @Nullable String protocol,
            @Nullable X509Certificate certificate,
            List<String> extensions,
            @Nullable String user) {
        public Report {
            extensions = List.copyOf(extensions);
        }
    }

    /** Trusts what the platform trusts. */
    public static Report run(TransportUri uri, TransportContext context, Duration limit) {
        try {
            return run(uri, context, SSLContext.getDefault(), limit);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no TLS", e);
        }
    }

    /**
     * Looks at the server that an address of {@code smtp} or {@code smtps} names.
     *
     * @param limit for all that goes over the network; how long a name is looked for is the platform's to limit
     * @throws dev.mailer.api.MailerConfigException the address is wrong
     */
    public static Report run(TransportUri uri, TransportContext context, SSLContext tls, Duration limit) {
        Objects.requireNonNull(limit, "limit");
        SmtpSettings settings = SmtpSettings.of(uri, context);
        Watchdog watchdog = new Watchdog(context.threads());
        try {
            SmtpSession session =
                    new SessionOpener(settings, () -> tls, NameLookup.SYSTEM, watchdog).open(watchdog.in(limit));
            Report report = report(settings, session);
            session.connection().quit();
            return report;
        } catch (SessionException e) {
            return new Report(e.phase(), e.outcome().failure(), null, null, List.of(), null);
        } finally {
            watchdog.close();
        }
    }

    private static Report report(SmtpSettings settings, SmtpSession session) {
        SSLSession tls = session.connection().wire().tlsSession();
        Credentials credentials = settings.credentials();
        return new Report(
                null,
                null,
                tls == null ? null : tls.getProtocol(),
                tls == null ? null : certificate(tls),
                session.extensions().lines(),
                credentials == null ? null : credentials.user());
    }

    private static @Nullable X509Certificate certificate(SSLSession tls) {
        try {
            Certificate[] chain = tls.getPeerCertificates();
            return chain[0] instanceof X509Certificate x509 ? x509 : null;
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }
}

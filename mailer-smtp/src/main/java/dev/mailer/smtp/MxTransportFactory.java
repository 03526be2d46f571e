// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Experimental;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.api.spi.TransportFactory;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.smtp.mx.HttpsPolicyFetch;
import dev.mailer.smtp.mx.PolicyFetch;
import dev.mailer.smtp.mx.StubResolver;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mail straight to the hosts of each recipient's domain: {@code mx:}. Thread-safe.
 *
 * <p>The hosts are those of the domain's MX records, by preference (RFC 5321 §5.1); a domain with a null MX takes no mail (RFC 7505). What
 * TLS a host must show follows from DANE (RFC 7672) and MTA-STS (RFC 8461); where a domain says nothing, TLS is used with whatever certificate,
 * and clear text where it fails, as is usual between mail hosts. Addresses that are not of the public Internet are refused.
 *
 * <table>
 * <caption>Options, beside those of {@link SmtpTransportFactory} but for {@code auth}, {@code secret}, {@code secretFile} and {@code proxy}</caption>
 * <tr><td>{@code dns}</td><td>addresses of recursive name servers, {@code 127.0.0.1:5353,192.0.2.1}; default: the system's. DANE needs
 * servers that validate, and a safe way to them: those on this machine are trusted</td></tr>
 * <tr><td>{@code ip}</td><td>{@code both}, one of each in turn, {@code ipv4first}, {@code ipv6first}, {@code ipv4} or {@code ipv6}</td></tr>
 * <tr><td>{@code tls}</td><td>{@code opportunistic}, or {@code required}: mail for a host without TLS waits; any certificate will do where
 * the domain does not say more</td></tr>
 * <tr><td>{@code sts}</td><td>{@code on} or {@code off}</td></tr>
 * <tr><td>{@code dane}</td><td>{@code on}, {@code off}, or {@code trusted}: name servers that are not on this machine are believed as well</td></tr>
 * <tr><td>{@code providers}</td><td>file of known sites and their limits, in place of the built-in ones that it names</td></tr>
 * <tr><td>{@code shaping}</td><td>file of rules: which replies suspend or slow down a site, and for how long</td></tr>
 * <tr><td>{@code allowPrivate}</td><td>{@code off}, or {@code on} for tests and closed networks</td></tr>
 * <tr><td>{@code connections}</td><td>20, most at once to one site, where its own limit is not lower</td></tr>
 * <tr><td>{@code messagesPerMinute}</td><td>most mails a minute to one site or provider, where its own limit is not lower</td></tr>
 * <tr><td>{@code concurrency}</td><td>64, most mails at a time, to all sites together</td></tr>
 * <tr><td>{@code port}</td><td>25</td></tr>
 * </table>
 */
@Experimental
public final class MxTransportFactory implements TransportFactory {
    private static final Logger log = LoggerFactory.getLogger(MxTransportFactory.class);

    private final @Nullable PolicyFetch policies;
    private final @Nullable SSLContext trusted;

    /** Trusts what the platform trusts, where certificates matter. */
    public MxTransportFactory() {
        this.trusted = null;
        this.policies = null;
    }

    /** Trusts this context where certificates matter and DANE says nothing. */
    public MxTransportFactory(SSLContext tls) {
        this(Objects.requireNonNull(tls, "tls"), null);
    }

    MxTransportFactory(SSLContext tls, @Nullable PolicyFetch policies) {
        this.trusted = tls;
        this.policies = policies;
    }

    @Override
    public Set<String> schemes() {
        return Set.of("mx");
    }

    @Override
    public Transport create(TransportUri uri, TransportContext context) {
        SmtpSettings settings = SmtpSettings.ofHosts(uri, context, MxOptions.NAMES);
        MxOptions options = MxOptions.of(uri, context, settings.ehlo());
        if (options.dane() && !options.resolver().trusted()) {
            log.info(
                    "mx: looks at no TLSA records (DANE): {} is not a validating name server on this machine;"
                            + " dane=trusted believes others, dane=off says nothing of it",
                    options.resolver().servers());
        }
        SSLContext tls = trusted == null ? platformTls() : trusted;
        StubResolver dns = new StubResolver(options.resolver(), context.clock());
        PolicyFetch fetch = policies == null ? new HttpsPolicyFetch(dns, options.hosts(), () -> tls) : policies;
        return new MxTransport(settings, options, dns, fetch, tls, context);
    }

    private static SSLContext platformTls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no TLS", e);
        }
    }
}

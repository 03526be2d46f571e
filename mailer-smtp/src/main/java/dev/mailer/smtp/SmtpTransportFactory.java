// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.api.spi.TransportFactory;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.smtp.mx.ShapingRules;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Mail through an SMTP server: {@code smtp://user:password@relay.example.com} or {@code smtps://…}; or to one that delivers, over LMTP:
 * {@code lmtp://localhost}. Thread-safe.
 *
 * <p>{@code smtp} means port 25 without a user and 587 with one; {@code smtps} means TLS from the first octet on, port 465; {@code lmtp} port 24.
 * With a user TLS is required; without one it is used where the server offers it. Certificates are always verified, and a
 * password is never sent in clear text but to this machine with {@code tls=never}.
 *
 * <table>
 * <caption>Options; durations like {@code 30s}, {@code 5m} or {@code PT30S}</caption>
 * <tr><td>{@code tls}</td><td>{@code required}, {@code opportunistic} or {@code never}</td></tr>
 * <tr><td>{@code auth}</td><td>{@code scram-sha-256}, {@code plain}, {@code login} or {@code cram-md5}; default: the first
 * of these that the server offers, and the next where that is refused. {@code oauthbearer} and {@code xoauth2} when the password is an
 * OAuth access token</td></tr>
 * <tr><td>{@code secret}</td><td>name of the password or token in the mailer's secret source, asked for at each connect, and again when it
 * is refused</td></tr>
 * <tr><td>{@code secretFile}</td><td>in place of {@code secret}: path of a file that holds the password or token in UTF-8, with or without a line end, read
 * as often; 64 kB at most</td></tr>
 * <tr><td>{@code ip}</td><td>which addresses of the host, or the proxy, are tried: {@code both}, in the order in which the name look-up gives them,
 * {@code ipv4first}, {@code ipv6first}, {@code ipv4} or {@code ipv6}</td></tr>
 * <tr><td>{@code ehlo}</td><td>what we call ourselves; default: the mailer's host name</td></tr>
 * <tr><td>{@code connectTimeout}</td><td>30s, per address</td></tr>
 * <tr><td>{@code tlsTimeout}</td><td>30s, for the handshake</td></tr>
 * <tr><td>{@code readTimeout}</td><td>5m, for a whole reply</td></tr>
 * <tr><td>{@code writeTimeout}</td><td>3m, for a block of 16 kB</td></tr>
 * <tr><td>{@code dotTimeout}</td><td>10m, for the reply to the final dot; less makes ambiguous outcomes more frequent</td></tr>
 * <tr><td>{@code totalTimeout}</td><td>30m, for all up to the final dot</td></tr>
 * <tr><td>{@code pipelining}</td><td>{@code offered}, {@code chained} for the next mail's envelope behind the final dot, or {@code never} for a server that
 * offers it and cannot do it</td></tr>
 * <tr><td>{@code chunking}</td><td>{@code never}, or {@code offered}: content in chunks (BDAT) where the server knows them</td></tr>
 * <tr><td>{@code dsn}</td><td>what the server is asked to tell the sender, where it knows DSN: {@code never}, or some of
 * {@code success,failure,delay}; default: its own ways</td></tr>
 * <tr><td>{@code dsnReturn}</td><td>{@code headers} or {@code full}: what of the mail the server is asked to return with a notice that it failed; default: its
 * own ways, and {@code headers} with {@code dsn}</td></tr>
 * <tr><td>{@code proxy}</td><td>{@code socks5://user:password@host:1080} or {@code http://host:3128}, percent-encoded</td></tr>
 * <tr><td>{@code sourceAddress}</td><td>our own address, or several with weights: {@code 192.0.2.1*3,192.0.2.2}; default: the platform's choice</td></tr>
 * <tr><td>{@code connections}</td><td>16, most at once</td></tr>
 * <tr><td>{@code maxMessagesPerConnection}</td><td>1000</td></tr>
 * <tr><td>{@code maxConnectionAge}</td><td>5m; a connection that is older says goodbye behind its mail</td></tr>
 * <tr><td>{@code idleTimeout}</td><td>30s, for a connection between mails</td></tr>
 * <tr><td>{@code shaping}</td><td>file of rules: which replies of the server suspend it or lower its connections, and for how long; before
 * the built-in ones</td></tr>
 * <tr><td>{@code maxRecipients}</td><td>100, of one mail</td></tr>
 * </table>
 */
public final class SmtpTransportFactory implements TransportFactory {
    private final @Nullable Supplier<SSLContext> tls;
    private final NameLookup names;

    /** Trusts what the platform trusts. */
    public SmtpTransportFactory() {
        this(null, NameLookup.SYSTEM);
    }

    /** Trusts, and identifies itself, by this context. Server names are verified all the same. */
    public SmtpTransportFactory(SSLContext tls) {
        this(always(Objects.requireNonNull(tls, "tls")), NameLookup.SYSTEM);
    }

    /**
     * As with one context, for certificates that are renewed: asked before each mail, from several threads. Once it gives another context,
     * connections of the one before finish the mail that they are at and are closed.
     */
    public SmtpTransportFactory(Supplier<SSLContext> tls) {
        this(Objects.requireNonNull(tls, "tls"), NameLookup.SYSTEM);
    }

    SmtpTransportFactory(@Nullable Supplier<SSLContext> tls, NameLookup names) {
        this.tls = tls;
        this.names = names;
    }

    @Override
    public Set<String> schemes() {
        return Set.of("smtp", "smtps", "lmtp");
    }

    @Override
    public Transport create(TransportUri uri, TransportContext context) {
        SmtpSettings settings = SmtpSettings.of(uri, context);
        ShapingRules usual = ShapingRules.ofRelays();
        ShapingRules rules = new OptionReader(uri).file("shaping", usual, usual::behind);
        return new SmtpTransport(settings, rules, tls == null ? always(platformTls()) : tls, names, context);
    }

    private static Supplier<SSLContext> always(SSLContext context) {
        return () -> context;
    }

    private static SSLContext platformTls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no TLS", e);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.smtp.mx.MxSite;
import dev.mailer.smtp.mx.SiteLimits;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a transport URI says, checked. */
final class SmtpSettings {
    static final int DEFAULT_CONNECTIONS = 16;
    static final int DEFAULT_CONNECTIONS_TO_SITE = 20;
    static final int DEFAULT_MAX_RECIPIENTS = 100;

    private static final SiteLimits NO_LIMITS =
            new SiteLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, 0);

    /** When an extension is used. */
    private enum Offered {
        OFFERED,
        NEVER
    }

    /** Those of every way over SMTP. */
    private static final Set<String> COMMON = Set.of(
            "ehlo",
            "ip",
            "connectTimeout",
            "tlsTimeout",
            "readTimeout",
            "writeTimeout",
            "dotTimeout",
            "totalTimeout",
            "idleTimeout",
            "pipelining",
            "chunking",
            "dsn",
            "dsnReturn",
            "sourceAddress",
            "connections",
            "maxMessagesPerConnection",
            "maxConnectionAge",
            "maxRecipients");

    /** Those of one server that is named. */
    private static final Set<String> OF_SERVER = Set.of("tls", "auth", "secret", "secretFile", "proxy", "shaping");

    private final TransportUri uri;
    private final OptionReader options;
    private final Endpoint endpoint;
    private final @Nullable Credentials credentials;
    private final TlsPolicy tls;
    private final boolean named;
    private final String serverName;
    private final @Nullable SaslMechanism mechanism;
    private final String ehlo;
    private final Timeouts timeouts;
    private final PoolLimits pool;
    private final int maxRecipients;
    private final Pipelining pipelining;
    private final int messagesPerMinute;
    private final boolean chunking;
    private final DeliveryNotices notices;
    private final @Nullable ProxySettings proxy;
    private final SourceAddresses sources;
    private final LockstepHosts lockstep;
    private final AddressFamily family;

    private SmtpSettings(TransportUri uri, TransportContext context, Set<String> more) {
        this.uri = uri;
        this.options = new OptionReader(uri);
        Set<String> known = new HashSet<>(COMMON);
        known.addAll(more);
        uri.requireOptionsAmong(known);
        if (!uri.path().isEmpty() && !uri.path().equals("/")) {
            throw wrong("a path is not expected behind the host");
        }
        this.credentials = Credentials.of(uri, context);
        this.endpoint = readEndpoint();
        this.tls = readTls();
        this.named = true;
        this.serverName = endpoint.host();
        this.mechanism = uri.options().containsKey("auth")
                ? options.choice("auth", SaslMechanism.values(), SaslMechanism.PLAIN)
                : null;
        if (mechanism != null && credentials == null) {
            throw wrong("option 'auth' needs a user and a password");
        }
        this.ehlo = uri.option("ehlo", context.hostName());
        if (!isEhlo(ehlo)) {
            throw wrong("the name for EHLO is neither a host name nor an address literal; set option 'ehlo'");
        }
        this.timeouts = Timeouts.of(options);
        this.pool =
                PoolLimits.of(options, uri.scheme().equals("mx") ? DEFAULT_CONNECTIONS_TO_SITE : DEFAULT_CONNECTIONS);
        this.maxRecipients = options.count("maxRecipients", DEFAULT_MAX_RECIPIENTS, 50_000);
        this.pipelining = options.choice("pipelining", Pipelining.values(), Pipelining.OFFERED);
        this.messagesPerMinute = options.count("messagesPerMinute", 0, 100_000);
        this.chunking = options.choice("chunking", Offered.values(), Offered.NEVER) == Offered.OFFERED;
        this.notices = DeliveryNotices.of(options);
        this.proxy = ProxySettings.of(options);
        this.sources = SourceAddresses.of(options, "sourceAddress", context.random());
        this.lockstep = new LockstepHosts(context.clock());
        this.family = AddressFamily.of(options);
    }

    /** One of the hosts of a domain, in the manner of all of them and within the limits of its site. */
    private SmtpSettings(
            SmtpSettings all,
            Endpoint host,
            TlsPolicy tls,
            boolean named,
            String serverName,
            SiteLimits limits,
            SourceAddresses sources) {
        this.uri = all.uri;
        this.options = all.options;
        this.credentials = null;
        this.endpoint = host;
        this.tls = tls;
        this.named = named;
        this.serverName = serverName;
        this.mechanism = null;
        this.ehlo = all.ehlo;
        this.timeouts = all.timeouts;
        this.pool = all.pool.within(limits);
        this.maxRecipients = Math.min(all.maxRecipients, limits.recipients());
        this.messagesPerMinute = all.messagesPerMinute;
        this.pipelining = all.pipelining;
        this.chunking = all.chunking;
        this.notices = all.notices;
        this.proxy = null;
        this.sources = sources;
        this.lockstep = all.lockstep;
        this.family = all.family;
    }

    static SmtpSettings of(TransportUri uri, TransportContext context) {
        return new SmtpSettings(uri, context, OF_SERVER);
    }

    /** For hosts that are found by domain; {@code more} are the options of finding them. */
    static SmtpSettings ofHosts(TransportUri uri, TransportContext context, Set<String> more) {
        return new SmtpSettings(uri, context, more);
    }

    /** These for the hosts of a site, which is always asked from the same address of ours unless it is that of a large provider. */
    SmtpSettings within(MxSite site) {
        SourceAddresses ours = site.isOfProvider() ? sources : sources.steadyFor(site.name());
        return new SmtpSettings(this, endpoint, tls, named, serverName, site.limits(), ours);
    }

    /**
     * These for one host.
     *
     * @param mustBeNamed a certificate must have its name
     * @param saidName whom the server is told that the client wants to speak to
     */
    SmtpSettings at(Endpoint host, TlsPolicy policy, boolean mustBeNamed, String saidName) {
        return new SmtpSettings(this, host, policy, mustBeNamed, saidName, NO_LIMITS, sources);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    @Nullable
    Credentials credentials() {
        return credentials;
    }

    TlsPolicy tls() {
        return tls;
    }

    /** True when a certificate must be for the name of the host. */
    boolean verifiesNames() {
        return named;
    }

    /** The server as it is known inside TLS: a certificate is for this name, and it is said before there is one. */
    Endpoint tlsEndpoint() {
        return new Endpoint(endpoint.scheme(), serverName, endpoint.port());
    }

    /** The mechanism to use whatever else the server offers; null for the best one. */
    @Nullable
    SaslMechanism mechanism() {
        return mechanism;
    }

    /** True when it can stand behind EHLO: a host name or an address literal (RFC 5321 §4.1.1.1). */
    static boolean isEhlo(String name) {
        return name.matches("[A-Za-z0-9._-]{1,255}|\\[[A-Za-z0-9.:]{1,64}]");
    }

    /** What we call ourselves (RFC 5321 §4.1.1.1), where the source address has no name of its own. */
    String ehlo() {
        return ehlo;
    }

    Timeouts timeouts() {
        return timeouts;
    }

    PoolLimits pool() {
        return pool;
    }

    /** The lower of the site's own limit and ours; 0 when there is neither. */
    int messagesPerMinute(SiteLimits site) {
        int ours = messagesPerMinute;
        int theirs = site.messagesPerMinute();
        return ours == 0 || theirs == 0 ? Math.max(ours, theirs) : Math.min(ours, theirs);
    }

    int maxRecipients() {
        return maxRecipients;
    }

    /** True when commands may leave before the replies to those before them, where the server offers it. */
    Pipelining pipelining() {
        return pipelining;
    }

    /** Those of all hosts that cannot do it though they offer it. */
    LockstepHosts lockstep() {
        return lockstep;
    }

    /** True when content leaves in chunks, where the server offers it. */
    boolean chunking() {
        return chunking;
    }

    /** What the server is asked to tell the sender. */
    DeliveryNotices notices() {
        return notices;
    }

    /** Who connects us to the server; null when we do. */
    @Nullable
    ProxySettings proxy() {
        return proxy;
    }

    /** Which addresses of the host, or of the proxy, are used. */
    AddressFamily family() {
        return family;
    }

    /** Our own addresses. */
    SourceAddresses sources() {
        return sources;
    }

    private Endpoint readEndpoint() {
        if (uri.scheme().equals("mx")) {
            if (!uri.host().isEmpty() || credentials != null) {
                throw wrong("the hosts are those of each domain; expected mx: without a host and a user");
            }
            return new Endpoint("smtp", "", options.count("port", 25, 65_535));
        }
        String host = uri.requireHost();
        // RFC 8314 §3.3 and RFC 6409 §3.1 for submission; mail without a login is relayed (RFC 5321 §4.5.4.2); 24 is
        // any private mail system's
        int usual = switch (uri.scheme()) {
            case "smtps" -> 465;
            case "lmtp" -> 24;
            default -> credentials == null ? 25 : 587;
        };
        return new Endpoint(
                uri.scheme(), host.startsWith("[") ? host.substring(1, host.length() - 1) : host, uri.port(usual));
    }

    private TlsPolicy readTls() {
        TlsPolicy policy = options.choice(
                "tls", TlsPolicy.values(), credentials == null ? TlsPolicy.OPPORTUNISTIC : TlsPolicy.REQUIRED);
        if (uri.scheme().equals("mx") && policy == TlsPolicy.NEVER) {
            throw wrong("a domain may demand TLS; expected tls=required or tls=opportunistic");
        }
        if (endpoint.implicitTls()) {
            if (uri.options().containsKey("tls") && policy != TlsPolicy.REQUIRED) {
                throw wrong("smtps is always encrypted; leave option 'tls' out, or use smtp");
            }
            return TlsPolicy.REQUIRED;
        }
        if (policy == TlsPolicy.NEVER && credentials != null && !endpoint.isLoopback()) {
            throw wrong("tls=never would send the password in clear text; leave it out, or use a loopback host");
        }
        return policy;
    }

    private MailerConfigException wrong(String problem) {
        return new MailerConfigException("transport", uri + ": " + problem);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Experimental;
import dev.mailer.api.Failure;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.smtp.mx.DaneLookup;
import dev.mailer.smtp.mx.Deadline;
import dev.mailer.smtp.mx.DnsAnswer;
import dev.mailer.smtp.mx.HttpsPolicyFetch;
import dev.mailer.smtp.mx.MailRoute;
import dev.mailer.smtp.mx.MxLookup;
import dev.mailer.smtp.mx.MxRecord;
import dev.mailer.smtp.mx.MxSites;
import dev.mailer.smtp.mx.MxVerdict;
import dev.mailer.smtp.mx.NoRoute;
import dev.mailer.smtp.mx.ResolverSettings;
import dev.mailer.smtp.mx.StsPolicies;
import dev.mailer.smtp.mx.StubResolver;
import dev.mailer.smtp.mx.TlsDemand;
import dev.mailer.smtp.mx.TlsDemands;
import dev.mailer.smtp.mx.TlsResult;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what a transport to MX hosts needs, just as it does itself: name servers, a name for EHLO, and a way to the hosts of a domain; no
 * mail is sent. Thread-safe.
 */
@Experimental
public final class MxProbe {
    /** In a signed zone, and in need of no mail host: that there is none is an answer too. */
    private static final String SIGNED = "org";

    private MxProbe() {}

    /** Whether certificates can be verified by DANE (RFC 7672), which needs name servers that validate. */
    public enum Dane {
        READY,
        /** Turned off by an option. */
        OFF,
        /** The name servers are not on this machine: somebody could be between them and us. */
        NOT_TRUSTED,
        /** The name servers are on this machine, and do not validate. */
        NOT_VALIDATED,
        /** No name server has answered. */
        UNKNOWN
    }

    /**
     * A name server that was asked.
     *
     * @param address with the port
     * @param problem a stable word such as {@code dns-timeout}; null when it answered
     */
    public record NameServer(String address, @Nullable String problem) {}

    /**
     * What is known before any host is connected to.
     *
     * @param servers in the order in which they are asked
     * @param ehlo what we call ourselves, one name for each source address that has its own
     */
    public record Names(List<NameServer> servers, Dane dane, List<String> ehlo) {
        public Names {
            servers = List.copyOf(servers);
            ehlo = List.copyOf(ehlo);
        }
    }

    /**
     * What came of a session with a host of a domain.
     *
     * @param failure why there was none, or where mail for the domain cannot go; null when all went well
     * @param remote name, address and port of the host; null when there was no session
     * @param protocol such as {@code TLSv1.3}; null in clear text and without a session
     */
    public record Visit(
            @Nullable Failure failure,
            @Nullable String remote,
            @Nullable String protocol) {}

    /**
     * Asks each name server.
     *
     * @param domain what to ask about; null for a name that every server knows
     * @param limit for all of them
     * @throws dev.mailer.api.MailerConfigException the address is wrong
     */
    public static Names names(TransportUri uri, TransportContext context, @Nullable String domain, Duration limit) {
        SmtpSettings settings = SmtpSettings.ofHosts(uri, context, MxOptions.NAMES);
        MxOptions options = MxOptions.of(uri, context, settings.ehlo());
        ResolverSettings all = options.resolver();
        Duration each = limit.dividedBy(all.servers().size());
        List<NameServer> servers = new ArrayList<>();
        boolean answered = false;
        boolean validated = false;
        for (InetSocketAddress server : all.servers()) {
            Deadline deadline = Deadline.in(each);
            ResolverSettings one = new ResolverSettings(List.of(server), all.timeout(), 1, all.trusted());
            try (StubResolver dns = new StubResolver(one, context.clock())) {
                DnsAnswer<MxRecord> answer = dns.mx(domain == null ? SIGNED : domain, deadline);
                answered |= !answer.isFailed();
                String address = server.getAddress().getHostAddress() + " port " + server.getPort();
                servers.add(new NameServer(address, answer.isFailed() ? answer.reason() : null));
                validated |= !answer.isFailed()
                        && all.trusted()
                        && dns.mx(SIGNED, deadline).authenticated();
            }
        }
        Dane found = validated ? Dane.READY : answered ? Dane.NOT_VALIDATED : Dane.UNKNOWN;
        Dane trusted = all.trusted() ? found : Dane.NOT_TRUSTED;
        return new Names(
                servers, options.dane() ? trusted : Dane.OFF, settings.sources().names(settings.ehlo()));
    }

    /**
     * Opens a session with a host that takes mail for a domain, up to EHLO and with the TLS that the domain demands, and says goodbye.
     *
     * @param tls what is trusted where certificates matter
     * @param limit for all of it
     * @throws dev.mailer.api.MailerConfigException the address is wrong
     */
    public static Visit visit(
            TransportUri uri, TransportContext context, SSLContext tls, String domain, Duration limit) {
        Objects.requireNonNull(domain, "domain");
        SmtpSettings settings = SmtpSettings.ofHosts(uri, context, MxOptions.NAMES);
        MxOptions options = MxOptions.of(uri, context, settings.ehlo());
        Deadline deadline = Deadline.in(limit);
        Watchdog watchdog = new Watchdog(context.threads());
        long budget = watchdog.in(limit);
        try (StubResolver dns = new StubResolver(options.resolver(), context.clock())) {
            MxVerdict verdict = new MxLookup(dns, options.hosts(), context.random()).find(domain, deadline);
            if (verdict instanceof NoRoute none) {
                return new Visit(none.outcome().failure(), null, null);
            }
            MailRoute route = (MailRoute) verdict;
            StsPolicies policies =
                    new StsPolicies(dns, new HttpsPolicyFetch(dns, options.hosts(), () -> tls), context.clock());
            TlsDemands demands = new TlsDemands(new DaneLookup(dns));
            List<MxWay> ways = new MxWays(options, settings.endpoint().port(), policies, demands).of(route, deadline);
            MxOpener opener = new MxOpener(
                    settings.within(new MxSites(options.providers()).of(route)),
                    new MxTrust(tls, context.clock()).keep(ways),
                    watchdog,
                    ways,
                    new Alone());
            SmtpSession session = opener.open(budget);
            SSLSession secured = session.connection().wire().tlsSession();
            String remote = session.connection().remote();
            session.connection().quit();
            return new Visit(null, remote, secured == null ? null : secured.getProtocol());
        } catch (SessionException e) {
            return new Visit(e.outcome().failure(), null, null);
        } finally {
            watchdog.close();
        }
    }

    /** There is one connection, and nobody counts. */
    private static final class Alone implements MxOpener.Surroundings {
        @Override
        public @Nullable Outcome suspended() {
            return null;
        }

        @Override
        public void makeRoom() {}

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public void count(TlsDemand.PolicyKind policy, TlsResult result) {}
    }
}

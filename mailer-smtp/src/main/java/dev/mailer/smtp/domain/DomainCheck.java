// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.api.Experimental;
import dev.mailer.smtp.mx.Deadline;
import dev.mailer.smtp.mx.HttpsPolicyFetch;
import dev.mailer.smtp.mx.MxSettings;
import dev.mailer.smtp.mx.PolicyFetch;
import dev.mailer.smtp.mx.ResolverSettings;
import dev.mailer.smtp.mx.StubResolver;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what a domain publishes about its mail: SPF, DKIM, DMARC, MX, the names of the addresses that send, MTA-STS, TLS-RPT and the
 * URL of one-click unsubscribe; tells what is wrong with it, and which record mends it. Asks name servers and, where there is an MTA-STS
 * record, the web server of the policy; sends no mail, and nothing that changes anything.
 *
 * <p>Bounded by {@link DomainCheckBuilder#timeout} and by the number of questions, whatever the zones say. What is not known by then
 * is {@link DomainFinding.Level#UNKNOWN}. Thread-safe; each run asks anew.
 */
@Experimental
public final class DomainCheck {
    private final DomainSettings settings;
    private final ResolverSettings servers;
    private final Duration timeout;
    private final InstantSource clock;
    private final @Nullable PolicyFetch policies;

    DomainCheck(
            DomainSettings settings,
            ResolverSettings servers,
            Duration timeout,
            InstantSource clock,
            @Nullable PolicyFetch policies) {
        this.settings = settings;
        this.servers = servers;
        this.timeout = timeout;
        this.clock = clock;
        this.policies = policies;
    }

    /**
     * A check of the domain that stands in From.
     *
     * @throws IllegalArgumentException it is no name of a domain
     */
    public static DomainCheckBuilder of(String domain) {
        return new DomainCheckBuilder(domain);
    }

    /** What was found, by subject in the order of {@link DomainFinding.Subject}; at least one for each. Blocks while others are asked. */
    public List<DomainFinding> run() {
        try (StubResolver resolver = new StubResolver(servers, clock)) {
            Lookups dns = new Lookups(resolver, Deadline.in(timeout));
            PolicyFetch fetch = policies != null
                    ? policies
                    : new HttpsPolicyFetch(resolver, MxSettings.DEFAULT, DomainCheck::platformTls);
            List<DomainFinding> all = new ArrayList<>();
            all.addAll(new SpfSubject(settings, dns).run());
            all.addAll(new DkimSubject(settings, dns).run());
            all.addAll(new DmarcSubject(settings, dns).run());
            all.addAll(new MxSubject(settings, dns).run());
            all.addAll(new PtrSubject(settings, dns).run());
            all.addAll(new StsSubject(settings, dns, fetch).run());
            all.addAll(new TlsReportSubject(settings, dns).run());
            all.addAll(new UnsubscribeSubject(settings, dns).run());
            return List.copyOf(all);
        }
    }

    private static SSLContext platformTls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no TLS", e);
        }
    }
}

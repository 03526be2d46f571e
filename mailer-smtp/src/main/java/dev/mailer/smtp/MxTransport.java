// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.PartialSubmission;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.SiteState;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.TlsCount;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportCapabilities;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.smtp.mx.DaneLookup;
import dev.mailer.smtp.mx.Deadline;
import dev.mailer.smtp.mx.MailRoute;
import dev.mailer.smtp.mx.MxLookup;
import dev.mailer.smtp.mx.MxSite;
import dev.mailer.smtp.mx.MxSites;
import dev.mailer.smtp.mx.MxVerdict;
import dev.mailer.smtp.mx.NoRoute;
import dev.mailer.smtp.mx.PolicyFetch;
import dev.mailer.smtp.mx.Shaping;
import dev.mailer.smtp.mx.SiteShape;
import dev.mailer.smtp.mx.StsPolicies;
import dev.mailer.smtp.mx.StubResolver;
import dev.mailer.smtp.mx.TlsDemand;
import dev.mailer.smtp.mx.TlsDemands;
import dev.mailer.smtp.mx.TlsReports;
import dev.mailer.smtp.mx.TlsResult;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;

/**
 * Mail to the hosts of each domain. A domain is a destination; domains with the same hosts share connections, and those of the same
 * provider its limits. The calling thread asks name servers and does the I/O.
 */
final class MxTransport implements Transport {
    /** No domain can have it, so none is taken for the transport as a whole. */
    private static final String NAME = "mx:";
    /** For all that has to be asked before a host is connected to. */
    private static final Duration LOOKING_UP = Duration.ofSeconds(20);

    private final SmtpSettings settings;
    private final TransportContext context;
    private final InstantSource clock;
    private final Watchdog watchdog;
    private final StubResolver dns;
    private final MxLookup lookup;
    private final MxSites sites;
    private final Shaping shaping;
    private final MxWays ways;
    private final MxOptions options;
    private final MxPools pools;
    private final TlsReports reports;

    MxTransport(
            SmtpSettings settings,
            MxOptions options,
            StubResolver dns,
            PolicyFetch fetch,
            SSLContext platform,
            TransportContext context) {
        this.settings = settings;
        this.options = options;
        this.context = context;
        this.clock = context.clock();
        this.dns = dns;
        this.watchdog = new Watchdog(context.threads());
        this.lookup = new MxLookup(dns, options.hosts(), context.random());
        this.sites = new MxSites(options.providers());
        this.shaping = new Shaping(options.shaping(), clock);
        this.ways = new MxWays(
                options,
                settings.endpoint().port(),
                new StsPolicies(dns, fetch, clock),
                new TlsDemands(new DaneLookup(dns)));
        this.pools = new MxPools(settings, watchdog, clock, shaping, new MxTrust(platform, clock));
        this.reports = new TlsReports(clock);
        context.gauge("mailer.smtp.connections.active", name(), pools, MxPools::active);
        context.gauge("mailer.smtp.connections.idle", name(), pools, MxPools::idle);
        context.gauge("mailer.sites.slowed", name(), shaping, s -> s.snapshot().size());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public TransportCapabilities capabilities() {
        return TransportCapabilities.DEFAULT
                .maxRecipients(settings.maxRecipients())
                .maxBatch(Conversation.MAILS)
                .concurrency(options.concurrency());
    }

    /** The domain itself: asking name servers here would keep the engine from planning. */
    @Override
    public Destination destinationOf(String domain) {
        return new Destination(domain);
    }

    @Override
    public List<SiteState> sites() {
        Map<String, SiteShape> slowed = new TreeMap<>();
        shaping.snapshot().forEach(shape -> slowed.put(shape.site(), shape));
        Map<String, MxPools.Load> loads = new TreeMap<>(pools.loads());
        slowed.keySet().forEach(site -> loads.putIfAbsent(site, MxPools.Load.NONE));
        List<SiteState> all = new ArrayList<>();
        loads.forEach((site, load) -> {
            if (slowed.containsKey(site) || load.lent() + load.resting() > 0) {
                all.add(state(load, slowed.getOrDefault(site, SiteShape.free(site))));
            }
        });
        return all;
    }

    private static SiteState state(MxPools.Load load, SiteShape shape) {
        return new SiteState(
                NAME,
                shape.site(),
                load.lent(),
                load.resting(),
                load.most(),
                shape.suspendedUntil(),
                shape.loweredUntil(),
                shape.rule(),
                shape.reply());
    }

    @Override
    public boolean releaseSite(String site) {
        return shaping.release(site);
    }

    @Override
    public List<TlsCount> tlsCounts() {
        return reports.counts();
    }

    @Override
    public void send(List<Submission> submissions, OutcomeSink outcomes) {
        Map<String, List<Submission>> byDomain = new LinkedHashMap<>();
        for (Submission submission : submissions) {
            Map<String, List<Recipient>> parts = new LinkedHashMap<>();
            for (Recipient recipient : submission.recipients()) {
                parts.computeIfAbsent(recipient.address().domain(), d -> new ArrayList<>())
                        .add(recipient);
            }
            parts.forEach((domain, recipients) -> byDomain.computeIfAbsent(domain, d -> new ArrayList<>())
                    .add(
                            parts.size() == 1
                                    ? submission
                                    : new PartialSubmission(submission, submission.destination(), recipients)));
        }
        byDomain.forEach((domain, part) -> send(domain, part, outcomes));
    }

    @Override
    public void close() {
        pools.close();
        watchdog.close();
        dns.close();
    }

    @Override
    public String toString() {
        return NAME;
    }

    private void send(String domain, List<Submission> submissions, OutcomeSink outcomes) {
        Deadline deadline = Deadline.in(LOOKING_UP);
        MxVerdict verdict = lookup.find(domain, deadline);
        if (verdict instanceof NoRoute none) {
            submissions.forEach(s -> outcomes.reportAll(s, none.outcome()));
            return;
        }
        MailRoute route = (MailRoute) verdict;
        MxSite site = sites.of(route);
        SiteShape shape = shaping.of(site.name());
        if (shape.isSuspended()) {
            Outcome later = Suspension.outcome(shape, clock.instant());
            submissions.forEach(s -> outcomes.reportAll(s, later));
            return;
        }
        Duration total = settings.timeouts().total();
        pools.with(
                site,
                ways.of(route, deadline),
                (policy, result) -> count(domain, policy, result),
                (pool, source, gate) -> {
                    List<Submission> now = inPace(gate.group().pace(), submissions, outcomes);
                    MxSink sink = new MxSink(outcomes, site, sites, shaping, gate);
                    new Conversation(pool, source, watchdog, total, now, sink).run();
                });
    }

    private void count(String domain, TlsDemand.PolicyKind policy, TlsResult result) {
        reports.count(domain, policy, result);
        String word = result == TlsResult.SUCCESS ? "success" : result.word();
        context.count("mailer.smtp.tls", NAME, Map.of("policy", policy.word(), "result", word));
    }

    /** Those that may go now; the others were not tried. */
    private static List<Submission> inPace(Pace pace, List<Submission> submissions, OutcomeSink outcomes) {
        for (int i = 0; i < submissions.size(); i++) {
            Duration wait = pace.take();
            if (!wait.isZero()) {
                Failure failure = Failure.builder("site-pace", Phase.CONNECT)
                        .text("the site has had as many mails as it may have in this time")
                        .retryable()
                        .build();
                Outcome later = Outcome.busy(failure, pace.turn(wait));
                submissions.subList(i, submissions.size()).forEach(s -> outcomes.reportAll(s, later));
                return submissions.subList(0, i);
            }
        }
        return submissions;
    }
}

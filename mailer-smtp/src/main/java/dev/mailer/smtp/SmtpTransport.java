// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.SiteState;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportCapabilities;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.smtp.mx.ShapingRules;
import dev.mailer.smtp.mx.SiteShape;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * Mail through one SMTP server over pooled connections. The calling thread does the I/O; one thread more watches the
 * deadlines.
 */
final class SmtpTransport implements Transport {
    private final SmtpSettings settings;
    private final Watchdog watchdog;
    private final Relay relay;

    SmtpTransport(
            SmtpSettings settings,
            ShapingRules rules,
            Supplier<SSLContext> tls,
            NameLookup names,
            TransportContext context) {
        this.settings = settings;
        this.watchdog = new Watchdog(context.threads());
        SessionOpener opener = new SessionOpener(settings, tls, names, watchdog);
        this.relay = new Relay(settings, opener, watchdog, rules, context.clock());
        ConnectionPool pool = relay.pool();
        context.gauge("mailer.smtp.connections.active", name(), pool, ConnectionPool::active);
        context.gauge("mailer.smtp.connections.idle", name(), pool, ConnectionPool::idle);
        context.gauge("mailer.smtp.connections.max", name(), pool, ConnectionPool::most);
    }

    @Override
    public String name() {
        return settings.endpoint().name();
    }

    @Override
    public TransportCapabilities capabilities() {
        return TransportCapabilities.DEFAULT
                .maxRecipients(settings.maxRecipients())
                .maxBatch(Conversation.MAILS)
                .concurrency(settings.pool().connections());
    }

    @Override
    public void send(List<Submission> submissions, OutcomeSink outcomes) {
        SiteShape shape = relay.shape();
        if (shape.isSuspended()) {
            Outcome later = relay.suspended(shape);
            submissions.forEach(s -> outcomes.reportAll(s, later));
            return;
        }
        RelaySink sink = new RelaySink(outcomes, relay);
        new Conversation(relay.pool(), relay, watchdog, settings.timeouts().total(), submissions, sink).run();
    }

    @Override
    public List<SiteState> sites() {
        return relay.state();
    }

    @Override
    public boolean releaseSite(String site) {
        return relay.release(site);
    }

    @Override
    public void close() {
        relay.pool().close();
        watchdog.close();
    }

    @Override
    public String toString() {
        return name();
    }
}

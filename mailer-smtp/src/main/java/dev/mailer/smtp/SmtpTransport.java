// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportCapabilities;
import dev.mailer.api.spi.TransportContext;
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
    private final SessionOpener opener;
    private final ConnectionPool pool;

    SmtpTransport(SmtpSettings settings, Supplier<SSLContext> tls, NameLookup names, TransportContext context) {
        this.settings = settings;
        this.watchdog = new Watchdog(context.threads());
        this.opener = new SessionOpener(settings, tls, names, watchdog);
        this.pool = new ConnectionPool(watchdog, settings.pool());
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
        new Conversation(pool, opener, watchdog, settings.timeouts().total(), submissions, outcomes).run();
    }

    @Override
    public void close() {
        pool.close();
        watchdog.close();
    }

    @Override
    public String toString() {
        return name();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportCapabilities;
import dev.mailer.api.spi.TransportContext;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Mail through one SMTP server over pooled connections. The calling thread does the I/O; one thread more watches the
 * deadlines.
 */
final class SmtpTransport implements Transport {
    private final SmtpSettings settings;
    private final Watchdog watchdog;
    private final ConnectionPool pool;

    SmtpTransport(SmtpSettings settings, Supplier<SSLContext> tls, NameLookup names, TransportContext context) {
        this.settings = settings;
        this.watchdog = new Watchdog(context.threads());
        this.pool = new ConnectionPool(new SessionOpener(settings, tls, names, watchdog), watchdog, settings.pool());
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
                .concurrency(settings.pool().connections());
    }

    @Override
    public void send(List<Submission> submissions, OutcomeSink outcomes) {
        for (int i = 0; i < submissions.size(); i++) {
            try {
                send(submissions.get(i), outcomes);
            } catch (SessionException e) {
                // they share the destination: what keeps the first out keeps out the others
                submissions.subList(i, submissions.size()).forEach(s -> outcomes.reportAll(s, e.outcome()));
                return;
            }
        }
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

    private void send(Submission submission, OutcomeSink outcomes) throws SessionException {
        if (!MailCommand.isSafe(submission)) {
            outcomes.reportAll(submission, unsafe());
            return;
        }
        long budget = watchdog.in(settings.timeouts().total());
        SmtpSession session = pool.take(budget);
        Transaction.@Nullable End end = null;
        try {
            end = new Transaction(session, submission, outcomes).run();
            if (end == Transaction.End.STALE) {
                SmtpSession stale = session;
                session = null;
                session = pool.replace(stale, budget);
                end = new Transaction(session, submission, outcomes).run();
            }
        } finally {
            if (session != null) {
                pool.giveBack(session, end == Transaction.End.REUSABLE);
            }
        }
    }

    private static Outcome unsafe() {
        return Outcome.rejected(Failure.builder("unsafe-address", Phase.PREPARE)
                .text("an address of the envelope holds what cannot stand in a command")
                .build());
    }
}

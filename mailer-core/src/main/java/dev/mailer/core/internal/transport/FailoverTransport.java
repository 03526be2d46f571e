// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.SiteState;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.TlsCount;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportCapabilities;
import java.util.List;
import java.util.stream.Collectors;

/** Sends through the first of several transports that works; {@link FallThrough} says when the next one is tried. Thread-safe. */
final class FailoverTransport implements Transport {
    private final Children children;
    private final String name;

    FailoverTransport(List<Transport> transports) {
        this.children = new Children(transports);
        this.name = transports.stream().map(Transport::name).collect(Collectors.joining(" ", "failover(", ")"));
    }

    @Override
    public String name() {
        return name;
    }

    /** What every child can carry, at the concurrency of the widest: at most one of them works at a time. */
    @Override
    public TransportCapabilities capabilities() {
        return children.capabilities(children.all().stream()
                .mapToInt(c -> c.transport().capabilities().concurrency())
                .max()
                .orElseThrow());
    }

    @Override
    public Destination destinationOf(String domain) {
        return children.destinationOf(domain, name);
    }

    @Override
    public void send(List<Submission> submissions, OutcomeSink outcomes) {
        children.send(submissions, outcomes, name, s -> children.all());
    }

    @Override
    public List<SiteState> sites() {
        return children.sites();
    }

    @Override
    public boolean releaseSite(String site) {
        return children.releaseSite(site);
    }

    @Override
    public List<TlsCount> tlsCounts() {
        return children.tlsCounts();
    }

    @Override
    public void close() {
        children.close();
    }

    @Override
    public String toString() {
        return name;
    }
}

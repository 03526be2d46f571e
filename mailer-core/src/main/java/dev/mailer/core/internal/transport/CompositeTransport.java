// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.SiteState;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.TlsCount;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportCapabilities;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Several transports as one: what they are together, and which of them a mail goes through. */
abstract class CompositeTransport implements Transport {
    private final String name;
    private final List<Child> children;

    CompositeTransport(String name, List<Transport> transports) {
        this.name = name;
        if (transports.isEmpty()) {
            throw new IllegalArgumentException("a composite needs at least one transport");
        }
        this.children = transports.stream().map(Child::new).toList();
    }

    /** The children that a mail tries, the one whose turn it is first. */
    abstract List<Child> order(Submission submission);

    /** How many calls at a time all of them take. */
    abstract int concurrency();

    final List<Child> children() {
        return children;
    }

    @Override
    public final String name() {
        return name;
    }

    /** What every child can carry, but for the size: a mail goes past those that it is too large for. */
    @Override
    public final TransportCapabilities capabilities() {
        return TransportCapabilities.DEFAULT
                .maxRecipients(least(TransportCapabilities::maxRecipients))
                .maxBatch(least(TransportCapabilities::maxBatch))
                .maxSize(children.stream()
                        .mapToLong(c -> c.transport().capabilities().maxSize())
                        .max()
                        .orElseThrow())
                .concurrency(concurrency());
    }

    /**
     * The composite itself when each child is one destination as a whole; else the destinations of those that are not, so that
     * what shares a destination of the composite shares one of each child.
     */
    @Override
    public final Destination destinationOf(String domain) {
        Set<String> finer = new LinkedHashSet<>();
        for (Child c : children) {
            String destination = c.transport().destinationOf(domain).name();
            if (!destination.equals(c.transport().name())) {
                finer.add(destination);
            }
        }
        return new Destination(finer.isEmpty() ? name : String.join(" ", finer));
    }

    @Override
    public final List<SiteState> sites() {
        return children.stream().flatMap(c -> c.transport().sites().stream()).toList();
    }

    /** Asks all of them: each keeps its own account of a site. */
    @Override
    public final boolean releaseSite(String site) {
        boolean released = false;
        for (Child c : children) {
            released |= c.transport().releaseSite(site);
        }
        return released;
    }

    @Override
    public final List<TlsCount> tlsCounts() {
        return children.stream()
                .flatMap(c -> c.transport().tlsCounts().stream())
                .toList();
    }

    /** Sends each submission through the children that can take it, in its order; those of one order go together. */
    @Override
    public final void send(List<Submission> submissions, OutcomeSink outcomes) {
        Map<List<Child>, List<Submission>> groups = new LinkedHashMap<>();
        for (Submission s : submissions) {
            List<Child> able = order(s).stream().filter(c -> c.takes(s)).toList();
            groups.computeIfAbsent(able, o -> new ArrayList<>()).add(s);
        }
        groups.forEach((inOrder, group) -> new FallThrough(group, outcomes, isWhole(group.get(0))).through(inOrder));
    }

    private boolean isWhole(Submission submission) {
        return submission.destination().name().equals(name);
    }

    /** Closes every child, also when one throws; what they throw comes after the last. */
    @Override
    public final void close() {
        Throwable first = null;
        for (Child c : children) {
            try {
                c.transport().close();
            } catch (RuntimeException | Error e) {
                first = joined(first, e);
            }
        }
        if (first instanceof Error error) {
            throw error;
        }
        if (first instanceof RuntimeException exception) {
            throw exception;
        }
    }

    @Override
    public final String toString() {
        return name;
    }

    private int least(ToIntFunction<TransportCapabilities> of) {
        return children.stream()
                .mapToInt(c -> of.applyAsInt(c.transport().capabilities()))
                .min()
                .orElseThrow();
    }

    private static Throwable joined(@Nullable Throwable first, Throwable next) {
        if (first == null) {
            return next;
        }
        if (first != next) {
            first.addSuppressed(next);
        }
        return first;
    }
}

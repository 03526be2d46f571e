// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import java.util.List;
import java.util.stream.Collectors;

/** Sends through the first of several transports that works; {@link FallThrough} says when the next one is tried. Thread-safe. */
final class FailoverTransport extends CompositeTransport {
    FailoverTransport(List<Transport> transports) {
        super(transports.stream().map(Transport::name).collect(Collectors.joining(" ", "failover(", ")")), transports);
    }

    @Override
    List<Child> order(Submission submission) {
        return children();
    }

    /** That of the widest: at most one of them works at a time. */
    @Override
    int concurrency() {
        return children().stream()
                .mapToInt(c -> c.transport().capabilities().concurrency())
                .max()
                .orElseThrow();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.Outcome;
import org.jspecify.annotations.Nullable;

/** Where a delivery goes: a configured transport, and the destination that this transport names for the domain. */
record Route(Outlet outlet, Destination destination) {
    /** True when the destination is the transport as a whole, so that its failure says nothing about a domain. */
    boolean isWholeTransport() {
        return destination.name().equals(outlet.transport().name());
    }

    /** Of two outcomes of one call, the one that says more about the transport. */
    Outcome graver(@Nullable Outcome a, Outcome b) {
        return a == null || weight(b) > weight(a) ? b : a;
    }

    private int weight(Outcome o) {
        return switch (o.kind()) {
            case MISCONFIGURED -> 3;
            case AMBIGUOUS -> isWholeTransport() ? 2 : 0;
            case DEFERRED -> Guard.failedAsWhole(o, isWholeTransport()) ? 2 : 0;
            case ACCEPTED, REJECTED -> 1;
        };
    }
}

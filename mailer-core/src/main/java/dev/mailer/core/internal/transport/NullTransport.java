// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.SimpleTransport;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.TransportCapabilities;

/** Accepts everything and forgets it, without composing it first. Thread-safe. */
final class NullTransport implements SimpleTransport {
    private static final TransportCapabilities CAPABILITIES =
            TransportCapabilities.DEFAULT.maxRecipients(1_000).maxBatch(100);

    @Override
    public String name() {
        return "null:";
    }

    @Override
    public TransportCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public Outcome sendOne(Submission submission) {
        return Outcome.accepted("accepted and forgotten", null);
    }

    @Override
    public String toString() {
        return name();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** No session came about; the outcome is that of every mail that waited for it. */
final class SessionException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Outcome outcome;
    private final Phase phase;

    SessionException(Phase phase, Outcome outcome, @Nullable Throwable cause) {
        super(outcome.toString(), cause);
        this.phase = phase;
        this.outcome = outcome;
    }

    /** A setting of ours keeps us out, whatever the server would say. */
    static SessionException misconfigured(Phase phase, String reason, String text, String remote) {
        Failure failure =
                Failure.builder(reason, phase).text(text).remoteHost(remote).build();
        return new SessionException(phase, Outcome.misconfigured(failure), null);
    }

    /** The same with what is known of the attempt. */
    SessionException telling(Map<String, String> facts) {
        return new SessionException(phase, outcome.telling(facts), getCause() == null ? this : getCause());
    }

    Outcome outcome() {
        return outcome;
    }

    /** What it took to get here: TLS only where TLS itself did not come about. */
    Phase phase() {
        return phase;
    }

    /** True when this is the {@link Failure#reason()}. */
    boolean isFor(String reason) {
        Failure failure = outcome.failure();
        return failure != null && failure.reason().equals(reason);
    }

    /** True when a server spoke, which says more than an address where none does. */
    boolean isAnswer() {
        Failure failure = outcome.failure();
        return failure != null && failure.code() != 0;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Failure;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import org.jspecify.annotations.Nullable;

/** What a relay says of the mails of one call, which may slow it down. Used by one thread. */
final class RelaySink implements OutcomeSink {
    private final OutcomeSink outer;
    private final Relay relay;
    /** That of the mail for which there was no room, which is that of those behind it. */
    private @Nullable Outcome busy;
    /** What was heard last, which several recipients may have in common, and what it came to. */
    private @Nullable Failure heard;

    private @Nullable Outcome answer;

    RelaySink(OutcomeSink outer, Relay relay) {
        this.outer = outer;
        this.relay = relay;
    }

    @Override
    public boolean mayComplete(Submission submission) {
        relay.letIn();
        return outer.mayComplete(submission);
    }

    @Override
    public void report(Submission submission, Recipient recipient, Outcome outcome) {
        outer.report(submission, recipient, ofRelay(submission, recipient, outcome));
    }

    private Outcome ofRelay(Submission submission, Recipient recipient, Outcome outcome) {
        Failure failure = outcome.failure();
        Outcome before = busy;
        if (before != null && outcome.isNotBegun()) {
            return before;
        }
        if (outcome.isBusy()) {
            busy = outcome;
        }
        if (failure != null && failure.reason().equals(ConnectionPool.EXHAUSTED) && !outcome.isNotBegun()) {
            Outcome later = relay.exhausted(outcome);
            busy = later.isBusy() ? later : null;
            return later;
        }
        if (failure == null || outcome.isNotBegun() || outcome.isUntried() || failure.code() < 400) {
            return outcome;
        }
        Outcome known = answer;
        Outcome found = known != null && failure.equals(heard)
                ? (known.isBusy() ? known : known.telling(outcome.facts()))
                : relay.hear(outcome, HeardReply.of(failure, submission, recipient));
        heard = failure;
        answer = found;
        busy = found.isBusy() ? found : null;
        return found;
    }
}

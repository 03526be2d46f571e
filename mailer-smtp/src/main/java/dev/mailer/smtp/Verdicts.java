// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the recipients of one transaction. A refusal of one of them is kept until the whole envelope is answered: a reply
 * too many before it would have put the others out of step. Used by one thread.
 */
final class Verdicts {
    /** When the rest of a transaction that was full may be tried again: at once, in another one. */
    private static final Duration NEXT_TRANSACTION = Duration.ofSeconds(1);

    private final Submission submission;
    private final OutcomeSink outcomes;
    private final Transcript transcript;
    private final String remote;
    private final List<Recipient> waiting;
    private final Map<Recipient, Outcome> refused = new LinkedHashMap<>();
    private boolean accepted;
    private @Nullable Reply full;

    Verdicts(Submission submission, OutcomeSink outcomes, Transcript transcript, String remote) {
        this.transcript = transcript;
        this.submission = submission;
        this.outcomes = outcomes;
        this.remote = remote;
        this.waiting = new ArrayList<>(submission.recipients());
    }

    /** True when every recipient has its outcome. */
    boolean isEmpty() {
        return waiting.isEmpty();
    }

    boolean areAnyAccepted() {
        return accepted;
    }

    /** True when the server takes no more recipients in this transaction. */
    boolean isFull() {
        return full != null;
    }

    /** The reply to a recipient's RCPT. */
    void of(Recipient recipient, Reply reply) {
        if (reply.isCompletion()) {
            accepted = true;
        } else if (accepted && reply.smtp().isTooManyRecipients()) {
            full = reply;
            untried(recipient);
        } else {
            refused.put(recipient, Outcome.ofReply(Phase.RCPT_TO, reply.smtp(), remote));
        }
    }

    /** The transaction is full, and the recipient's turn comes in the next. */
    void untried(Recipient recipient) {
        Failure.Builder failure = Failure.builder("too-many-recipients", Phase.RCPT_TO)
                .remoteHost(remote)
                .retryable();
        if (full == null) {
            failure.text(
                    "the server takes fewer recipients of a mail, or domains over a connection (LIMITS, RFC 9422)");
        } else {
            failure.code(full.code())
                    .enhancedCode(full.smtp().enhancedCode())
                    .text(full.smtp().text());
        }
        refused.put(recipient, Outcome.untried(failure.build(), NEXT_TRANSACTION));
    }

    /** The server turned out to be out of step, so its replies so far are nobody's. */
    void forgetReplies() {
        refused.clear();
    }

    /** Reports those that the server refused. */
    void settle() {
        refused.forEach(this::report);
        refused.clear();
    }

    /** Reports what the reply means for all that have no verdict of their own. */
    void forAll(Reply reply, Phase phase) {
        forAll(Outcome.ofReply(phase, reply.smtp(), remote));
    }

    void forAll(Outcome outcome) {
        settle();
        for (Recipient recipient : List.copyOf(waiting)) {
            report(recipient, outcome);
        }
    }

    /** Reports what the reply means for the first that has no verdict. */
    void forNext(Reply reply, Phase phase) {
        report(waiting.get(0), Outcome.ofReply(phase, reply.smtp(), remote));
    }

    private void report(Recipient recipient, Outcome outcome) {
        waiting.remove(recipient);
        outcomes.report(submission, recipient, transcript.tell(outcome, recipient));
    }
}

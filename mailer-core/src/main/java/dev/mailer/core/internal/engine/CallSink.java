// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives what a transport reports in one call to the mail that it is about. Where the destination or the transport fails, one mail tells; those
 * that were not begun for it go back as they were. Thread-safe.
 */
final class CallSink implements OutcomeSink {
    private static final Logger log = LoggerFactory.getLogger(CallSink.class);

    private final String transport;
    private final Map<Long, AttemptSink> byDelivery = new HashMap<>();
    /** The outcome of some mail holds for the others as well. */
    private volatile boolean failed;

    /** @param transport its name */
    CallSink(String transport, List<ReadyMail> mails, List<AttemptSink> sinks) {
        this.transport = transport;
        for (int i = 0; i < sinks.size(); i++) {
            for (Recipient recipient : mails.get(i).submission().recipients()) {
                byDelivery.put(recipient.deliveryId(), sinks.get(i));
            }
        }
    }

    @Override
    public boolean mayComplete(Submission submission) {
        AttemptSink sink =
                submission.recipients().stream().map(this::of).findFirst().orElse(null);
        return sink != null && sink.mayComplete(submission);
    }

    @Override
    public void report(Submission submission, Recipient recipient, Outcome outcome) {
        AttemptSink sink = of(recipient);
        if (sink != null && outcome.isNotBegun() && failed && sink.takeBack(recipient)) {
            return;
        }
        failed |= outcome.holdsForOthers();
        if (sink == null || !sink.report(recipient, outcome)) {
            log.warn(
                    "transport {} reported delivery {} twice, or one that is not its own; the first report counts",
                    transport,
                    recipient.deliveryId());
        }
    }

    private @Nullable AttemptSink of(Recipient recipient) {
        return byDelivery.get(recipient.deliveryId());
    }
}

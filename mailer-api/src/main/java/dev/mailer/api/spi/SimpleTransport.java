// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import java.util.List;

/** For transports that carry one submission at a time and give one outcome for all its recipients. */
public interface SimpleTransport extends Transport {
    /**
     * Sends one submission. Asked after {@link OutcomeSink#mayComplete} said yes: from here on an exception means that the
     * mail may have been sent. Return an outcome for every failure that is known to have left nothing behind.
     */
    Outcome sendOne(Submission submission);

    @Override
    default void send(List<Submission> submissions, OutcomeSink outcomes) {
        for (Submission submission : submissions) {
            if (outcomes.mayComplete(submission)) {
                outcomes.reportAll(submission, sendOne(submission));
            }
        }
    }
}

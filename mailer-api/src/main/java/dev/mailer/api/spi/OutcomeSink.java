// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

/** Where a transport reports. Made by the engine for one call of {@link Transport#send}; thread-safe. */
public interface OutcomeSink {
    /**
     * Asked immediately before the point of no return: before the final dot, before the last byte of a provider's call. It
     * checks the lease, journals the attempt where the message's policy wants that, and may wait while too many attempts are
     * unsettled. When it answers false the transport must not complete the submission (it drops the connection without the
     * dot) and reports nothing more for it.
     */
    boolean mayComplete(Submission submission);

    /** Reports the outcome of one delivery; the first report counts. */
    void report(Submission submission, Recipient recipient, Outcome outcome);

    /** Reports the same outcome for every recipient of a submission that has none yet. */
    default void reportAll(Submission submission, Outcome outcome) {
        for (Recipient recipient : submission.recipients()) {
            report(submission, recipient, outcome);
        }
    }
}

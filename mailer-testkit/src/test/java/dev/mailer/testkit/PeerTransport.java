// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.Phase;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportCapabilities;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.api.spi.WireCapabilities;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** A transport to a peer in memory, which does wrong what it is told to. */
final class PeerTransport implements Transport {
    static final String PASSWORD = "s3cret";

    /** What can be wrong. */
    enum Fault {
        NEVER_ASKS,
        ASKS_TOO_LATE,
        IGNORES_NO,
        REPORTS_A_NO,
        REPORTS_TWICE,
        FORGETS_A_RECIPIENT,
        FORGETS_ALL_BUT_THE_FIRST,
        ASKS_FOR_THE_FIRST,
        STOPS_AT_A_NO,
        CHANGES_BYTES,
        ACCEPTS_HALF,
        NAMES_THE_PASSWORD,
        CLOSES_ONCE,
        LEAVES_A_THREAD
    }

    private final List<Bytes> accepted = new ArrayList<>();
    private final Set<Fault> faults = EnumSet.noneOf(Fault.class);
    private int copies;
    private final Thread worker;
    private boolean closed;

    PeerTransport(TransportContext context, Fault... faults) {
        this.faults.addAll(List.of(faults));
        this.worker = context.threads().newThread(PeerTransport::rest);
        worker.start();
    }

    synchronized List<Bytes> accepted() {
        return List.copyOf(accepted);
    }

    @Override
    public String name() {
        return "peer://" + (faults.contains(Fault.NAMES_THE_PASSWORD) ? "user:" + PASSWORD + "@" : "") + "memory";
    }

    @Override
    public String toString() {
        return name();
    }

    @Override
    public TransportCapabilities capabilities() {
        return TransportCapabilities.DEFAULT.maxRecipients(10).maxBatch(10);
    }

    @Override
    public void send(List<Submission> submissions, OutcomeSink outcomes) {
        for (Submission submission : submissions) {
            boolean first = submission == submissions.get(0);
            if (!first && faults.contains(Fault.FORGETS_ALL_BUT_THE_FIRST)) {
                return;
            }
            boolean yes = send(submission, outcomes, first || !faults.contains(Fault.ASKS_FOR_THE_FIRST));
            if (!yes && faults.contains(Fault.STOPS_AT_A_NO)) {
                return;
            }
        }
    }

    @Override
    public void close() {
        if (closed && faults.contains(Fault.CLOSES_ONCE)) {
            throw new IllegalStateException("closed already");
        }
        closed = true;
        if (!faults.contains(Fault.LEAVES_A_THREAD)) {
            worker.interrupt();
        }
    }

    private static void rest() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** False when the engine said no. */
    private boolean send(Submission submission, OutcomeSink outcomes, boolean asks) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try {
            submission.writeTo(content, WireCapabilities.MINIMAL);
        } catch (IOException e) {
            if (!faults.contains(Fault.ACCEPTS_HALF)) {
                outcomes.reportAll(submission, Outcome.ofNoReply(Phase.DATA, "connection-lost", e.toString(), "peer"));
                return true;
            }
        }
        boolean yes = !asks
                || faults.contains(Fault.NEVER_ASKS)
                || faults.contains(Fault.ASKS_TOO_LATE)
                || outcomes.mayComplete(submission);
        if (!yes && faults.contains(Fault.REPORTS_A_NO)) {
            outcomes.reportAll(submission, Outcome.ofNoReply(Phase.DATA, "lease-lost", "", null));
        }
        if (!yes && !faults.contains(Fault.IGNORES_NO)) {
            return false;
        }
        accept(content);
        if (faults.contains(Fault.ASKS_TOO_LATE)) {
            outcomes.mayComplete(submission);
        }
        report(submission, outcomes);
        return true;
    }

    private synchronized void accept(ByteArrayOutputStream content) {
        if (faults.contains(Fault.CHANGES_BYTES)) {
            content.write(copies++);
        }
        accepted.add(Bytes.wrap(content.toByteArray()));
    }

    private void report(Submission submission, OutcomeSink outcomes) {
        Outcome outcome = Outcome.accepted("250 ok", null);
        if (faults.contains(Fault.FORGETS_A_RECIPIENT)) {
            outcomes.report(submission, submission.recipients().get(0), outcome);
            return;
        }
        outcomes.reportAll(submission, outcome);
        if (faults.contains(Fault.REPORTS_TWICE)) {
            outcomes.reportAll(submission, outcome);
        }
    }
}

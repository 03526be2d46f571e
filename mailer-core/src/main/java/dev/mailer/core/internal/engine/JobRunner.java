// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.Failure;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.StoredMessage;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.core.internal.log.Causes;
import io.micrometer.observation.ObservationRegistry;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Runs one job on a sending slot: what {@link Preflight} lets go is sent, and what came of it settled. Thread-safe. */
final class JobRunner {
    /** Key of the message id in the logging context. */
    static final String MDC_MESSAGE = "messageId";

    private static final Logger log = LoggerFactory.getLogger(JobRunner.class);

    private final ClaimedContent contents;
    private final ByteBudget inFlight;
    private final Preflight preflight;
    private final AttemptContext context;
    private final ClaimSettler settler;
    private final ObservationRegistry observations;
    private final Complaints complaints = new Complaints();

    JobRunner(
            ClaimedContent contents,
            ByteBudget inFlight,
            Preflight preflight,
            AttemptContext context,
            ObservationRegistry observations) {
        this.contents = contents;
        this.inFlight = inFlight;
        this.preflight = preflight;
        this.context = context;
        this.settler = new ClaimSettler(context);
        this.observations = observations;
    }

    /** These have no way out as the mailer is set up; they wait for better settings, as long as they live. */
    void unroutable(List<Claim> claims, long node) {
        Failure why = SettlementRules.ours("no-route", "the router failed or names a transport that is not configured");
        OpenClaims open = new OpenClaims(claims, node);
        for (Claim claim : claims) {
            ClaimedMail mail = contents.take(List.of(claim));
            Instant begin = claim.attempt() == 1 ? null : beginOf(mail);
            settler.settle(open, claim, context.rules().heldBack(claim, node, why, begin, context.now()));
        }
    }

    /** Lets the content go of claims that are not to be started. */
    void forget(List<Claim> claims) {
        contents.forget(claims);
    }

    /** Gives claims back that are not to be started. */
    void release(List<Claim> claims, long node) {
        forget(claims);
        settler.settleAll(new OpenClaims(claims, node), c -> context.rules().release(c, node, context.now()));
    }

    /** Reads the content of claims that will be run soon. */
    void readAhead(List<Claim> claims) {
        contents.readAhead(claims);
    }

    /**
     * Whatever is thrown on the way, each claim is settled in the end.
     *
     * @throws InterruptedException while waiting for room in memory; the claims went back
     */
    Ran run(Job job) throws InterruptedException {
        KillPoint.AFTER_CLAIM.pass();
        long size = job.size();
        try {
            inFlight.acquire(size);
        } catch (InterruptedException e) {
            release(job.claims(), job.node());
            throw e;
        }
        try {
            List<ReadyMail> ready = preflight.check(job);
            return ready.isEmpty() ? Ran.NOTHING : send(job, ready);
        } finally {
            inFlight.release(size);
        }
    }

    private Ran send(Job job, List<ReadyMail> mails) {
        try {
            List<AttemptSink> sinks = mails.stream()
                    .map(m -> new AttemptSink(
                            context, job, m, GuardedSpan.attempt(observations, complaints, job, m.message())))
                    .toList();
            return send(job, mails, sinks);
        } catch (RuntimeException | Error e) {
            mails.forEach(m -> settler.slotFailed(m.open(), e));
            return Ran.NOTHING;
        }
    }

    private Ran send(Job job, List<ReadyMail> mails, List<AttemptSink> sinks) {
        String transport = job.route().outlet().transport().name();
        long start = System.nanoTime();
        Throwable thrown = null;
        try {
            thrown = call(job, mails, new CallSink(transport, mails, sinks));
        } finally {
            end(mails, sinks, thrown);
            answerCircuit(job, sinks);
        }
        long took = System.nanoTime() - start;
        context.meters().sent(transport, took);
        return new Ran(
                (int) sinks.stream().filter(s -> s.verdict() != null).count(),
                took,
                sinks.stream().flatMap(s -> s.givenBack().stream()).toList());
    }

    /** What the transport threw; null when it kept its contract. */
    private static @Nullable Throwable call(Job job, List<ReadyMail> mails, CallSink sink) {
        Transport transport = job.route().outlet().transport();
        if (mails.size() == 1) {
            MDC.put(MDC_MESSAGE, mails.get(0).message().id().toString());
        }
        try {
            transport.send(mails.stream().<Submission>map(ReadyMail::submission).toList(), sink);
            return null;
        } catch (RuntimeException | Error e) {
            log.warn("transport {} broke its contract and threw: {}", transport.name(), Causes.of(e, log));
            return e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
        } finally {
            MDC.remove(MDC_MESSAGE);
        }
    }

    /** What was left open concerns the first mail of it, and those that may have been sent; the transport had not come to the others. */
    private void end(List<ReadyMail> mails, List<AttemptSink> sinks, @Nullable Throwable thrown) {
        boolean told = false;
        for (int i = 0; i < sinks.size(); i++) {
            boolean leftOpen = !sinks.get(i).isDone();
            if (!(leftOpen && told && sinks.get(i).endUntouched())) {
                end(sinks.get(i), mails.get(i), thrown);
                told |= leftOpen;
            }
        }
    }

    private void end(AttemptSink sink, ReadyMail mail, @Nullable Throwable thrown) {
        try {
            sink.end(thrown);
        } catch (RuntimeException e) {
            if (mail.open().mayBeSent()) {
                settler.slotFailed(mail.open(), e);
            } else {
                settler.engineFailed(mail.open(), e, mail.message());
            }
        } catch (Error e) {
            settler.slotFailed(mail.open(), e);
        }
    }

    /** Once for the call, by what says most about the transport. */
    private static void answerCircuit(Job job, List<AttemptSink> sinks) {
        Route route = job.route();
        Outcome gravest = null;
        for (AttemptSink sink : sinks) {
            Outcome verdict = sink.verdict();
            gravest = verdict == null ? gravest : route.graver(gravest, verdict);
        }
        Guard guard = route.outlet().guard();
        if (gravest == null) {
            guard.giveBack();
        } else {
            guard.record(gravest, route.isWholeTransport());
        }
    }

    /** When the lifetime of a mail's deliveries began; null while that cannot be read. */
    private static @Nullable Instant beginOf(ClaimedMail mail) {
        try {
            StoredMessage message = mail.message();
            return message == null ? null : ClaimSettler.begin(message);
        } catch (RuntimeException e) {
            return null;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.NewMessage.StoredContent;
import dev.mailer.api.spi.RateLimiter;
import dev.mailer.api.spi.Settlement;
import dev.mailer.api.spi.StoredMessage;
import dev.mailer.core.internal.log.Causes;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Runs one job on a sending slot: look once more whether it should be sent, prepare it, send it, settle what came of it. Thread-safe. */
final class JobRunner {
    /** Key of the message id in the logging context. */
    static final String MDC_MESSAGE = "messageId";

    private static final Duration TROUBLE_WAIT = Duration.ofSeconds(10);
    private static final Logger log = LoggerFactory.getLogger(JobRunner.class);

    private final ClaimedContent contents;
    private final ByteBudget inFlight;
    private final Preparation preparation;
    private final AttemptContext context;
    private final RateLimiter limiter;
    private final ObservationRegistry observations;

    JobRunner(
            ClaimedContent contents,
            ByteBudget inFlight,
            Preparation preparation,
            AttemptContext context,
            RateLimiter limiter,
            ObservationRegistry observations) {
        this.contents = contents;
        this.inFlight = inFlight;
        this.preparation = preparation;
        this.context = context;
        this.limiter = limiter;
        this.observations = observations;
    }

    /** These have no way out as the mailer is set up; they wait for better settings. */
    void unroutable(List<Claim> claims) {
        claims.forEach(c -> settle(context.rules().unroutable(c, node(), context.now())));
    }

    /** Gives claims back that are not to be started. */
    void release(List<Claim> claims) {
        contents.forget(claims);
        claims.forEach(c -> settle(context.rules().release(c, node(), context.now())));
    }

    /** Reads the content of claims that will be run soon. */
    void readAhead(List<Claim> claims) {
        contents.readAhead(claims);
    }

    /** @throws InterruptedException while waiting for room in memory; the claims went back */
    void run(Job job) throws InterruptedException {
        KillPoint.AFTER_CLAIM.pass();
        Claim first = job.claims().get(0);
        try {
            inFlight.acquire(first.size());
        } catch (InterruptedException e) {
            release(job.claims());
            throw e;
        }
        try {
            load(job, first);
        } finally {
            inFlight.release(first.size());
        }
    }

    private void load(Job job, Claim first) {
        StoredMessage message;
        try {
            message = contents.take(first);
        } catch (MailerUnavailableException e) {
            giveBack(job.claims(), TROUBLE_WAIT);
            return;
        }
        StoredContent content = message == null ? null : message.content();
        if (message == null || content == null) {
            job.claims()
                    .forEach(c -> settle(context.rules()
                            .failed(
                                    c,
                                    node(),
                                    "content-gone",
                                    "the content is no longer in the store",
                                    context.now())));
            return;
        }
        MDC.put(MDC_MESSAGE, message.id().toString());
        try {
            send(job, message, content);
        } finally {
            MDC.remove(MDC_MESSAGE);
        }
    }

    private void send(Job job, StoredMessage message, StoredContent content) {
        List<Claim> claims = stillWanted(job.claims(), message);
        if (claims.isEmpty() || !hasLeave(job.route(), claims)) {
            return;
        }
        PreparedSubmission submission;
        try {
            submission =
                    preparation.prepare(message, content, claims, job.route().destination());
        } catch (MailerUnavailableException | IOException e) {
            log.warn("a mail could not be prepared and is put off: {}", Causes.of(e, log));
            job.route().outlet().guard().giveBack();
            giveBack(claims, TROUBLE_WAIT);
            return;
        } catch (RuntimeException | StackOverflowError e) {
            job.route().outlet().guard().giveBack();
            String reason = e instanceof InvalidEmailException ? "unprepared" : "prepare-failed";
            log.warn("a mail cannot be prepared and fails, {}: {}", reason, Causes.of(e, log));
            claims.forEach(c ->
                    settle(context.rules().failed(c, node(), reason, String.valueOf(e.getMessage()), context.now())));
            return;
        } catch (Error e) {
            // out of memory, most likely: counts like a crash, so that a mail that does this again and again is found
            // out
            job.route().outlet().guard().giveBack();
            log.error("preparing a mail failed; its deliveries go back: {}", Causes.of(e, log));
            claims.forEach(c -> settle(context.rules().ofCrash(c, node(), context.now())));
            return;
        }
        attempt(new Job(job.lane(), claims, job.route(), job.alone()), message, submission);
    }

    private void attempt(Job job, StoredMessage message, PreparedSubmission submission) {
        String transport = job.route().outlet().transport().name();
        AttemptSink sink = new AttemptSink(context, job, node(), begin(message));
        Observation observation = Observation.createNotStarted("mailer.attempt", observations)
                .lowCardinalityKeyValue("transport", transport)
                .lowCardinalityKeyValue("stream", job.lane().lane.stream())
                .highCardinalityKeyValue("message.id", message.id().toString())
                .start();
        long start = System.nanoTime();
        Throwable thrown = null;
        try {
            observation.scoped(() -> job.route().outlet().transport().send(List.of(submission), sink));
        } catch (RuntimeException | Error e) {
            thrown = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
            observation.error(thrown);
            log.warn("transport {} broke its contract and threw: {}", transport, Causes.of(e, log));
        } finally {
            sink.end(thrown);
            observation.stop();
            context.meters().sent(transport, System.nanoTime() - start);
        }
    }

    /** Without those that were suppressed or ran out of time since they were accepted. */
    private List<Claim> stillWanted(List<Claim> claims, StoredMessage message) {
        Instant now = context.now();
        Instant expires = message.expiresAt();
        if (expires != null && !expires.isAfter(now)) {
            claims.forEach(c -> settle(context.rules().expired(c, node(), now)));
            return List.of();
        }
        return claims.stream()
                .filter(c -> {
                    String reason = c.suppressedBy();
                    if (reason != null) {
                        settle(context.rules().suppressed(c, node(), reason, now));
                    }
                    return reason == null;
                })
                .toList();
    }

    private boolean hasLeave(Route route, List<Claim> claims) {
        Duration wait = limiter.tryAcquire("destination:" + route.destination(), claims.size());
        if (!wait.isZero()) {
            claims.forEach(c -> settle(context.rules().putOff(c, node(), wait, context.now())));
            return false;
        }
        if (!route.outlet().guard().tryAcquire()) {
            giveBack(claims, TROUBLE_WAIT);
            return false;
        }
        return true;
    }

    private void giveBack(List<Claim> claims, Duration wait) {
        claims.forEach(c -> settle(context.rules().putOff(c, node(), wait, context.now())));
    }

    private void settle(Settlement settlement) {
        context.writer().settle(settlement, () -> context.stored(settlement.claim()));
    }

    private long node() {
        return context.lease().node();
    }

    private static Instant begin(StoredMessage message) {
        Instant sendAt = message.sendAt();
        return sendAt == null || sendAt.isBefore(message.acceptedAt()) ? message.acceptedAt() : sendAt;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.Failure;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.UnreadableException;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.NewMessage.StoredContent;
import dev.mailer.api.spi.RateLimiter;
import dev.mailer.api.spi.StoredMessage;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.WireCapabilities;
import dev.mailer.core.internal.content.CorruptContentException;
import dev.mailer.core.internal.content.UnreadableHereException;
import dev.mailer.core.internal.log.Causes;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Runs one job on a sending slot: look once more whether it should be sent, prepare it, send it, settle what came of it. Thread-safe. */
final class JobRunner {
    /** Key of the message id in the logging context. */
    static final String MDC_MESSAGE = "messageId";

    /** How long a mail is left alone when the transport is out of order as a whole. */
    private static final Duration TROUBLE_WAIT = Duration.ofSeconds(10);
    /** How long it waits for the store, which is back by the time this can be stored. */
    private static final Duration STORE_WAIT = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(JobRunner.class);

    private final ClaimedContent contents;
    private final ByteBudget inFlight;
    private final Preparation preparation;
    private final AttemptContext context;
    private final ClaimSettler settler;
    private final RateLimiter limiter;
    private final ObservationRegistry observations;
    private final Complaints complaints = new Complaints();

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
        this.settler = new ClaimSettler(context);
        this.limiter = limiter;
        this.observations = observations;
    }

    /** These have no way out as the mailer is set up; they wait for better settings, as long as they live. */
    void unroutable(List<Claim> claims, long node) {
        Failure why = SettlementRules.ours("no-route", "the router failed or names a transport that is not configured");
        OpenClaims open = new OpenClaims(claims, node);
        for (Claim claim : claims) {
            Instant begin = claim.attempt() == 1 ? null : beginOf(claim);
            settler.settle(open, claim, context.rules().heldBack(claim, node, why, begin, context.now()));
        }
    }

    /** Gives claims back that are not to be started. */
    void release(List<Claim> claims, long node) {
        contents.forget(claims);
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
    void run(Job job) throws InterruptedException {
        KillPoint.AFTER_CLAIM.pass();
        Claim first = job.claims().get(0);
        try {
            inFlight.acquire(first.size());
        } catch (InterruptedException e) {
            release(job.claims(), job.node());
            throw e;
        }
        OpenClaims open = new OpenClaims(job.claims(), job.node());
        try {
            load(job, open, first);
        } catch (RuntimeException | Error e) {
            // out of memory, most likely: counts like a crash, so that a mail that does this again and again is found
            // out
            log.error("a sending slot failed; its deliveries go back: {}", Causes.of(e, log));
            settler.settleAll(
                    open,
                    c -> context.rules().ofCrash(open.mayBeSent() ? c.asJournalled() : c, open.node(), context.now()));
        } finally {
            inFlight.release(first.size());
        }
    }

    private void load(Job job, OpenClaims open, Claim first) {
        StoredMessage message;
        try {
            message = contents.take(first);
        } catch (MailerUnavailableException e) {
            settler.settleAll(open, c -> context.rules().putOff(c, open.node(), STORE_WAIT, context.now()));
            return;
        } catch (UnreadableException e) {
            unreadable(open, e);
            return;
        } catch (RuntimeException e) {
            log.warn("a stored mail cannot be read; after some tries it fails: {}", Causes.of(e, log));
            settler.settleAll(
                    open, c -> context.rules().unreadable(c, open.node(), ClaimSettler.describe(e), context.now()));
            return;
        }
        StoredContent content = message == null ? null : message.content();
        if (message == null || content == null) {
            settler.fail(open, "content-gone", "the content is no longer in the store");
            return;
        }
        MDC.put(MDC_MESSAGE, message.id().toString());
        try {
            send(job, open, message, content);
        } catch (RuntimeException e) {
            if (open.mayBeSent()) {
                throw e;
            }
            log.error("a delivery could not be tried and is put off: {}", Causes.of(e, log));
            settler.heldBack(open, "engine-failure", e, message);
        } finally {
            MDC.remove(MDC_MESSAGE);
        }
    }

    /** A missing key may come, so the mail waits for it as long as it lives; what was altered stays so. */
    private void unreadable(OpenClaims open, UnreadableException e) {
        String text = ClaimSettler.describe(e);
        if (!e.isKeyMissing()) {
            log.warn("a stored mail cannot be read and fails: {}", text);
            settler.fail(open, "content-corrupt", text);
            return;
        }
        if (complaints.isNew(text)) {
            log.warn("mail is put off until a node can read it: {}; said once", text);
        }
        Failure why = SettlementRules.ours("unreadable-here", text);
        settler.settleAll(open, c -> context.rules().heldBack(c, open.node(), why, null, context.now()));
    }

    private void send(Job job, OpenClaims open, StoredMessage message, StoredContent content) {
        keepWanted(open);
        if (open.all().isEmpty() || !hasLeave(job.route(), open, message)) {
            return;
        }
        PreparedSubmission submission = prepare(job.route(), open, message, content);
        if (submission == null) {
            job.route().outlet().guard().giveBack();
        } else {
            attempt(job, open, message, submission);
        }
    }

    /** What is to be sent; null when that did not succeed, and the claims are settled. */
    private @Nullable PreparedSubmission prepare(
            Route route, OpenClaims open, StoredMessage message, StoredContent content) {
        try {
            PreparedSubmission submission = preparation.prepare(message, content, open.all(), route.destination());
            return fits(submission, route.outlet().transport(), open) ? submission : null;
        } catch (MailerUnavailableException e) {
            log.warn("a mail could not be prepared and is put off: {}", Causes.of(e, log));
            settler.putOff(
                    open, STORE_WAIT, SettlementRules.ours("store-unavailable", ClaimSettler.describe(e)), message);
        } catch (IOException e) {
            log.warn("the content of a mail cannot be read, it is put off: {}", Causes.of(e, log));
            settler.heldBack(open, "content-unavailable", e, message);
        } catch (UnreadableHereException e) {
            if (complaints.isNew(String.valueOf(e.getMessage()))) {
                log.warn("mail is put off until a node can read it: {}; said once", e.getMessage());
            }
            settler.heldBack(open, "unreadable-here", e, message);
        } catch (RuntimeException | StackOverflowError e) {
            log.warn("a mail cannot be prepared and fails, {}: {}", reasonOf(e), Causes.of(e, log));
            settler.fail(open, reasonOf(e), String.valueOf(e.getMessage()));
        } catch (Error e) {
            log.error("preparing a mail failed; its deliveries go back: {}", Causes.of(e, log));
            settler.settleAll(open, c -> context.rules().ofCrash(c, open.node(), context.now()));
        }
        return null;
    }

    private boolean fits(PreparedSubmission submission, Transport transport, OpenClaims open) throws IOException {
        long most = transport.capabilities().maxSize();
        if (most == Long.MAX_VALUE) {
            return true;
        }
        long size = submission.composed().size(WireCapabilities.FULL);
        if (size > most) {
            settler.fail(open, "message-too-large", size + " octets, transport " + transport.name() + " takes " + most);
        }
        return size <= most;
    }

    private static String reasonOf(Throwable e) {
        return e instanceof InvalidEmailException
                ? "unprepared"
                : e instanceof CorruptContentException ? "content-corrupt" : "prepare-failed";
    }

    private void attempt(Job job, OpenClaims open, StoredMessage message, PreparedSubmission submission) {
        Transport transport = job.route().outlet().transport();
        AttemptSink sink = new AttemptSink(context, job, open, ClaimSettler.begin(message));
        GuardedSpan span = GuardedSpan.start(observations, complaints, job, message);
        long start = System.nanoTime();
        Throwable thrown = null;
        try {
            transport.send(List.of(submission), sink);
        } catch (RuntimeException | Error e) {
            thrown = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
            log.warn("transport {} broke its contract and threw: {}", transport.name(), Causes.of(e, log));
        } finally {
            sink.end(thrown);
            span.end(thrown);
            context.meters().sent(transport.name(), System.nanoTime() - start);
        }
    }

    /** Settles those that were suppressed or ran out of time since they were accepted, and those whose address cannot be read. */
    private void keepWanted(OpenClaims open) {
        Instant now = context.now();
        for (Claim c : open.all()) {
            Instant expires = c.expiresAt();
            String reason = c.suppressedBy();
            String unreadable = c.unreadable();
            if (unreadable != null) {
                settler.settle(open, c, context.rules().failed(c, open.node(), "content-corrupt", unreadable, now));
            } else if (expires != null && !expires.isAfter(now)) {
                settler.settle(open, c, context.rules().expired(c, open.node(), now));
            } else if (reason != null) {
                settler.settle(open, c, context.rules().suppressed(c, open.node(), reason, now));
            }
        }
    }

    private boolean hasLeave(Route route, OpenClaims open, StoredMessage message) {
        Duration wait;
        try {
            wait = limiter.tryAcquire(
                    "destination:" + route.destination(), open.all().size());
        } catch (RuntimeException | Error e) {
            if (complaints.isNew(e)) {
                log.error(
                        "the rate limiter failed; mail is put off meanwhile, this cause is told once: {}",
                        Causes.of(e, log));
            }
            settler.heldBack(open, "rate-limiter", e, message);
            return false;
        }
        if (wait.compareTo(Duration.ZERO) > 0) {
            Failure why = SettlementRules.ours("rate-limit", "the rate limiter gave no leave");
            settler.putOff(open, wait, why, message);
            return false;
        }
        if (!route.outlet().guard().tryAcquire()) {
            Failure why = SettlementRules.ours("circuit-open", "the transport failed as a whole and is left alone");
            settler.putOff(open, TROUBLE_WAIT, why, message);
            return false;
        }
        return true;
    }

    /** When the lifetime of a claim's delivery began; null while that cannot be read. */
    private @Nullable Instant beginOf(Claim claim) {
        try {
            StoredMessage message = contents.take(claim);
            return message == null ? null : ClaimSettler.begin(message);
        } catch (RuntimeException e) {
            return null;
        }
    }
}

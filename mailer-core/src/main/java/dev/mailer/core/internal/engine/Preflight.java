// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.Failure;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.UnreadableException;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.api.spi.NewMessage.StoredContent;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.RateLimiter;
import dev.mailer.api.spi.StoredMessage;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.WireCapabilities;
import dev.mailer.core.internal.content.CorruptContentException;
import dev.mailer.core.internal.content.DecodedEmail;
import dev.mailer.core.internal.content.UnreadableHereException;
import dev.mailer.core.internal.log.Causes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Looks once more whether the mails of a job should be sent, and prepares those; what keeps one back is settled here. Thread-safe. */
final class Preflight {
    /** How long a mail is left alone when the transport is out of order as a whole. */
    private static final Duration TROUBLE_WAIT = Duration.ofSeconds(10);
    /** How long it waits for the store, which is back by the time this can be stored. */
    private static final Duration STORE_WAIT = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(Preflight.class);

    private final ClaimedContent contents;
    private final Preparation preparation;
    private final AttemptContext context;
    private final ClaimSettler settler;
    private final RateLimiter limiter;
    private final SingledOut singledOut;
    private final Complaints complaints = new Complaints();

    /** @param singledOut told of messages whose recipients need submissions of their own */
    Preflight(
            ClaimedContent contents,
            Preparation preparation,
            AttemptContext context,
            RateLimiter limiter,
            SingledOut singledOut) {
        this.contents = contents;
        this.preparation = preparation;
        this.context = context;
        this.settler = new ClaimSettler(context);
        this.limiter = limiter;
        this.singledOut = singledOut;
    }

    /**
     * Those that may go, the others are settled. Where there are any, the transport's circuit has given one leave for their call, which is to be
     * answered.
     */
    List<ReadyMail> check(Job job) {
        Leave leave = new Leave(job.route().outlet().guard());
        List<ReadyMail> ready = new ArrayList<>(job.mails().size());
        try {
            check(job, leave, ready);
        } finally {
            leave.giveBackUnless(!ready.isEmpty());
        }
        return ready;
    }

    private void check(Job job, Leave leave, List<ReadyMail> ready) {
        for (List<Claim> mail : job.mails()) {
            OpenClaims open = new OpenClaims(mail, job.node());
            ReadyMail checked = null;
            try {
                checked = load(job.route(), leave, open, contents.take(mail));
            } catch (RuntimeException | Error e) {
                settler.slotFailed(open, e);
            }
            if (checked != null) {
                ready.add(checked);
            }
        }
    }

    private @Nullable ReadyMail load(Route route, Leave leave, OpenClaims open, ClaimedMail mail) {
        StoredMessage message;
        try {
            message = mail.message();
        } catch (MailerUnavailableException e) {
            settler.settleAll(open, c -> context.rules().putOff(c, open.node(), STORE_WAIT, context.now()));
            return null;
        } catch (UnreadableException e) {
            unreadable(open, e);
            return null;
        } catch (RuntimeException e) {
            log.warn("a stored mail cannot be read; after some tries it fails: {}", Causes.of(e, log));
            settler.settleAll(
                    open, c -> context.rules().unreadable(c, open.node(), ClaimSettler.describe(e), context.now()));
            return null;
        }
        StoredContent content = message == null ? null : message.content();
        if (message == null || content == null) {
            settler.fail(open, "content-gone", "the content is no longer in the store");
            return null;
        }
        MDC.put(JobRunner.MDC_MESSAGE, message.id().toString());
        try {
            return check(route, leave, open, message, () -> mail.decoded(() -> preparation.decode(message, content)));
        } catch (RuntimeException e) {
            settler.engineFailed(open, e, message);
            return null;
        } finally {
            MDC.remove(JobRunner.MDC_MESSAGE);
        }
    }

    private @Nullable ReadyMail check(
            Route route, Leave leave, OpenClaims open, StoredMessage message, ClaimedMail.Decoder content) {
        keepWanted(open);
        if (open.isEmpty() || !hasLeave(route, leave, open, message)) {
            return null;
        }
        List<QueueKey> givenBack = new ArrayList<>();
        PreparedSubmission submission = prepare(route, open, message, content, givenBack);
        return submission == null ? null : new ReadyMail(open, message, submission, givenBack);
    }

    /** What is to be sent; null when that did not succeed, and the claims are settled. */
    private @Nullable PreparedSubmission prepare(
            Route route,
            OpenClaims open,
            StoredMessage message,
            ClaimedMail.Decoder content,
            List<QueueKey> givenBack) {
        try {
            DecodedEmail decoded = content.decode();
            PreparedSubmission submission = preparation.prepare(message, decoded, open.all(), route.destination());
            if (submission == null) {
                giveOthersBack(open, message, givenBack);
                submission = preparation.prepare(message, decoded, open.all(), route.destination());
            }
            return submission != null && fits(submission, route.outlet().transport(), open) ? submission : null;
        } catch (MailerUnavailableException e) {
            log.warn("a mail could not be prepared and is put off: {}", Causes.of(e, log));
            settler.putOff(
                    open, STORE_WAIT, SettlementRules.ours("store-unavailable", ClaimSettler.describe(e)), message);
        } catch (IOException e) {
            log.warn("the content of a mail cannot be read, it is put off: {}", Causes.of(e, log));
            settler.heldBack(open, "content-unavailable", e, message);
        } catch (UnreadableHereException e) {
            if (complaints.isDue(String.valueOf(e.getMessage()))) {
                log.warn("mail is put off until a node can read it: {}; {}", e.getMessage(), Complaints.AGAIN);
            }
            settler.heldBack(open, "unreadable-here", e, message);
        } catch (RuntimeException | StackOverflowError e) {
            log.warn("a mail cannot be prepared and fails, {}: {}", reasonOf(e), Causes.of(e, log));
            settler.fail(open, reasonOf(e), String.valueOf(e.getMessage()));
        } catch (Error e) {
            settler.slotFailed(open, e);
        }
        return null;
    }

    /** Each of them is claimed again, and goes alone then. */
    private void giveOthersBack(OpenClaims open, StoredMessage message, List<QueueKey> givenBack) {
        singledOut.add(message.key());
        for (Claim other : open.all().subList(1, open.all().size())) {
            givenBack.add(other.queue());
            settler.settle(open, other, context.rules().release(other, open.node(), context.now()));
        }
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
        if (e instanceof EntityTransform.RefusedException refused) {
            return refused.reason();
        }
        return e instanceof InvalidEmailException
                ? "unprepared"
                : e instanceof CorruptContentException ? "content-corrupt" : "prepare-failed";
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

    private boolean hasLeave(Route route, Leave leave, OpenClaims open, StoredMessage message) {
        Duration wait;
        try {
            wait = limiter.tryAcquire(
                    "destination:" + route.destination(), open.all().size());
        } catch (RuntimeException | Error e) {
            if (complaints.isDue(e)) {
                log.error(
                        "the rate limiter failed; mail is put off meanwhile; {}: {}",
                        Complaints.AGAIN,
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
        if (!leave.isGiven()) {
            Failure why = SettlementRules.ours("circuit-open", "the transport failed as a whole and is left alone");
            settler.putOff(open, TROUBLE_WAIT, why, message);
            return false;
        }
        return true;
    }

    /** A missing key may come, so the mail waits for it as long as it lives; what was altered stays so. */
    private void unreadable(OpenClaims open, UnreadableException e) {
        String text = ClaimSettler.describe(e);
        if (!e.isKeyMissing()) {
            log.warn("a stored mail cannot be read and fails: {}", text);
            settler.fail(open, "content-corrupt", text);
            return;
        }
        if (complaints.isDue(text)) {
            log.warn("mail is put off until a node can read it: {}; {}", text, Complaints.AGAIN);
        }
        Failure why = SettlementRules.ours("unreadable-here", text);
        settler.settleAll(open, c -> context.rules().heldBack(c, open.node(), why, null, context.now()));
    }

    /** The leave of a circuit, which is asked for once. For one thread. */
    private static final class Leave {
        private final Guard guard;
        private boolean given;

        Leave(Guard guard) {
            this.guard = guard;
        }

        boolean isGiven() {
            given = given || guard.tryAcquire();
            return given;
        }

        void giveBackUnless(boolean used) {
            if (given && !used) {
                guard.giveBack();
            }
        }
    }
}

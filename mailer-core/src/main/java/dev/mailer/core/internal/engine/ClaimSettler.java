// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.Failure;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Settlement;
import dev.mailer.api.spi.StoredMessage;
import dev.mailer.core.internal.log.Causes;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Settles claims that are not tried, or of which no transport has told. Thread-safe. */
final class ClaimSettler {
    private static final Logger log = LoggerFactory.getLogger(ClaimSettler.class);

    private final AttemptContext context;

    ClaimSettler(AttemptContext context) {
        this.context = context;
    }

    void putOff(OpenClaims open, Duration wait, Failure why, StoredMessage message) {
        settleAll(open, c -> context.rules().putOff(c, open.node(), wait, why, begin(message), context.now()));
    }

    void heldBack(OpenClaims open, String reason, Throwable e, StoredMessage message) {
        Failure why = SettlementRules.ours(reason, describe(e));
        settleAll(open, c -> context.rules().heldBack(c, open.node(), why, begin(message), context.now()));
    }

    /** What should not have been thrown, while nothing was sent. */
    void engineFailed(OpenClaims open, Throwable e, StoredMessage message) {
        log.error("a delivery could not be tried and is put off: {}", Causes.of(e, log));
        heldBack(open, "engine-failure", e, message);
    }

    void fail(OpenClaims open, String reason, String text) {
        settleAll(open, c -> context.rules().failed(c, open.node(), reason, text, context.now()));
    }

    /**
     * What was thrown on a slot beside what is expected, out of memory most likely. It counts like a crash, so that a mail that does
     * this again and again is found out.
     */
    void slotFailed(OpenClaims open, Throwable e) {
        log.error("a sending slot failed; its deliveries go back: {}", Causes.of(e, log));
        settleAll(
                open,
                c -> context.rules()
                        .ofCrash(open.mayBeSent(c.deliveryId()) ? c.asJournalled() : c, open.node(), context.now()));
    }

    void settleAll(OpenClaims open, Function<Claim, Settlement> rule) {
        open.all().forEach(c -> settle(open, c, rule.apply(c)));
    }

    void settle(OpenClaims open, Claim claim, Settlement settlement) {
        context.writer().settle(settlement, () -> context.stored(claim));
        open.take(claim.deliveryId());
    }

    /** When the lifetime of a message's deliveries began. */
    static Instant begin(StoredMessage message) {
        Instant sendAt = message.sendAt();
        return sendAt == null || sendAt.isBefore(message.acceptedAt()) ? message.acceptedAt() : sendAt;
    }

    static String describe(Throwable e) {
        return e.getMessage() == null ? e.getClass().getName() : e.getMessage();
    }
}

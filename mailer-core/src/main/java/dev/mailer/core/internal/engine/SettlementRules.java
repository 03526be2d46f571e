// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The one place where an outcome, a crash or a rule of ours becomes the next state of a delivery. Thread-safe. */
final class SettlementRules {
    /** Crashes after which a delivery is tried alone; one more ends it. */
    static final int CRASHES_BEFORE_ALONE = 3;
    /** First wait when our own settings are wrong, doubled with each attempt; the circuit of the transport waits as long. */
    static final Duration MISCONFIGURED_WAIT = Duration.ofSeconds(30);
    /** Longest wait when our own settings are wrong, so that mail flows soon after they were set right. */
    static final Duration LONGEST_MISCONFIGURED_WAIT = Duration.ofMinutes(10);

    /** How far apart those come that wait for the same time. */
    private static final Duration LONGEST_SPREAD = Duration.ofSeconds(30);

    private final RetrySchedule schedule;
    private final RandomGenerator random;

    SettlementRules(RetrySchedule schedule, RandomGenerator random) {
        this.schedule = schedule;
        this.random = random;
    }

    /**
     * After an attempt.
     *
     * @param begin when the delivery's lifetime began
     */
    Settlement ofOutcome(Claim claim, long node, Outcome outcome, String transport, Instant begin, Instant now) {
        Build b = new Build(claim, node, now, transport).facts(outcome.facts());
        Failure failure = outcome.failure();
        return switch (outcome.kind()) {
            case ACCEPTED -> b.reply(outcome.reply()).to(DeliveryState.SENT, EventType.SENT, null);
            case REJECTED -> b.to(DeliveryState.REJECTED, EventType.REJECTED, failure);
            case DEFERRED ->
                outcome.isBusy()
                        ? putOff(claim, node, wait(outcome), Objects.requireNonNull(failure), begin, now)
                        : deferred(b, claim, outcome, begin, now);
            case AMBIGUOUS -> ambiguous(b, claim, Objects.requireNonNull(failure), begin, now);
            case MISCONFIGURED -> ourFault(b, claim, Objects.requireNonNull(failure), begin, now);
        };
    }

    /** How long a busy destination has to wait. */
    static Duration wait(Outcome outcome) {
        Duration asked = outcome.retryAfter();
        return asked == null ? Duration.ZERO : asked;
    }

    /** After the death of the node that held the claim. */
    Settlement ofCrash(Claim claim, long deadNode, Instant now) {
        int crashes = claim.crashes() + 1;
        Build b = new Build(claim, deadNode, now, null).crashes(crashes);
        if (crashes > CRASHES_BEFORE_ALONE) {
            return b.to(
                    DeliveryState.FAILED,
                    EventType.FAILED,
                    ours(
                            "poison",
                            "the process died or ran out of memory " + crashes
                                    + " times while it held this mail, the last time alone"));
        }
        Failure inFlight = claim.journalled()
                ? Failure.builder("crash", Phase.FINAL_REPLY)
                        .text("the process died when the mail may have been sent")
                        .build()
                : null;
        if (inFlight != null && claim.policy() == AmbiguityPolicy.HOLD) {
            return b.to(DeliveryState.AMBIGUOUS, EventType.AMBIGUOUS, inFlight);
        }
        if (inFlight != null && claim.policy() == AmbiguityPolicy.DROP) {
            return b.to(DeliveryState.FAILED, EventType.FAILED, inFlight);
        }
        if (crashes == CRASHES_BEFORE_ALONE) {
            b.alone().due(now);
        }
        return b.to(DeliveryState.QUEUED, inFlight == null ? null : EventType.AMBIGUOUS, inFlight);
    }

    /** Gives a claim back untouched. */
    Settlement release(Claim claim, long node, Instant now) {
        Build b = new Build(claim, node, now, null);
        return claim.crashes() >= CRASHES_BEFORE_ALONE
                ? b.alone().due(now).to(DeliveryState.QUEUED, null, null)
                : b.to(DeliveryState.QUEUED, null, null);
    }

    /** Puts a claim off without burning a retry and without an event: nothing was tried. */
    Settlement putOff(Claim claim, long node, Duration wait, Instant now) {
        return new Build(claim, node, now, null).later(now.plus(spread(wait)), null, null);
    }

    /**
     * Puts a claim off as above, for a reason that may last: it ends with its lifetime.
     *
     * @param why the reason of its end
     */
    Settlement putOff(Claim claim, long node, Duration wait, Failure why, Instant begin, Instant now) {
        Build b = new Build(claim, node, now, null);
        return schedule.isOver(begin, now.plus(wait))
                ? b.to(DeliveryState.EXPIRED, EventType.EXPIRED, lastWord(why))
                : b.later(now.plus(spread(wait)), null, null);
    }

    /**
     * Our own part cannot send it as it is set up now: it waits for better settings without burning a retry.
     *
     * @param begin when the delivery's lifetime began; null when that is not known
     */
    Settlement heldBack(Claim claim, long node, Failure why, @Nullable Instant begin, Instant now) {
        return ourFault(new Build(claim, node, now, null), claim, why, begin, now);
    }

    /** Its stored form cannot be read, which may pass the first times: counts like a crash, and ends as what it is. */
    Settlement unreadable(Claim claim, long node, String text, Instant now) {
        int crashes = claim.crashes() + 1;
        Build b = new Build(claim, node, now, null).crashes(crashes);
        Failure failure = ours("content-corrupt", text);
        return crashes >= CRASHES_BEFORE_ALONE
                ? b.to(DeliveryState.FAILED, EventType.FAILED, failure)
                : b.due(now.plus(ownWait(claim))).to(DeliveryState.DEFERRED, EventType.DEFERRED, failure);
    }

    Settlement suppressed(Claim claim, long node, String reason, Instant now) {
        return new Build(claim, node, now, null)
                .to(
                        DeliveryState.SUPPRESSED,
                        EventType.SUPPRESSED,
                        ours("suppressed", "the address is on the suppression list: " + reason));
    }

    Settlement expired(Claim claim, long node, Instant now) {
        return new Build(claim, node, now, null)
                .to(
                        DeliveryState.EXPIRED,
                        EventType.EXPIRED,
                        ours("expired", "expiresAt came before the mail was sent"));
    }

    /** Our own part failed for good: the mail cannot be rendered or composed, its content is gone. */
    Settlement failed(Claim claim, long node, String reason, String text, Instant now) {
        return new Build(claim, node, now, null).to(DeliveryState.FAILED, EventType.FAILED, ours(reason, text));
    }

    /** How long a destination rests after so many failures in a row. */
    Duration parkingAfter(int strikes) {
        return schedule.waitAfter(strikes, random);
    }

    private Settlement ourFault(Build b, Claim claim, Failure why, @Nullable Instant begin, Instant now) {
        Instant next = now.plus(ownWait(claim));
        return begin != null && schedule.isOver(begin, next)
                ? b.to(DeliveryState.EXPIRED, EventType.EXPIRED, lastWord(why))
                : b.later(next, EventType.DEFERRED, why);
    }

    private Settlement deferred(Build b, Claim claim, Outcome outcome, Instant begin, Instant now) {
        int retries = outcome.isUntried() ? claim.retries() : claim.retries() + 1;
        Duration asked = outcome.retryAfter();
        Duration wait = outcome.isUntried() ? Duration.ZERO : schedule.waitAfter(retries, random);
        Instant next = now.plus(asked != null && asked.compareTo(wait) > 0 ? asked : wait);
        Failure failure = Objects.requireNonNull(outcome.failure());
        if (schedule.isOver(begin, next)) {
            return b.to(DeliveryState.EXPIRED, EventType.EXPIRED, lastWord(failure));
        }
        return b.retries(retries).due(next).to(DeliveryState.DEFERRED, EventType.DEFERRED, failure);
    }

    private Settlement ambiguous(Build b, Claim claim, Failure failure, Instant begin, Instant now) {
        return switch (claim.policy()) {
            case HOLD -> b.to(DeliveryState.AMBIGUOUS, EventType.AMBIGUOUS, failure);
            case DROP -> b.to(DeliveryState.FAILED, EventType.FAILED, failure);
            case RESEND -> {
                int retries = claim.retries() + 1;
                Instant next = now.plus(schedule.waitAfter(retries, random));
                yield schedule.isOver(begin, next)
                        ? b.to(DeliveryState.EXPIRED, EventType.EXPIRED, lastWord(failure))
                        : b.retries(retries).due(next).to(DeliveryState.DEFERRED, EventType.AMBIGUOUS, failure);
            }
        };
    }

    /** The last refusal stays the reason; the text says that time ran out. */
    private Failure lastWord(Failure last) {
        return Failure.builder("expired", last.phase())
                .code(last.code())
                .enhancedCode(last.enhancedCode())
                .remoteHost(last.remoteHost())
                .text("not sent within " + schedule.lifetime() + "; the last attempt: " + last.reason() + " "
                        + last.text())
                .build();
    }

    /** Grows with the attempts, because no retries are burned. */
    private Duration ownWait(Claim claim) {
        Duration wait = MISCONFIGURED_WAIT.multipliedBy(1L << Math.min(10, Math.max(0, claim.attempt() - 1)));
        return jittered(wait.compareTo(LONGEST_MISCONFIGURED_WAIT) < 0 ? wait : LONGEST_MISCONFIGURED_WAIT);
    }

    /** A time that is known, and a little more for some, so that not all come at once. */
    private Duration spread(Duration wait) {
        Duration most = wait.dividedBy(2).compareTo(LONGEST_SPREAD) < 0 ? wait.dividedBy(2) : LONGEST_SPREAD;
        return wait.plusMillis((long) (most.toMillis() * random.nextDouble()));
    }

    private Duration jittered(Duration wait) {
        return Duration.ofMillis((long) (wait.toMillis() * (1 + 0.5 * random.nextDouble())));
    }

    /** A reason of ours, which no server gave. */
    static Failure ours(String reason, String text) {
        return Failure.builder(reason, Phase.PREPARE).text(text).build();
    }

    /** Collects a settlement. */
    private static final class Build {
        private final Claim claim;
        private final long node;
        private final Instant now;
        private final @Nullable String transport;
        private int retries;
        private int crashes;
        private boolean alone;
        private @Nullable Instant due;
        private @Nullable String reply;
        private Map<String, String> facts = Map.of();

        Build(Claim claim, long node, Instant now, @Nullable String transport) {
            this.claim = claim;
            this.node = node;
            this.now = now;
            this.transport = transport;
            this.retries = claim.retries();
            // an attempt that ends in any outcome clears the suspicion; only ofCrash and release carry it on
            this.crashes = transport == null ? claim.crashes() : 0;
        }

        Build retries(int n) {
            this.retries = n;
            return this;
        }

        Build crashes(int n) {
            this.crashes = n;
            return this;
        }

        Build alone() {
            this.alone = true;
            return this;
        }

        Build due(Instant at) {
            this.due = at;
            return this;
        }

        Build facts(Map<String, String> known) {
            this.facts = known;
            return this;
        }

        Build reply(@Nullable String text) {
            this.reply = text;
            return this;
        }

        /** Not tried now; a suspect stays one that is tried alone. */
        Settlement later(Instant next, @Nullable EventType event, @Nullable Failure failure) {
            due(next);
            return crashes >= CRASHES_BEFORE_ALONE
                    ? alone().to(DeliveryState.QUEUED, event, failure)
                    : to(DeliveryState.DEFERRED, event, failure);
        }

        Settlement to(DeliveryState state, @Nullable EventType event, @Nullable Failure failure) {
            return new Settlement(
                    claim, node, state, alone, due, retries, crashes, now, event, transport, failure, reply, facts);
        }
    }
}

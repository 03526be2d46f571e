// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.Failure;
import dev.mailer.api.MessageId;
import dev.mailer.api.RecipientRole;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.Settlement;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A delivery as it stands.
 *
 * @param alone queued, but to be claimed alone only
 * @param dueAt for scheduled, deferred and alone ones
 */
record DeliveryRow(
        Facts facts,
        DeliveryState state,
        boolean alone,
        @Nullable Instant dueAt,
        Lease lease,
        Result result,
        Instant changedAt) {
    /** What a row takes, with its keys and indices, roughly. */
    static final int WEIGHT = 768;

    /** What never changes. */
    record Facts(
            long id,
            long messageKey,
            MessageId messageId,
            QueueKey queue,
            String recipient,
            String addressKey,
            RecipientRole role,
            AmbiguityPolicy policy,
            long size,
            @Nullable Instant expiresAt) {
        Facts withoutExpiry() {
            return new Facts(id, messageKey, messageId, queue, recipient, addressKey, role, policy, size, null);
        }
    }

    /** The attempts so far and, while it is being sent, who holds it. */
    record Lease(int attempt, int retries, int crashes, boolean journalled, long node) {
        static final Lease NONE = new Lease(0, 0, 0, false, 0);
    }

    /** What the last attempt came to. */
    record Result(
            @Nullable String transport,
            @Nullable Failure failure,
            @Nullable String reply) {
        static final Result NONE = new Result(null, null, null);
    }

    long id() {
        return facts.id;
    }

    /** True when it can be claimed along with others. */
    boolean isReady() {
        return state == DeliveryState.QUEUED && !alone;
    }

    /** True when it becomes due by time. */
    boolean isTimed() {
        return state == DeliveryState.SCHEDULED || state == DeliveryState.DEFERRED;
    }

    /** True when it can be taken back or expire: nobody is sending it and it has no final state. */
    boolean isWaiting() {
        return state == DeliveryState.QUEUED || isTimed();
    }

    /** True when nothing more is to be done or decided about it. */
    boolean isSettled() {
        return state.isFinal() && state != DeliveryState.AMBIGUOUS;
    }

    boolean isHeld(long node, int attempt) {
        return state == DeliveryState.SENDING && lease.node == node && lease.attempt == attempt;
    }

    DeliveryRow claimed(long node, boolean journalled, Instant at) {
        Lease next = new Lease(lease.attempt + 1, lease.retries, lease.crashes, journalled, node);
        return new DeliveryRow(facts, DeliveryState.SENDING, false, null, next, result, at);
    }

    DeliveryRow journalled() {
        Lease next = new Lease(lease.attempt, lease.retries, lease.crashes, true, lease.node);
        return new DeliveryRow(facts, state, alone, dueAt, next, result, changedAt);
    }

    DeliveryRow settled(Settlement s) {
        boolean toAlone = s.alone() && s.state() == DeliveryState.QUEUED;
        boolean timed = toAlone || s.state() == DeliveryState.SCHEDULED || s.state() == DeliveryState.DEFERRED;
        Instant due = !timed ? null : Objects.requireNonNullElse(s.dueAt(), s.at());
        boolean told = s.transport() != null || s.failure() != null || s.reply() != null;
        return new DeliveryRow(
                facts,
                s.state(),
                toAlone,
                due,
                new Lease(lease.attempt, s.retries(), s.crashes(), false, 0),
                told ? new Result(s.transport(), s.failure(), s.reply()) : result,
                s.at());
    }

    /** Due now; the time of the last change stays, it tells since when it waits. */
    DeliveryRow promoted() {
        return new DeliveryRow(facts, DeliveryState.QUEUED, false, null, lease, result, changedAt);
    }

    /** Queued again by somebody's decision, with a clean record of crashes. */
    DeliveryRow requeued(Instant at) {
        Lease next = new Lease(lease.attempt, lease.retries, 0, false, 0);
        return new DeliveryRow(facts.withoutExpiry(), DeliveryState.QUEUED, false, null, next, result, at);
    }

    /** Ended without an attempt of ours; a null failure leaves what was known before. */
    DeliveryRow ended(DeliveryState end, @Nullable Failure failure, Instant at) {
        Lease last = new Lease(lease.attempt, lease.retries, lease.crashes, false, 0);
        Result next = failure == null ? result : new Result(result.transport, failure, result.reply);
        return new DeliveryRow(facts, end, false, null, last, next, at);
    }

    /** Without anything personal. */
    DeliveryRow erased() {
        Facts f = new Facts(
                facts.id,
                facts.messageKey,
                facts.messageId,
                facts.queue,
                "",
                "",
                facts.role,
                facts.policy,
                facts.size,
                facts.expiresAt);
        return new DeliveryRow(f, state, alone, dueAt, lease, Result.NONE, changedAt);
    }

    Claim toClaim(@Nullable String suppressedBy) {
        return new Claim(
                facts.id,
                facts.messageKey,
                facts.queue,
                facts.recipient,
                facts.policy,
                facts.size,
                facts.expiresAt,
                lease.attempt,
                lease.retries,
                lease.crashes,
                lease.journalled,
                suppressedBy);
    }

    DeliveryStatus toStatus() {
        boolean unsent = state == DeliveryState.DEFERRED
                || (state.isFinal() && state != DeliveryState.SENT && state != DeliveryState.DELIVERED);
        return DeliveryStatus.builder(facts.id, facts.recipient, facts.role, state)
                .attempts(lease.attempt)
                .changedAt(changedAt)
                .nextAttemptAt(isTimed() ? dueAt : null)
                .transport(result.transport)
                .failure(unsent ? result.failure : null)
                .reply(result.reply)
                .build();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt came to, for one delivery. Retry, failover, circuit breaking and suppression follow from this alone, so
 * every transport has to get it right; {@link #ofReply} and {@link #ofNoReply} decide the usual cases in one place.
 */
public final class Outcome {
    /** The kinds of outcome. */
    public enum Kind {
        /** The peer took responsibility (RFC 5321 §6.1). */
        ACCEPTED,
        /** Not now; the peer has nothing. */
        DEFERRED,
        /** Never; the peer has nothing. */
        REJECTED,
        /** May have been accepted: the reply to the final dot or to the provider's call is missing. */
        AMBIGUOUS,
        /** Our credentials or settings are wrong; the mail is fine and no retry is burned. */
        MISCONFIGURED
    }

    /** What a deferral or a misconfiguration holds for. */
    public enum Scope {
        RECIPIENT,
        MESSAGE,
        DESTINATION,
        TRANSPORT
    }

    /** What was done for it. */
    private enum Effort {
        TRIED,
        NO_ROOM,
        NOT_BEGUN
    }

    private final Kind kind;
    private final Scope scope;
    private final @Nullable Failure failure;
    private final @Nullable Duration retryAfter;
    private final @Nullable String reply;
    private final @Nullable String providerId;
    private final Effort effort;
    private final Map<String, String> facts;

    private Outcome(
            Kind kind,
            Scope scope,
            @Nullable Failure failure,
            @Nullable Duration retryAfter,
            @Nullable String reply,
            @Nullable String providerId,
            Effort effort,
            Map<String, String> facts) {
        this.kind = kind;
        this.scope = scope;
        this.failure = failure;
        this.retryAfter = retryAfter;
        this.reply = reply;
        this.providerId = providerId;
        this.effort = effort;
        this.facts = facts;
    }

    /** The peer took it; {@code reply} is what it said, {@code providerId} its own id for the message, when it has one. */
    public static Outcome accepted(@Nullable String reply, @Nullable String providerId) {
        String text = reply == null ? null : storable(reply);
        return new Outcome(Kind.ACCEPTED, Scope.MESSAGE, null, null, text, providerId, Effort.TRIED, Map.of());
    }

    /** Not now, with the reason; {@code retryAfter} is the peer's own wish, when it named one. */
    public static Outcome deferred(Scope scope, Failure failure, @Nullable Duration retryAfter) {
        return new Outcome(
                Kind.DEFERRED,
                scope,
                Objects.requireNonNull(failure, "failure"),
                retryAfter,
                null,
                null,
                Effort.TRIED,
                Map.of());
    }

    /**
     * Not now, and nobody has looked at this recipient yet, because the call had no room for it. It comes again after exactly
     * {@code retryAfter}, no retry is burned and the back-off does not grow. Only for calls in which others were taken, so that
     * each of them gets on.
     */
    public static Outcome untried(Failure failure, Duration retryAfter) {
        return new Outcome(
                Kind.DEFERRED,
                Scope.RECIPIENT,
                Objects.requireNonNull(failure, "failure"),
                Objects.requireNonNull(retryAfter, "retryAfter"),
                null,
                null,
                Effort.NO_ROOM,
                Map.of());
    }

    /**
     * For a mail of a call that was not begun, because another one had shown that its destination or the transport takes nothing for now:
     * {@code why} is that one's outcome, of which {@link #holdsForOthers} is true. The engine takes the mail back as it was, without an
     * event and without a retry.
     */
    public static Outcome notBegun(Outcome why) {
        if (!why.holdsForOthers()) {
            throw new IllegalArgumentException(why + " says nothing of other mails");
        }
        return new Outcome(why.kind, why.scope, why.failure, why.retryAfter, null, null, Effort.NOT_BEGUN, Map.of());
    }

    /**
     * Not now, and nobody was asked: for a reason of this node's own, such as a limit, nothing goes to the destination for this time. Its
     * queues rest as long on this node, so that not each of their mails finds out; no retry is burned, and there is no event.
     */
    public static Outcome busy(Failure failure, Duration wait) {
        return new Outcome(
                Kind.DEFERRED,
                Scope.DESTINATION,
                Objects.requireNonNull(failure, "failure"),
                Objects.requireNonNull(wait, "wait"),
                null,
                null,
                Effort.NO_ROOM,
                Map.of());
    }

    public static Outcome rejected(Failure failure) {
        return new Outcome(
                Kind.REJECTED,
                Scope.RECIPIENT,
                Objects.requireNonNull(failure, "failure"),
                null,
                null,
                null,
                Effort.TRIED,
                Map.of());
    }

    public static Outcome ambiguous(Failure failure) {
        return new Outcome(
                Kind.AMBIGUOUS,
                Scope.MESSAGE,
                Objects.requireNonNull(failure, "failure"),
                null,
                null,
                null,
                Effort.TRIED,
                Map.of());
    }

    public static Outcome misconfigured(Failure failure) {
        return new Outcome(
                Kind.MISCONFIGURED,
                Scope.TRANSPORT,
                Objects.requireNonNull(failure, "failure"),
                null,
                null,
                null,
                Effort.TRIED,
                Map.of());
    }

    /** The outcome that an SMTP reply stands for in a phase; {@code remoteHost} is host and port of the peer. */
    public static Outcome ofReply(Phase phase, SmtpReply reply, @Nullable String remoteHost) {
        return OutcomeRules.ofReply(phase, reply, remoteHost);
    }

    /**
     * The outcome when no complete reply came.
     *
     * @param reason a stable word: {@code timeout}, {@code connection-lost}, {@code connection-refused}, {@code protocol-error}
     */
    public static Outcome ofNoReply(Phase phase, String reason, String text, @Nullable String remoteHost) {
        return OutcomeRules.ofNoReply(phase, reason, text, remoteHost);
    }

    /**
     * The same with more facts about the attempt, for the mail's timeline; those of the same name are replaced. Usual names are
     * {@code remoteHost}, {@code tls}, {@code connection} and {@code transcript}. Without what is secret, and without addresses where they
     * are not needed; some kilobytes at most.
     */
    public Outcome telling(Map<String, String> more) {
        if (more.isEmpty()) {
            return this;
        }
        Map<String, String> all = new LinkedHashMap<>(facts);
        more.forEach((name, value) -> all.put(name, storable(value)));
        return new Outcome(
                kind, scope, failure, retryAfter, reply, providerId, effort, Collections.unmodifiableMap(all));
    }

    /** A database refuses NUL in a text, and what a server says must not stop the ledger. */
    private static String storable(String text) {
        return text.replace('\0', '\uFFFD');
    }

    public Kind kind() {
        return kind;
    }

    public Scope scope() {
        return scope;
    }

    /** The reason; null exactly when accepted. */
    public @Nullable Failure failure() {
        return failure;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** True for a deferral that burns no retry. */
    public boolean isUntried() {
        return effort == Effort.NO_ROOM;
    }

    /** True when nobody was asked because the destination has to wait for this node. */
    public boolean isBusy() {
        return isUntried() && scope == Scope.DESTINATION;
    }

    /** True for a mail that was left because of another one's outcome. */
    public boolean isNotBegun() {
        return effort == Effort.NOT_BEGUN;
    }

    /**
     * True for what holds for other mails that go the same way as well: a deferral for the destination or the transport, and what is
     * misconfigured. A transport that is handed several mails may then report {@link #notBegun} for the others.
     */
    public boolean holdsForOthers() {
        return kind == Kind.MISCONFIGURED
                || kind == Kind.DEFERRED && (scope == Scope.DESTINATION || scope == Scope.TRANSPORT);
    }

    public @Nullable String reply() {
        return reply;
    }

    public @Nullable String providerId() {
        return providerId;
    }

    /** What else is known of the attempt, by name; not modifiable. */
    public Map<String, String> facts() {
        return facts;
    }

    @Override
    public String toString() {
        return failure == null ? kind.toString() : kind + " (" + scope + "): " + failure;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.EventType;
import dev.mailer.api.Experimental;
import dev.mailer.api.Failure;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The end of an attempt: a new state for a claimed delivery and the event that goes with it, written together. Applies only
 * while the delivery is SENDING and node and attempt are those of the claim; {@link #lateWins} ends a delivery whatever happened
 * since, unless it is SENT, DELIVERED or BOUNCED already. One that does not apply leaves its event where it {@link #isReport
 * reports} what a transport found, and nothing where it is a decision: two nodes may both conclude that a third has died. The
 * event shows attempt, transport and failure, {@link #reply} as the detail {@code reply}, and the facts as further details.
 *
 * @param node the holder of the claim
 * @param state the new state; QUEUED gives the claim back
 * @param alone the delivery is suspected to kill its process and is to be tried alone; with QUEUED only
 * @param dueAt when it becomes due, for DEFERRED, SCHEDULED and {@code alone}
 * @param retries retries burned, for the back-off
 * @param crashes crashes held so far
 * @param event null when nothing worth telling happened, as when a claim is given back
 * @param transport name of the transport, when one was tried
 * @param reply what the server said when it accepted
 * @param facts what else is known of the attempt, for its event
 */
@Experimental
public record Settlement(
        Claim claim,
        long node,
        DeliveryState state,
        boolean alone,
        @Nullable Instant dueAt,
        int retries,
        int crashes,
        Instant at,
        @Nullable EventType event,
        @Nullable String transport,
        @Nullable Failure failure,
        @Nullable String reply,
        Map<String, String> facts) {
    public Settlement {
        facts = Collections.unmodifiableMap(facts);
    }

    /** The end of an attempt of which nothing more is known. */
    public Settlement(
            Claim claim,
            long node,
            DeliveryState state,
            boolean alone,
            @Nullable Instant dueAt,
            int retries,
            int crashes,
            Instant at,
            @Nullable EventType event,
            @Nullable String transport,
            @Nullable Failure failure,
            @Nullable String reply) {
        this(claim, node, state, alone, dueAt, retries, crashes, at, event, transport, failure, reply, Map.of());
    }

    /** The same end for another claim. */
    public Settlement withClaim(Claim other) {
        return new Settlement(
                other, node, state, alone, dueAt, retries, crashes, at, event, transport, failure, reply, facts);
    }

    /** The same end, of which more is known. */
    public Settlement withFacts(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(facts);
        all.putAll(more);
        return new Settlement(
                claim, node, state, alone, dueAt, retries, crashes, at, event, transport, failure, reply, all);
    }

    /** The same end without anything that a server said. */
    public Settlement withoutWords() {
        Failure bare = failure == null
                ? null
                : Failure.builder(failure.reason(), failure.phase()).build();
        return new Settlement(claim, node, state, alone, dueAt, retries, crashes, at, event, transport, bare, null);
    }

    /** True when this is proof of delivery, which holds even if it comes late. */
    public boolean lateWins() {
        return state == DeliveryState.SENT || state == DeliveryState.DELIVERED;
    }

    /** True when a transport was tried, so that the event is a fact whatever became of the claim. */
    public boolean isReport() {
        return transport != null;
    }
}

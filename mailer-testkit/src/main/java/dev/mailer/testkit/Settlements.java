// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.EnhancedCode;
import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Settlement;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ends of attempts as the engine reports them, for tests of stores. */
public final class Settlements {
    /** The transport that every attempt names. */
    public static final String TRANSPORT = "smtp://relay.example.com:587";
    /** What the server says when it accepts. */
    public static final String REPLY = "250 2.0.0 queued";
    /** The reason of everything that is not accepted. */
    public static final Failure FAILURE = Failure.builder("recipient-deferred", Phase.RCPT_TO)
            .code(451)
            .enhancedCode(EnhancedCode.find("4.7.1"))
            .text("greylisted, come back later")
            .remoteHost("mx.example.org:25")
            .retryable()
            .build();

    /** What else is known of an attempt that was accepted; some of it from a server. */
    public static final Map<String, String> FACTS = Map.of("tls", "none", "transcript", "> DATA\n< 354 \"go\" \u00e9");

    private Settlements() {}

    public static Settlement sent(Claim claim, long node, Instant at) {
        return new Settlement(
                claim,
                node,
                DeliveryState.SENT,
                false,
                null,
                claim.retries(),
                claim.crashes(),
                at,
                EventType.SENT,
                TRANSPORT,
                null,
                REPLY,
                FACTS);
    }

    /** Deferred, with one retry more burned. */
    public static Settlement deferred(Claim claim, long node, Instant at, Instant dueAt) {
        return unsent(claim, node, DeliveryState.DEFERRED, at, dueAt, EventType.DEFERRED);
    }

    /** An end without success; REJECTED, FAILED and AMBIGUOUS have an event of the same name. */
    public static Settlement ended(Claim claim, long node, DeliveryState state, Instant at) {
        return unsent(claim, node, state, at, null, EventType.valueOf(state.name()));
    }

    /** The claim is given back as if it had never been, but for the number of its attempt. */
    public static Settlement givenBack(Claim claim, long node, Instant at) {
        return back(claim, node, false, null, claim.retries(), claim.crashes(), at);
    }

    /** Given back by whoever takes over from a node that died; counts the crash. */
    public static Settlement crashed(Claim claim, long node, Instant at) {
        return back(claim, node, false, null, claim.retries(), claim.crashes() + 1, at);
    }

    /** Given back to be tried alone from an instant on. */
    public static Settlement alone(Claim claim, long node, Instant at, Instant dueAt) {
        return back(claim, node, true, dueAt, claim.retries(), claim.crashes() + 1, at);
    }

    /** Ended by a decision, without an attempt of a transport. */
    public static Settlement givenUp(Claim claim, long node, Instant at) {
        return new Settlement(
                claim,
                node,
                DeliveryState.FAILED,
                false,
                null,
                claim.retries(),
                claim.crashes() + 1,
                at,
                EventType.FAILED,
                null,
                FAILURE,
                null);
    }

    private static Settlement back(
            Claim claim, long node, boolean alone, @Nullable Instant dueAt, int retries, int crashes, Instant at) {
        return new Settlement(
                claim, node, DeliveryState.QUEUED, alone, dueAt, retries, crashes, at, null, null, null, null);
    }

    private static Settlement unsent(
            Claim claim, long node, DeliveryState state, Instant at, @Nullable Instant dueAt, EventType event) {
        return new Settlement(
                claim,
                node,
                state,
                false,
                dueAt,
                claim.retries() + 1,
                claim.crashes(),
                at,
                event,
                TRANSPORT,
                FAILURE,
                null);
    }
}

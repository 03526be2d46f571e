// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.EventType;
import dev.mailer.api.MessageStatus;
import java.util.Set;
import java.util.stream.Collectors;

/** The one word for a mail that Resend's clients know, made of the newest event or, failing that, of the states. */
final class LastEvent {
    private LastEvent() {}

    static String of(MessageStatus status) {
        Set<DeliveryState> states =
                status.deliveries().stream().map(DeliveryStatus::state).collect(Collectors.toSet());
        EventType event = status.lastEvent();
        if (event == null) {
            return ofState(states);
        }
        return switch (event) {
            case QUEUED -> states.equals(Set.of(DeliveryState.SCHEDULED)) ? "scheduled" : "queued";
            case SENT -> "sent";
            case DEFERRED, AMBIGUOUS -> "delivery_delayed";
            case DELIVERED -> "delivered";
            case BOUNCED, REJECTED -> "bounced";
            case FAILED, EXPIRED -> "failed";
            case COMPLAINED -> "complained";
            case OPENED -> "opened";
            case CLICKED -> "clicked";
            case SUPPRESSED -> "suppressed";
            case CANCELLED -> "canceled";
            case UNSUBSCRIBED, SUBSCRIBED, AUTORESPONDED, INBOUND, VERDICT, UNKNOWN -> ofState(states);
        };
    }

    /** The state that asks for most attention speaks for all. */
    private static String ofState(Set<DeliveryState> states) {
        DeliveryState worst =
                states.stream().max((a, b) -> Integer.compare(rank(a), rank(b))).orElse(DeliveryState.QUEUED);
        return word(worst);
    }

    /** Resend's word for a state. */
    static String word(DeliveryState state) {
        return switch (state) {
            case SCHEDULED -> "scheduled";
            case QUEUED, SENDING -> "queued";
            case DEFERRED, AMBIGUOUS -> "delivery_delayed";
            case SENT -> "sent";
            case DELIVERED -> "delivered";
            case BOUNCED, REJECTED -> "bounced";
            case FAILED, EXPIRED -> "failed";
            case SUPPRESSED -> "suppressed";
            case CANCELLED -> "canceled";
        };
    }

    private static int rank(DeliveryState state) {
        return switch (state) {
            case DELIVERED -> 0;
            case SENT -> 1;
            case SCHEDULED -> 2;
            case CANCELLED -> 3;
            case SUPPRESSED -> 4;
            case QUEUED, SENDING -> 5;
            case DEFERRED -> 6;
            case AMBIGUOUS -> 7;
            case EXPIRED, FAILED -> 8;
            case REJECTED, BOUNCED -> 9;
        };
    }
}

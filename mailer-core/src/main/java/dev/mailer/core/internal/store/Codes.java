// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.EventType;
import dev.mailer.api.RecipientRole;
import dev.mailer.api.spi.WebhookStore.Status;

/**
 * The numbers that stand for enum constants in the database. They are part of the schema: a number is never given a new
 * meaning, and an unknown one, from a newer version, is read as the closest thing that does no harm.
 */
final class Codes {
    /** A queued delivery that is suspected to kill its process: reported as QUEUED, claimed only alone. */
    static final int ALONE = 4;

    static final int SCHEDULED = 0;
    static final int QUEUED = 1;
    static final int SENDING = 2;
    static final int DEFERRED = 3;
    static final int SUPPRESSED = 15;

    private Codes() {}

    static int of(DeliveryState state, boolean alone) {
        return switch (state) {
            case SCHEDULED -> SCHEDULED;
            case QUEUED -> alone ? ALONE : QUEUED;
            case SENDING -> SENDING;
            case DEFERRED -> DEFERRED;
            case SENT -> 10;
            case DELIVERED -> 11;
            case BOUNCED -> 12;
            case REJECTED -> 13;
            case FAILED -> 14;
            case SUPPRESSED -> SUPPRESSED;
            case CANCELLED -> 16;
            case EXPIRED -> 17;
            case AMBIGUOUS -> 18;
        };
    }

    static int of(DeliveryState state) {
        return of(state, false);
    }

    static DeliveryState state(int code) {
        return switch (code) {
            case SCHEDULED -> DeliveryState.SCHEDULED;
            case QUEUED, ALONE -> DeliveryState.QUEUED;
            case SENDING -> DeliveryState.SENDING;
            case DEFERRED -> DeliveryState.DEFERRED;
            case 10 -> DeliveryState.SENT;
            case 11 -> DeliveryState.DELIVERED;
            case 12 -> DeliveryState.BOUNCED;
            case 13 -> DeliveryState.REJECTED;
            case SUPPRESSED -> DeliveryState.SUPPRESSED;
            case 16 -> DeliveryState.CANCELLED;
            case 17 -> DeliveryState.EXPIRED;
            case 18 -> DeliveryState.AMBIGUOUS;
            default -> DeliveryState.FAILED;
        };
    }

    static int of(EventType type) {
        return switch (type) {
            case QUEUED -> 1;
            case SENT -> 2;
            case DEFERRED -> 3;
            case DELIVERED -> 4;
            case BOUNCED -> 5;
            case REJECTED -> 6;
            case FAILED -> 7;
            case COMPLAINED -> 8;
            case OPENED -> 9;
            case CLICKED -> 10;
            case UNSUBSCRIBED -> 11;
            case SUBSCRIBED -> 12;
            case AUTORESPONDED -> 13;
            case INBOUND -> 14;
            case SUPPRESSED -> 15;
            case CANCELLED -> 16;
            case EXPIRED -> 17;
            case AMBIGUOUS -> 18;
            case VERDICT -> 19;
            case UNKNOWN -> 0;
        };
    }

    static EventType eventType(int code) {
        for (EventType type : EventType.values()) {
            if (of(type) == code) {
                return type;
            }
        }
        return EventType.UNKNOWN;
    }

    static int of(AmbiguityPolicy policy) {
        return switch (policy) {
            case RESEND -> 0;
            case HOLD -> 1;
            case DROP -> 2;
        };
    }

    static AmbiguityPolicy policy(int code) {
        return switch (code) {
            case 0 -> AmbiguityPolicy.RESEND;
            case 2 -> AmbiguityPolicy.DROP;
            default -> AmbiguityPolicy.HOLD;
        };
    }

    static int of(RecipientRole role) {
        return switch (role) {
            case TO -> 0;
            case CC -> 1;
            case BCC -> 2;
        };
    }

    static RecipientRole role(int code) {
        return code == 0 ? RecipientRole.TO : code == 1 ? RecipientRole.CC : RecipientRole.BCC;
    }

    static int of(Status status) {
        return switch (status) {
            case WAITING -> 0;
            case DELIVERED -> 1;
            case DEAD -> 2;
            case HELD -> 3;
        };
    }

    static Status webhook(int code) {
        return switch (code) {
            case 0 -> Status.WAITING;
            case 1 -> Status.DELIVERED;
            case 3 -> Status.HELD;
            default -> Status.DEAD;
        };
    }
}

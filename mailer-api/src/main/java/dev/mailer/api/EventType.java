// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

/** What can happen to a delivery or an address. Grows over time: consumers must expect {@link #UNKNOWN}. */
public enum EventType {
    QUEUED,
    SENT,
    DEFERRED,
    DELIVERED,
    BOUNCED,
    REJECTED,
    FAILED,
    COMPLAINED,
    OPENED,
    CLICKED,
    UNSUBSCRIBED,
    SUBSCRIBED,
    AUTORESPONDED,
    INBOUND,
    SUPPRESSED,
    CANCELLED,
    EXPIRED,
    AMBIGUOUS,
    /** A later judgement whether it was a person who opened or clicked; its detail {@code of} names the {@code hit} it is about. */
    VERDICT,
    /** A type that this version does not know. */
    UNKNOWN
}

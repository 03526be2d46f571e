// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

/** The state of one message to one recipient. Final states do not change any more, except by a late proof of delivery. */
public enum DeliveryState {
    /** Waits for its {@code sendAt}. */
    SCHEDULED(false),
    /** May be sent now. */
    QUEUED(false),
    /** Claimed by a node. */
    SENDING(false),
    /** Failed for now; waits for the next attempt. */
    DEFERRED(false),
    /** The next server took it. Later reports may still turn it into {@code DELIVERED} or {@code BOUNCED}. */
    SENT(true),
    /** Reported as put into the mailbox. */
    DELIVERED(true),
    /** Returned after acceptance. */
    BOUNCED(true),
    /** Refused for good by the next server. */
    REJECTED(true),
    /** Given up by us; the reason tells why. */
    FAILED(true),
    /** Not sent because the address is on the suppression list. */
    SUPPRESSED(true),
    /** Taken back before it was sent. */
    CANCELLED(true),
    /** Not sent before its {@code expiresAt} or within the retry lifetime. */
    EXPIRED(true),
    /** May have been sent; held for its {@link AmbiguityPolicy}. */
    AMBIGUOUS(true);

    private final boolean end;

    DeliveryState(boolean end) {
        this.end = end;
    }

    /** True when no further attempt follows by itself. */
    public boolean isFinal() {
        return end;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.util.Objects;

/** The receipt for an accepted mail. Immutable. */
public final class SendResult {
    private final MessageId id;
    private final boolean duplicate;
    private final int suppressed;

    private SendResult(MessageId id, boolean duplicate, int suppressed) {
        this.id = Objects.requireNonNull(id, "id");
        this.duplicate = duplicate;
        this.suppressed = suppressed;
    }

    /** A mail that was accepted by this call; {@code suppressed} of its recipients are on the suppression list. */
    public static SendResult accepted(MessageId id, int suppressed) {
        return new SendResult(id, false, suppressed);
    }

    /** A mail that an earlier call with the same idempotency key accepted. */
    public static SendResult duplicateOf(MessageId id) {
        return new SendResult(id, true, 0);
    }

    public MessageId id() {
        return id;
    }

    /** True when an earlier call with the same idempotency key accepted this mail; nothing was added. */
    public boolean isDuplicate() {
        return duplicate;
    }

    /** Recipients that will not be mailed because they are on the suppression list; they have a state and an event. */
    public int suppressed() {
        return suppressed;
    }

    @Override
    public String toString() {
        return "SendResult[" + id + (duplicate ? ", duplicate" : "")
                + (suppressed > 0 ? ", suppressed=" + suppressed : "") + "]";
    }
}

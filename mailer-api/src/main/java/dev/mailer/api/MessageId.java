// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.util.Objects;
import java.util.UUID;

/** The public id of an accepted mail: a UUIDv7 (RFC 9562 §5.7), so ids sort by time of acceptance. */
public record MessageId(UUID value) implements Comparable<MessageId> {
    public MessageId {
        Objects.requireNonNull(value, "value");
    }

    /** Reads the canonical text form; anything else is an {@link InvalidEmailException} for the field {@code id}. */
    public static MessageId of(String text) {
        try {
            UUID id = UUID.fromString(text);
            if (id.toString().equalsIgnoreCase(text)) {
                return new MessageId(id);
            }
        } catch (IllegalArgumentException e) {
            // falls through to the one message for every malformed id
        }
        throw new InvalidEmailException(
                "id", "not a message id; expected a UUID such as 01977d3e-5a00-7000-8000-000000000000");
    }

    @Override
    public int compareTo(MessageId other) {
        int high = Long.compareUnsigned(value.getMostSignificantBits(), other.value.getMostSignificantBits());
        return high != 0
                ? high
                : Long.compareUnsigned(value.getLeastSignificantBits(), other.value.getLeastSignificantBits());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}

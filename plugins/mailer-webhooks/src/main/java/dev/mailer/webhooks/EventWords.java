// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.EventType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The types of events as receivers see them. */
public final class EventWords {
    private EventWords() {}

    /** Such as {@code email.delivered}; those that Resend has are called as there. */
    public static String of(EventType type) {
        return switch (type) {
            case DEFERRED -> "email.delivery_delayed";
            case INBOUND -> "email.received";
            default -> "email." + type.name().toLowerCase(Locale.ROOT);
        };
    }

    /** Reads {@code delivered} as well as {@code email.delivered}; null for what is neither. */
    public static @Nullable EventType read(String word) {
        for (EventType type : EventType.values()) {
            if (type != EventType.UNKNOWN
                    && (of(type).equals(word)
                            || type.name().toLowerCase(Locale.ROOT).equals(word))) {
                return type;
            }
        }
        return null;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.StoredMessage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message and the ids of its deliveries, which are in the order of its recipients. */
record MessageRow(StoredMessage stored, @Nullable Instant sendAt, List<Long> deliveries) {
    /** What a row takes besides its content, roughly. */
    private static final int OVERHEAD = 512;

    MessageRow withoutContent() {
        return new MessageRow(
                new StoredMessage(
                        stored.key(),
                        stored.id(),
                        stored.lane(),
                        stored.acceptedAt(),
                        stored.sendAt(),
                        stored.expiresAt(),
                        stored.policy(),
                        stored.summary(),
                        null),
                sendAt,
                deliveries);
    }

    /** Without anything personal. */
    MessageRow erased() {
        NewMessage.Summary none =
                new NewMessage.Summary(null, null, null, stored.summary().messageIdHeader(), Map.of());
        return new MessageRow(
                new StoredMessage(
                        stored.key(),
                        stored.id(),
                        stored.lane(),
                        stored.acceptedAt(),
                        stored.sendAt(),
                        stored.expiresAt(),
                        stored.policy(),
                        none,
                        null),
                sendAt,
                deliveries);
    }

    /** Bytes it takes, roughly. */
    long weight() {
        return OVERHEAD + weight(stored.content());
    }

    static long weight(NewMessage.@Nullable StoredContent content) {
        if (content == null) {
            return 0;
        }
        Bytes raw = content.raw();
        long document = content.document().length();
        return document + (raw == null ? 0 : raw.length());
    }
}

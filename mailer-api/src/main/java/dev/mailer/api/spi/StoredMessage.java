// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.Experimental;
import dev.mailer.api.MessageId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message as it is loaded for sending; the content is null when retention has removed it.
 * Its document names what it keeps in the {@link ContentStore}; whether the list of references is
 * filled here is up to the store.
 */
@Experimental
public record StoredMessage(
        long key,
        MessageId id,
        Lane lane,
        Instant acceptedAt,
        @Nullable Instant sendAt,
        @Nullable Instant expiresAt,
        AmbiguityPolicy policy,
        NewMessage.Summary summary,
        NewMessage.@Nullable StoredContent content) {
    /** What was appended, as {@link OutboxStore#load} gives it. */
    public static StoredMessage of(long key, NewMessage m) {
        return new StoredMessage(
                key, m.id(), m.lane(), m.acceptedAt(), m.sendAt(), m.expiresAt(), m.policy(), m.summary(), m.content());
    }
}

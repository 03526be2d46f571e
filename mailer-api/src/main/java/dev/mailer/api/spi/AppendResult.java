// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.MessageId;

/**
 * What became of an append.
 *
 * @param id the new message, or the one that holds the idempotency key
 * @param suppressed recipients stored as suppressed
 * @param key the store's own key of the new message, as in {@link Claim#messageKey}; 0 where nothing was added, and from a store that
 *     does not say
 */
public record AppendResult(Kind kind, MessageId id, int suppressed, long key) {
    /** Without a key. */
    public AppendResult(Kind kind, MessageId id, int suppressed) {
        this(kind, id, suppressed, 0);
    }

    /** The kinds of result. */
    public enum Kind {
        ACCEPTED,
        /** Same key, same content: nothing was added. */
        DUPLICATE,
        /** Same key, other content: nothing was added. */
        CONFLICT
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.MessageId;

/**
 * What became of an append.
 *
 * @param id the new message, or the one that holds the idempotency key
 * @param suppressed recipients stored as suppressed
 */
public record AppendResult(Kind kind, MessageId id, int suppressed) {
    /** The kinds of result. */
    public enum Kind {
        ACCEPTED,
        /** Same key, same content: nothing was added. */
        DUPLICATE,
        /** Same key, other content: nothing was added. */
        CONFLICT
    }
}

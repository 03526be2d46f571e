// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Makes and checks the tokens of bounces (VERP), tracking and unsubscribe links: one keyed scheme whose keys rotate. What a token carries can
 * be neither read nor changed without the key, so it may hold an address. All nodes of a ledger have the same keys. Thread-safe.
 */
@Experimental
public interface TokenSigner {
    /**
     * A URL-safe token (letters, digits, {@code -}, {@code _}) that carries the payload, about a third longer than that and 24 characters more. The
     * same for the same arguments on every node, also after the key was changed.
     *
     * @param purpose what it is for; a token of another purpose does not verify
     * @param acceptedAt when the mail was accepted that the token is for: it is made with the key of that time
     */
    String sign(String purpose, Bytes payload, Instant acceptedAt);

    /** The payload of a token made for this purpose with a current or former key; null when a single bit differs. Takes the same time either way. */
    @Nullable
    Bytes verify(String purpose, String token);

    /** True when {@link #verify} of this token would not look into the store, as its key is known here, so that no thread is kept. False by default. */
    default boolean knowsKeyOf(String token) {
        return false;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts personal data at rest: one data key per message, wrapped by a versioned master key, so that rotation re-wraps and
 * erasure deletes the key. Thread-safe.
 */
@Experimental
public interface FieldCipher {
    /** A data key as it is stored: wrapped by the master key of this version; version 0 means that nothing is encrypted. */
    record WrappedKey(int version, @Nullable Bytes wrapped) {
        /** No encryption. */
        public static final WrappedKey NONE = new WrappedKey(0, null);
    }

    /** A new data key, wrapped with the current master key. */
    WrappedKey newKey();

    /** The same data key, wrapped with the current master key; the argument itself when it already is. */
    WrappedKey rewrap(WrappedKey key);

    /** Encrypts with the data key; {@code context} is bound to the result (tenant, table, row, column) and needed again to read it. */
    Bytes encrypt(WrappedKey key, String context, Bytes plain);

    /**
     * Reverses {@link #encrypt}.
     *
     * @throws IllegalStateException the text was altered, moved to another row, or its key is gone
     */
    Bytes decrypt(WrappedKey key, String context, Bytes encrypted);

    /** The look-up hash of an address key ({@code local@domain}, lower case): keyed where there is a key, so that it cannot be guessed; else its plain SHA-256. 32 bytes. */
    Bytes lookupHash(String tenant, String addressKey);
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import dev.mailer.api.UnreadableException;
import org.jspecify.annotations.Nullable;

/**
 * Protects personal data at rest: a data key for each owner (a message, an attachment, a suppression), wrapped by a versioned master
 * key, so that rotation re-wraps and erasure deletes the key; and keyed hashes to look data up by. Thread-safe.
 */
@Experimental
public interface FieldCipher {
    /** A data key as it is stored: wrapped by the master key of this version; version 0 means that nothing is encrypted. */
    record WrappedKey(int version, @Nullable Bytes wrapped) {
        /** No encryption. */
        public static final WrappedKey NONE = new WrappedKey(0, null);
    }

    /** A data key in use. What it encrypts can be read with the same key at the same place only. Thread-safe; prints nothing of itself. */
    interface DataKey {
        /** As it is stored. */
        WrappedKey wrapped();

        /** Encrypts; {@code place} names table, column and row, and is needed again to read it. */
        byte[] encrypt(String place, byte[] plain);

        /**
         * Reverses {@link #encrypt}.
         *
         * @throws UnreadableException the text was altered or moved
         */
        byte[] decrypt(String place, byte[] encrypted);
    }

    /** False when nothing is encrypted: then only the hashes are asked for. */
    boolean isOn();

    /** A new data key, wrapped with the current master key; {@code owner} names tenant, table and row, and is needed again to open it. */
    DataKey newKey(String owner);

    /**
     * Unwraps a data key.
     *
     * @throws UnreadableException the key was altered or moved, or its master key is not configured
     */
    DataKey open(String owner, WrappedKey key);

    /**
     * The same data key, wrapped with the current master key; the argument itself when it already is.
     *
     * @throws UnreadableException as {@link #open}
     */
    WrappedKey rewrap(String owner, WrappedKey key);

    /** The look-up hash of an address key ({@code local@domain}, lower case): keyed where there is a key, so that it cannot be guessed; else its plain SHA-256. 32 bytes. */
    Bytes lookupHash(String tenant, String addressKey);

    /**
     * What stands in the store for the SHA-256 of some content, or of an idempotency key: keyed and the tenant's own where there is a key,
     * else itself.
     */
    Bytes contentDigest(String tenant, Bytes sha256);
}

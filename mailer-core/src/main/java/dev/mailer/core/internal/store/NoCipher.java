// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.FieldCipher;
import dev.mailer.core.internal.digest.Sha256;

/** No encryption at rest: text stays as it is, and the look-up hash is a plain SHA-256 of the address. */
public final class NoCipher implements FieldCipher {
    @Override
    public WrappedKey newKey() {
        return WrappedKey.NONE;
    }

    @Override
    public WrappedKey rewrap(WrappedKey key) {
        return key;
    }

    @Override
    public Bytes encrypt(WrappedKey key, String context, Bytes plain) {
        return plain;
    }

    @Override
    public Bytes decrypt(WrappedKey key, String context, Bytes encrypted) {
        if (key.version() != 0) {
            throw new IllegalStateException(
                    "the row is encrypted with master key " + key.version() + ", but no key is configured");
        }
        return encrypted;
    }

    @Override
    public Bytes lookupHash(String tenant, String addressKey) {
        return Sha256.of(addressKey);
    }
}

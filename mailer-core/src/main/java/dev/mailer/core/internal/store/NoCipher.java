// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.UnreadableException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.FieldCipher;
import dev.mailer.core.internal.digest.Sha256;

/** No encryption at rest: text stays as it is, and the look-up hash is a plain SHA-256 of the address. */
public final class NoCipher implements FieldCipher {
    @Override
    public boolean isOn() {
        return false;
    }

    @Override
    public DataKey newKey(String owner) {
        throw new IllegalStateException("nothing is encrypted, so nothing has a key");
    }

    @Override
    public DataKey open(String owner, WrappedKey key) {
        throw UnreadableException.keyMissing(owner, key.version());
    }

    @Override
    public WrappedKey rewrap(String owner, WrappedKey key) {
        return key;
    }

    @Override
    public Bytes lookupHash(String tenant, String addressKey) {
        return Sha256.of(addressKey);
    }

    @Override
    public Bytes contentDigest(String tenant, Bytes sha256) {
        return sha256;
    }
}

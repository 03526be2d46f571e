// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.crypto;

import dev.mailer.api.UnreadableException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.FieldCipher;
import java.security.GeneralSecurityException;
import javax.crypto.SecretKey;

/** The cipher of one ledger: the configured master keys, and the ledger's own keys for hashes. Thread-safe. */
public final class LedgerCipher implements FieldCipher {
    private final MasterKeys masters;
    private final KeyedHash lookup;
    private final KeyedHash digest;

    /**
     * @param lookupKey for addresses
     * @param digestKey for the digests of content
     */
    public LedgerCipher(MasterKeys masters, byte[] lookupKey, byte[] digestKey) {
        this.masters = masters;
        this.lookup = new KeyedHash(lookupKey);
        this.digest = new KeyedHash(digestKey);
    }

    @Override
    public boolean isOn() {
        return true;
    }

    @Override
    public DataKey newKey(String owner) {
        SecretKey key = AesGcm.newKey();
        return new Key(owner, key, wrap(masters, owner, key.getEncoded()));
    }

    @Override
    public DataKey open(String owner, WrappedKey key) {
        return new Key(owner, AesGcm.key(unwrap(masters, owner, key)), key);
    }

    @Override
    public WrappedKey rewrap(String owner, WrappedKey key) {
        if (key.version() == masters.current()) {
            return key;
        }
        return wrap(masters, owner, unwrap(masters, owner, key));
    }

    @Override
    public Bytes lookupHash(String tenant, String addressKey) {
        return lookup.of(tenant, Bytes.utf8(addressKey).unsafeArray());
    }

    @Override
    public Bytes contentDigest(String tenant, Bytes sha256) {
        return digest.of(tenant, sha256.unsafeArray());
    }

    /** Wraps a secret with the current master key. */
    public static WrappedKey wrap(MasterKeys masters, String owner, byte[] secret) {
        return wrap(masters, masters.current(), owner, secret);
    }

    /** The same with the master key of another version, which is configured. */
    public static WrappedKey wrap(MasterKeys masters, int version, String owner, byte[] secret) {
        return new WrappedKey(version, Bytes.wrap(masters.wrap(version, owner, secret)));
    }

    /**
     * Reverses {@link #wrap}.
     *
     * @throws UnreadableException it was altered or moved, or its master key is not configured
     */
    public static byte[] unwrap(MasterKeys masters, String owner, WrappedKey key) {
        Bytes wrapped = key.wrapped();
        if (wrapped == null) {
            throw UnreadableException.altered("the key of " + owner, null);
        }
        return masters.unwrap("the key of " + owner, owner, key.version(), wrapped.unsafeArray());
    }

    /** A key that is kept with the ledger and not with what it encrypts. */
    public static DataKey keyOf(String owner, byte[] secret) {
        return new Key(owner, AesGcm.key(secret), WrappedKey.NONE);
    }

    /** Thirty-two random bytes. */
    public static byte[] newSecret() {
        return AesGcm.newKey().getEncoded();
    }

    private record Key(String owner, SecretKey key, WrappedKey wrapped) implements DataKey {
        @Override
        public byte[] encrypt(String place, byte[] plain) {
            return AesGcm.DATA.encrypt(key, owner + "|" + place, plain);
        }

        @Override
        public byte[] decrypt(String place, byte[] encrypted) {
            try {
                return AesGcm.DATA.decrypt(key, owner + "|" + place, encrypted);
            } catch (GeneralSecurityException e) {
                throw UnreadableException.altered(place + " of " + owner, e);
            }
        }

        @Override
        public String toString() {
            return "DataKey[" + owner + "]";
        }
    }
}

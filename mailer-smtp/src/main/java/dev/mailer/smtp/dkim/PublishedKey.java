// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import dev.mailer.api.Experimental;

/** A key record as a domain publishes it (RFC 6376 §3.6.1). Immutable. */
@Experimental
public final class PublishedKey {
    private final KeyRecord record;

    private PublishedKey(KeyRecord record) {
        this.record = record;
    }

    /**
     * Reads the text of a TXT record, its strings joined.
     *
     * @throws IllegalArgumentException the record is malformed, its key is revoked (an empty {@code p=}), too short, or not for mail
     */
    public static PublishedKey parse(String text) {
        try {
            return new PublishedKey(KeyRecord.parse(text));
        } catch (VerificationException e) {
            throw new IllegalArgumentException(e.reason(), e);
        }
    }

    public DkimAlgorithm algorithm() {
        return record.algorithm();
    }

    /** Of an RSA key its bits, of an Ed25519 key 256. */
    public int bits() {
        return record.bits();
    }

    /** True with the flag {@code y}: receivers treat signatures as if there were none. */
    public boolean isTesting() {
        return record.isTesting();
    }

    /** True when it verifies what the key signs. */
    public boolean belongsTo(DkimPrivateKey key) {
        return key.algorithm() == record.algorithm()
                && record.key()
                        .equals(
                                key.algorithm() == DkimAlgorithm.RSA
                                        ? KeyFormats.rsaPublicKey(key.publicKey())
                                        : KeyFormats.ed25519PublicKey(key.publicKey()));
    }

    /** Kind and size. */
    @Override
    public String toString() {
        return algorithm().keyType() + " key of " + bits() + " bits";
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.crypto;

import dev.mailer.api.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA-256 (RFC 2104) over a tenant and a value. Thread-safe: each call works on a copy that has read the key already. */
final class KeyedHash {
    private static final String ALGORITHM = "HmacSHA256";

    private final Mac keyed;

    KeyedHash(byte[] key) {
        try {
            this.keyed = Mac.getInstance(ALGORITHM);
            keyed.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    /** A name of a tenant holds no zero, so the two cannot run into each other. */
    Bytes of(String tenant, byte[] value) {
        Mac mac = copy();
        mac.update(tenant.getBytes(StandardCharsets.UTF_8));
        mac.update((byte) 0);
        return Bytes.wrap(mac.doFinal(value));
    }

    private Mac copy() {
        try {
            return (Mac) keyed.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the HMAC of this Java cannot be copied", e);
        }
    }
}

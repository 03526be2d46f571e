// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Bytes that follow from a seed: HMAC-SHA-256 of a counter (NIST SP 800-108, counter mode), which nobody without the seed tells from
 * random ones. The same seed gives the same bytes, as long as they are asked for in the same order. Not thread-safe.
 */
final class DerivedRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final transient Mac mac;
    private byte[] block = new byte[0];
    private int used;
    private int counter;

    DerivedRandom(byte[] seed) throws GeneralSecurityException {
        mac = hmac(seed);
    }

    static Mac hmac(byte[] key) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256", BouncyCastle.PROVIDER);
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac;
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        nextBytes(bytes);
        return bytes;
    }

    @Override
    public void nextBytes(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (used == block.length) {
                counter++;
                for (int shift = 24; shift >= 0; shift -= 8) {
                    mac.update((byte) (counter >>> shift));
                }
                block = mac.doFinal();
                used = 0;
            }
            bytes[i] = block[used++];
        }
    }

    @Override
    public byte[] generateSeed(int length) {
        return bytes(length);
    }
}

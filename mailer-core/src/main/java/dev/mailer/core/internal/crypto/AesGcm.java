// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM records: a format byte, a fresh random nonce of 96 bits, the text and its tag of 128 bits. What is bound to a record
 * as associated data is needed again to read it. Thread-safe: each thread has a cipher of its own, because making one costs more than
 * a short text; a cipher keeps what it has computed for its last key, so those for master keys and for data keys are two.
 */
final class AesGcm {
    static final int KEY_BYTES = 32;

    private static final byte FORMAT = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int TEXT = 1 + NONCE_BYTES;
    /** Random bytes drawn at once: asking the system for a few costs as much as for many, and all threads wait for each other there. */
    private static final int DRAWN_BYTES = 4_096;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ThreadLocal<Drawn> DRAWN = ThreadLocal.withInitial(Drawn::new);

    /** For texts. */
    static final AesGcm DATA = new AesGcm();
    /** For keys. */
    static final AesGcm KEYS = new AesGcm();

    private final ThreadLocal<Cipher> ciphers = ThreadLocal.withInitial(AesGcm::newCipher);

    private AesGcm() {}

    /** A random key. */
    static SecretKey newKey() {
        return key(DRAWN.get().next(KEY_BYTES));
    }

    static SecretKey key(byte[] bytes) {
        return new SecretKeySpec(bytes, "AES");
    }

    byte[] encrypt(SecretKey key, String bound, byte[] plain) {
        byte[] nonce = DRAWN.get().next(NONCE_BYTES);
        byte[] record = new byte[TEXT + plain.length + TAG_BITS / 8];
        record[0] = FORMAT;
        System.arraycopy(nonce, 0, record, 1, NONCE_BYTES);
        try {
            Cipher cipher = ciphers.get();
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(bound.getBytes(StandardCharsets.UTF_8));
            cipher.doFinal(plain, 0, plain.length, record, TEXT);
            return record;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-256-GCM", e);
        }
    }

    /** @throws GeneralSecurityException it is no record of ours, or not one of this key and these associated data */
    byte[] decrypt(SecretKey key, String bound, byte[] record) throws GeneralSecurityException {
        if (record.length < TEXT + TAG_BITS / 8 || record[0] != FORMAT) {
            throw new GeneralSecurityException("the record has " + record.length + " bytes and "
                    + (record.length == 0 ? "no format" : "format " + record[0]) + ", expected is format " + FORMAT);
        }
        Cipher cipher = ciphers.get();
        cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, record, 1, NONCE_BYTES));
        cipher.updateAAD(bound.getBytes(StandardCharsets.UTF_8));
        return cipher.doFinal(record, TEXT, record.length - TEXT);
    }

    private static Cipher newCipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-256-GCM", e);
        }
    }

    /** Random bytes of one thread, each given once and kept no longer. */
    private static final class Drawn {
        private final byte[] bytes = new byte[DRAWN_BYTES];
        private int at = bytes.length;

        byte[] next(int count) {
            if (at + count > bytes.length) {
                RANDOM.nextBytes(bytes);
                at = 0;
            }
            byte[] given = Arrays.copyOfRange(bytes, at, at + count);
            Arrays.fill(bytes, at, at + count, (byte) 0);
            at += count;
            return given;
        }
    }
}

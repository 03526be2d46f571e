// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Deterministic authenticated encryption with a synthetic initialization vector, built as RFC 5297 does it, of HMAC-SHA-256 and AES-256
 * in counter mode: the first 16 bytes of the HMAC over purpose, a zero and the text are both its tag and the counter's start. The same
 * text gives the same bytes, and nothing random has to be kept. Its two keys are derived from one secret. Thread-safe.
 */
public final class TokenCipher {
    /** Bytes that encryption adds. */
    public static final int TAG_BYTES = 16;

    private static final String HMAC = "HmacSHA256";
    private static final ThreadLocal<Cipher> CIPHERS = ThreadLocal.withInitial(TokenCipher::newCipher);

    private final Mac tags;
    private final SecretKey texts;

    /** @param secret 32 random bytes */
    public TokenCipher(byte[] secret) {
        if (secret.length != AesGcm.KEY_BYTES) {
            throw new IllegalArgumentException(
                    "a key of tokens has " + AesGcm.KEY_BYTES + " bytes, this one has " + secret.length);
        }
        this.tags = mac(derived(secret, "mailer token tag"));
        this.texts = new SecretKeySpec(derived(secret, "mailer token text"), "AES");
    }

    /** The same for the same arguments; the purpose holds no zero, so that it ends where the text begins. */
    public byte[] encrypt(String purpose, byte[] plain) {
        byte[] tag = tag(purpose, plain);
        byte[] sealed = Arrays.copyOf(tag, TAG_BYTES + plain.length);
        count(tag, plain, 0, sealed, TAG_BYTES);
        return sealed;
    }

    /** Null when it is not one of this key and purpose; whether it is or not, the same is done. */
    public byte @Nullable [] decrypt(String purpose, byte[] sealed) {
        if (sealed.length < TAG_BYTES) {
            return null;
        }
        byte[] tag = Arrays.copyOf(sealed, TAG_BYTES);
        byte[] plain = new byte[sealed.length - TAG_BYTES];
        count(tag, sealed, TAG_BYTES, plain, 0);
        return MessageDigest.isEqual(tag, tag(purpose, plain)) ? plain : null;
    }

    private byte[] tag(String purpose, byte[] plain) {
        Mac mac = copy();
        mac.update(purpose.getBytes(StandardCharsets.UTF_8));
        mac.update((byte) 0);
        return Arrays.copyOf(mac.doFinal(plain), TAG_BYTES);
    }

    private void count(byte[] tag, byte[] from, int at, byte[] to, int toAt) {
        try {
            Cipher cipher = CIPHERS.get();
            cipher.init(Cipher.ENCRYPT_MODE, texts, new IvParameterSpec(tag));
            cipher.doFinal(from, at, from.length - at, to, toAt);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-256 in counter mode", e);
        }
    }

    private Mac copy() {
        try {
            return (Mac) tags.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the HMAC of this Java cannot be copied", e);
        }
    }

    private static byte[] derived(byte[] secret, String use) {
        return mac(secret).doFinal(use.getBytes(StandardCharsets.UTF_8));
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + HMAC, e);
        }
    }

    private static Cipher newCipher() {
        try {
            return Cipher.getInstance("AES/CTR/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES in counter mode", e);
        }
    }
}

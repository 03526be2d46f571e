// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs payloads as Standard Webhooks has it: {@code whsec_} with HMAC-SHA256 (RFC 2104), {@code whsk_} with Ed25519 (RFC 8032), whose
 * 64 octets are the private key and then the public one. Immutable; prints nothing of itself.
 */
final class SigningSecret {
    private static final String SYMMETRIC = "whsec_";
    private static final String PRIVATE = "whsk_";
    private static final int LEAST = 24;
    private static final int MOST = 64;
    private static final int GENERATED = 32;
    private static final int SEED = 32;

    private final byte[] key;
    private final @Nullable PrivateKey pair;

    private SigningSecret(byte[] key, @Nullable PrivateKey pair) {
        this.key = key;
        this.pair = pair;
    }

    /** A new symmetric secret. */
    static Secret generate(RandomGenerator random) {
        byte[] key = new byte[GENERATED];
        random.nextBytes(key);
        return Secret.of(SYMMETRIC + Base64.getEncoder().encodeToString(key));
    }

    /** A new key pair. */
    static Secret generatePair(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(NamedParameterSpec.ED25519, random);
            KeyPair pair = generator.generateKeyPair();
            byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
            // the point as it is signed with is the end of how the key is written
            byte[] written = pair.getPublic().getEncoded();
            byte[] key = Arrays.copyOf(seed, 2 * SEED);
            System.arraycopy(written, written.length - SEED, key, SEED, SEED);
            return Secret.of(PRIVATE + Base64.getEncoder().encodeToString(key));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot sign webhooks", e);
        }
    }

    /** @throws InvalidWebhookException it is none; what it is, is not shown */
    static SigningSecret of(Secret secret) {
        String text = secret.reveal();
        if (text.startsWith(PRIVATE)) {
            return pair(decode(text.substring(PRIVATE.length())));
        }
        byte[] key = decode(text.startsWith(SYMMETRIC) ? text.substring(SYMMETRIC.length()) : "");
        if (key.length < LEAST || key.length > MOST) {
            throw refused();
        }
        return new SigningSecret(key, null);
    }

    private static byte[] decode(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw refused();
        }
    }

    private static SigningSecret pair(byte[] key) {
        if (key.length != 2 * SEED) {
            throw refused();
        }
        try {
            PrivateKey seed = KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, Arrays.copyOf(key, SEED)));
            return new SigningSecret(key, seed);
        } catch (GeneralSecurityException e) {
            throw refused();
        }
    }

    private static InvalidWebhookException refused() {
        return new InvalidWebhookException(
                "secret",
                "must be whsec_ and " + LEAST + " to " + MOST + " octets in base64, or whsk_ and the " + 2 * SEED
                        + " octets of an Ed25519 key pair");
    }

    /** What receivers verify with, where that is no secret; null otherwise. */
    @Nullable
    String publicKey() {
        return pair == null
                ? null
                : "whpk_" + Base64.getEncoder().encodeToString(Arrays.copyOfRange(key, SEED, 2 * SEED));
    }

    /** Such as {@code v1,…}. */
    String sign(String id, long timestamp, byte[] body) {
        return sign((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8), body);
    }

    /** Of the octets of both, one after the other. */
    String sign(byte[] head, byte[] body) {
        try {
            if (pair == null) {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(key, "HmacSHA256"));
                mac.update(head);
                return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
            }
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair);
            signature.update(head);
            signature.update(body);
            return "v1a," + Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot sign webhooks", e);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.Secret;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** The RSA key of an installation that signs as Postal does (RSASSA-PKCS1-v1_5, RFC 8017). Immutable; prints nothing of itself. */
final class PostalKey {
    private final PrivateKey key;
    private final RSAPublicKey verifier;
    private final String id;

    private PostalKey(PrivateKey key, RSAPublicKey verifier, String id) {
        this.key = key;
        this.verifier = verifier;
        this.id = id;
    }

    /**
     * Reads an unencrypted PKCS#8 key in PEM or plain base64.
     *
     * @throws InvalidWebhookException it is none; what it is, is not shown
     */
    static PostalKey of(Secret pem) {
        String text = pem.reveal().replaceAll("-----[^-]*-----", "").replaceAll("\\s+", "");
        try {
            KeyFactory factory = KeyFactory.getInstance("RSA");
            PrivateKey key = factory.generatePrivate(
                    new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
            if (key instanceof RSAPrivateCrtKey crt) {
                RSAPublicKey verifier = (RSAPublicKey)
                        factory.generatePublic(new RSAPublicKeySpec(crt.getModulus(), crt.getPublicExponent()));
                return new PostalKey(key, verifier, id(verifier));
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // told below, without what was read
        }
        throw new InvalidWebhookException(
                "postalKey", "is no unencrypted RSA key in PKCS#8; \"openssl genpkey -algorithm RSA\" makes one");
    }

    /** SHA-256 of the DER of {@code RSAPublicKey}, in hex. */
    static String id(RSAPublicKey key) throws GeneralSecurityException {
        byte[] numbers = concat(der(2, bytes(key.getModulus())), der(2, bytes(key.getPublicExponent())));
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der(0x30, numbers)));
    }

    private static byte[] bytes(BigInteger number) {
        return number.toByteArray();
    }

    private static byte[] der(int tag, byte[] content) {
        byte[] length = content.length < 0x80
                ? new byte[] {(byte) content.length}
                : content.length < 0x100
                        ? new byte[] {(byte) 0x81, (byte) content.length}
                        : new byte[] {(byte) 0x82, (byte) (content.length >> 8), (byte) content.length};
        return concat(concat(new byte[] {(byte) tag}, length), content);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    PostalPublicKey publicKey() {
        return new PostalPublicKey(
                Base64.getEncoder().encodeToString(verifier.getEncoded()),
                unsigned(verifier.getModulus()),
                unsigned(verifier.getPublicExponent()),
                id);
    }

    /** RFC 7518 §2: without a sign and without padding. */
    private static String unsigned(BigInteger number) {
        byte[] octets = number.toByteArray();
        int from = octets[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOfRange(octets, from, octets.length));
    }

    /** The headers of one payload. */
    Map<String, String> headers(byte[] body) {
        Map<String, String> headers = new TreeMap<>();
        headers.put("X-Postal-Signature", sign("SHA1withRSA", body));
        headers.put("X-Postal-Signature-256", sign("SHA256withRSA", body));
        headers.put("X-Postal-Signature-KID", id);
        return headers;
    }

    private String sign(String algorithm, byte[] body) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(body);
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot sign with " + algorithm, e);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.spec.KeySpec;
import java.text.Normalizer;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** SCRAM-SHA-256 without channel binding (RFC 5802 §3, RFC 7677). Used once, by one thread. */
final class Scram implements SaslExchange {
    /** RFC 7677 §4. */
    private static final int LEAST_ITERATIONS = 4_096;
    /** A second or two of CPU; a server that wants more wants to keep us busy. */
    private static final int MOST_ITERATIONS = 2_000_000;

    private static final String HMAC = "HmacSHA256";
    /** "n,,": no channel binding, no other identity. */
    private static final String HEADER = "n,,";

    private final Secret password;
    private final String nonce;
    private final String bare;
    private byte @Nullable [] expected;
    private boolean convinced;

    Scram(String user, Secret password, String nonce) {
        this.password = password;
        this.nonce = nonce;
        this.bare = "n=" + prepared(user).replace("=", "=3D").replace(",", "=2C") + ",r=" + nonce;
    }

    @Override
    public String initial() {
        return HEADER + bare;
    }

    @Override
    public String answer(String challenge) throws WireException {
        Map<Character, String> fields = fields(challenge);
        if (fields.containsKey('e')) {
            // the reply says in its way that it is a refusal
            return "";
        }
        try {
            if (expected == null) {
                return proof(challenge, fields);
            }
            verify(fields);
            return "";
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new WireException(WireException.PROTOCOL, "the server's SCRAM message is malformed", e);
        }
    }

    @Override
    public boolean isConvinced() {
        return convinced;
    }

    private String proof(String challenge, Map<Character, String> fields)
            throws WireException, GeneralSecurityException {
        String both = fields.getOrDefault('r', "");
        if (!both.startsWith(nonce) || both.length() == nonce.length()) {
            throw WireException.protocol("the server's SCRAM nonce is not ours with something behind it");
        }
        String count = fields.getOrDefault('i', "");
        int iterations = count.matches("\\d{1,7}") ? Integer.parseInt(count) : 0;
        if (iterations < LEAST_ITERATIONS || iterations > MOST_ITERATIONS) {
            throw WireException.protocol("the server asks for " + (iterations == 0 ? "no number of" : iterations)
                    + " iterations of SCRAM; expected " + LEAST_ITERATIONS + " to " + MOST_ITERATIONS);
        }
        byte[] salted = salted(Base64.getDecoder().decode(fields.getOrDefault('s', "")), iterations);
        String withoutProof =
                "c=" + Base64.getEncoder().encodeToString(HEADER.getBytes(StandardCharsets.US_ASCII)) + ",r=" + both;
        String messages = bare + ',' + challenge + ',' + withoutProof;
        byte[] clientKey = hmac(salted, "Client Key");
        byte[] proof = hmac(MessageDigest.getInstance("SHA-256").digest(clientKey), messages);
        for (int i = 0; i < proof.length; i++) {
            proof[i] ^= clientKey[i];
        }
        expected = hmac(hmac(salted, "Server Key"), messages);
        return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
    }

    private void verify(Map<Character, String> fields) throws WireException {
        byte[] signature = Base64.getDecoder().decode(fields.getOrDefault('v', ""));
        if (!MessageDigest.isEqual(expected, signature)) {
            throw WireException.protocol("the server does not know the password: its SCRAM signature is wrong");
        }
        convinced = true;
    }

    /** PBKDF2 (RFC 8018 §5.2), as RFC 5802 §2.2 has it. */
    private byte[] salted(byte[] salt, int iterations) throws GeneralSecurityException {
        if (salt.length == 0) {
            throw new GeneralSecurityException("no salt");
        }
        char[] characters = prepared(password.reveal()).toCharArray();
        KeySpec spec = new PBEKeySpec(characters, salt, iterations, 256);
        return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(spec)
                .getEncoded();
    }

    /** RFC 2104. */
    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(HMAC);
        mac.init(new SecretKeySpec(key, HMAC));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The part of SASLprep that changes a text (RFC 4013 §2.1, §2.2): other blanks become spaces, and forms that look alike one. */
    private static String prepared(String text) {
        return Normalizer.normalize(text.replaceAll("[\\p{Zs}]", " ").replace("\u00ad", ""), Normalizer.Form.NFKC);
    }

    private static Map<Character, String> fields(String message) throws WireException {
        Map<Character, String> fields = new HashMap<>();
        for (String field : message.split(",", -1)) {
            if (field.length() < 2 || field.charAt(1) != '=') {
                throw WireException.protocol("the server's SCRAM message is malformed");
            }
            // m announces an extension that nobody may pass over (RFC 5802 §5.1)
            if (field.charAt(0) == 'm' || fields.put(field.charAt(0), field.substring(2)) != null) {
                throw WireException.protocol("the server's SCRAM message has a field twice, or an extension");
            }
        }
        return fields;
    }
}

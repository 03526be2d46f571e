// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import dev.mailer.api.Experimental;
import dev.mailer.api.Secret;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;

/** A key that signs. Prints without the key. Immutable. */
@Experimental
public final class DkimPrivateKey {
    /** Bits of a new RSA key: {@value}. */
    public static final int DEFAULT_RSA_BITS = 2048;

    private static final String BEGIN = "-----BEGIN ";

    private final DkimAlgorithm algorithm;
    private final byte[] pkcs8;
    private final byte[] publicKey;
    private final int bits;

    private DkimPrivateKey(DkimAlgorithm algorithm, byte[] pkcs8, byte[] publicKey, int bits) {
        this.algorithm = algorithm;
        this.pkcs8 = pkcs8;
        this.publicKey = publicKey;
        this.bits = bits;
    }

    /** A new key; RSA has {@value #DEFAULT_RSA_BITS} bits. */
    public static DkimPrivateKey generate(DkimAlgorithm algorithm) {
        return algorithm == DkimAlgorithm.RSA ? generateRsa(DEFAULT_RSA_BITS) : ofSeed(seed());
    }

    /**
     * A new RSA key.
     *
     * @param bits 2048, which all receivers take and which fits a DNS answer, to 4096
     * @throws IllegalArgumentException other sizes
     */
    public static DkimPrivateKey generateRsa(int bits) {
        if (bits < DEFAULT_RSA_BITS || bits > 4096) {
            throw new IllegalArgumentException("a new RSA key has 2048 to 4096 bits, not " + bits);
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return ofPkcs8(generator.generateKeyPair().getPrivate().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no RSA", e);
        }
    }

    /**
     * Reads a key: PEM (RFC 7468) with {@code PRIVATE KEY} (PKCS#8, RSA or Ed25519) or {@code RSA PRIVATE KEY} (PKCS#1), or their base64
     * alone, or the base64 of the 32 octets of an Ed25519 seed. Blanks and lines before and after do not matter.
     *
     * @throws IllegalArgumentException none of these, encrypted, RSA of less than 1024 bits (RFC 8301 §3.2) or more than 8192;
     *     the text never has part of the key
     */
    public static DkimPrivateKey parse(Secret key) {
        String text = key.reveal();
        int begin = text.indexOf(BEGIN);
        if (begin < 0) {
            return ofDer(base64(text));
        }
        int labelEnd = text.indexOf("-----", begin + BEGIN.length());
        String label = labelEnd < 0 ? "" : text.substring(begin + BEGIN.length(), labelEnd);
        int end = text.indexOf("-----END " + label + "-----", begin);
        if (labelEnd < 0 || end < 0) {
            throw new IllegalArgumentException("the PEM of the key has no end: it is cut off");
        }
        String body = text.substring(labelEnd + 5, end);
        return switch (label) {
            case "PRIVATE KEY" -> ofPkcs8(base64(body));
            case "RSA PRIVATE KEY" -> {
                if (body.contains("ENCRYPTED")) {
                    throw encrypted();
                }
                yield ofRsa(base64(body));
            }
            case "ENCRYPTED PRIVATE KEY" -> throw encrypted();
            case "PUBLIC KEY", "RSA PUBLIC KEY" ->
                throw new IllegalArgumentException(
                        "this is the public key: give the private one, \"BEGIN PRIVATE KEY\"");
            default ->
                throw new IllegalArgumentException(
                        "the PEM has \"" + label + "\", allowed are PRIVATE KEY and RSA PRIVATE KEY");
        };
    }

    /** What a file holds, in a form that {@link #parse} reads: text as it is, and octets that are none (DER) in base64. */
    public static Secret secretOf(byte[] file) {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        boolean readable = text.contains(BEGIN) || text.chars().allMatch(DkimPrivateKey::isText);
        return Secret.of(readable ? text : Base64.getEncoder().encodeToString(file));
    }

    private static boolean isText(int c) {
        return c >= ' ' && c <= '~' || c == '\n' || c == '\r' || c == '\t';
    }

    public DkimAlgorithm algorithm() {
        return algorithm;
    }

    /** Of an RSA key its bits, of an Ed25519 key 256. */
    public int bits() {
        return bits;
    }

    /** The key as PKCS#8 in PEM. */
    public Secret toPem() {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pkcs8);
        return Secret.of("-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
    }

    /** The text of the TXT record at {@code selector._domainkey.domain} (RFC 6376 §3.6.1, RFC 8463 §4.2). */
    public String record() {
        return "v=DKIM1; k=" + algorithm.keyType() + "; p="
                + Base64.getEncoder().encodeToString(publicKey);
    }

    byte[] pkcs8() {
        return pkcs8.clone();
    }

    /** What stands in {@code p=}. */
    byte[] publicKey() {
        return publicKey.clone();
    }

    /** Without the key. */
    @Override
    public String toString() {
        return algorithm.keyType() + " key of " + bits + " bits";
    }

    private static DkimPrivateKey ofDer(byte[] der) {
        if (der.length == KeyFormats.ED25519_OCTETS) {
            return ofSeed(der);
        }
        if (der.length == 0 || der[0] != Der.SEQUENCE) {
            throw notAKey();
        }
        return KeyFormats.isPkcs1(der) ? ofRsa(der) : ofPkcs8(der);
    }

    private static DkimPrivateKey ofPkcs8(byte[] der) {
        KeyFormats.Pkcs8 key = KeyFormats.readPkcs8(der);
        return key.algorithm() == DkimAlgorithm.RSA ? ofRsa(key.content()) : ofSeed(key.content());
    }

    private static DkimPrivateKey ofRsa(byte[] pkcs1) {
        byte[] pkcs8 = KeyFormats.pkcs8OfRsa(pkcs1);
        try {
            KeyFactory factory = KeyFactory.getInstance("RSA");
            if (!(factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8)) instanceof RSAPrivateCrtKey key)) {
                throw new IllegalArgumentException("the RSA key lacks its primes");
            }
            KeyFormats.requireSize(key.getModulus().bitLength());
            if (!key.getPrimeP().multiply(key.getPrimeQ()).equals(key.getModulus())
                    || !isInverse(key, key.getPrimeP())
                    || !isInverse(key, key.getPrimeQ())) {
                throw new IllegalArgumentException("the numbers of the RSA key do not belong together");
            }
            byte[] publicKey = factory.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()))
                    .getEncoded();
            return new DkimPrivateKey(
                    DkimAlgorithm.RSA, pkcs8, publicKey, key.getModulus().bitLength());
        } catch (GeneralSecurityException e) {
            // Without the cause: its text may show numbers of the key.
            throw new IllegalArgumentException("malformed RSA key");
        }
    }

    private static boolean isInverse(RSAPrivateCrtKey key, BigInteger prime) {
        BigInteger order = prime.subtract(BigInteger.ONE);
        return order.signum() > 0
                && key.getPublicExponent()
                        .multiply(key.getPrivateExponent())
                        .mod(order)
                        .equals(BigInteger.ONE);
    }

    private static DkimPrivateKey ofSeed(byte[] seed) {
        if (seed.length != KeyFormats.ED25519_OCTETS) {
            throw new IllegalArgumentException("the seed of an Ed25519 key has 32 octets, not " + seed.length);
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519", "SunEC");
            generator.initialize(NamedParameterSpec.ED25519, new SeededRandom(seed));
            KeyPair pair = generator.generateKeyPair();
            byte[] made = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
            if (!Arrays.equals(made, seed)) {
                throw new IllegalStateException("this Java runtime does not derive an Ed25519 key from its seed");
            }
            byte[] spki = pair.getPublic().getEncoded();
            byte[] publicKey = Arrays.copyOfRange(spki, spki.length - KeyFormats.ED25519_OCTETS, spki.length);
            return new DkimPrivateKey(DkimAlgorithm.ED25519, KeyFormats.pkcs8OfSeed(seed), publicKey, 256);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no Ed25519", e);
        }
    }

    private static byte[] seed() {
        byte[] seed = new byte[KeyFormats.ED25519_OCTETS];
        new SecureRandom().nextBytes(seed);
        return seed;
    }

    private static byte[] base64(String text) {
        byte[] plain = text.replaceAll("\\s", "").getBytes(StandardCharsets.US_ASCII);
        if (plain.length == 0) {
            throw new IllegalArgumentException("the key is empty");
        }
        try {
            return Base64.getDecoder().decode(plain);
        } catch (IllegalArgumentException e) {
            throw notAKey();
        }
    }

    private static IllegalArgumentException notAKey() {
        return new IllegalArgumentException("the key is neither PEM nor a key in base64");
    }

    private static IllegalArgumentException encrypted() {
        return new IllegalArgumentException(
                "the key is encrypted with a passphrase: give it without," + " as \"openssl pkey -in FILE\" prints it");
    }

    /** Gives the seed: the platform has no other way from the seed to the public key. */
    private static final class SeededRandom extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private final byte[] seed;

        SeededRandom(byte[] seed) {
            this.seed = seed;
        }

        @Override
        public void nextBytes(byte[] octets) {
            System.arraycopy(seed, 0, octets, 0, octets.length);
        }
    }
}

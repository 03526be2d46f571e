// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/** The encodings of keys: what stands in PEM files and key records, and what Java reads. */
final class KeyFormats {
    /** RSA, and its parameters, which are none. */
    private static final byte[] RSA_ALGORITHM =
            Der.element(Der.SEQUENCE, HexFormat.of().parseHex("06092a864886f70d0101010500"));

    private static final byte[] ED25519_ALGORITHM =
            Der.element(Der.SEQUENCE, HexFormat.of().parseHex("06032b6570"));

    private static final byte[] RSA_OID = HexFormat.of().parseHex("2a864886f70d010101");
    private static final byte[] ED25519_OID = HexFormat.of().parseHex("2b6570");
    private static final byte[] VERSION_0 = Der.element(Der.INTEGER, new byte[1]);

    /** Smallest key that may sign and that is accepted (RFC 8301 §3.2). */
    static final int MIN_RSA_BITS = 1024;
    /** Largest key that is accepted, which bounds what a foreign record can cost. */
    static final int MAX_RSA_BITS = 8192;

    static final int ED25519_OCTETS = 32;

    private KeyFormats() {}

    /** PKCS#8 (RFC 5208) around PKCS#1 (RFC 8017 §A.1.2). */
    static byte[] pkcs8OfRsa(byte[] pkcs1) {
        return Der.element(Der.SEQUENCE, VERSION_0, RSA_ALGORITHM, Der.element(Der.OCTET_STRING, pkcs1));
    }

    /** PKCS#8 around a seed (RFC 8410 §7). */
    static byte[] pkcs8OfSeed(byte[] seed) {
        return Der.element(
                Der.SEQUENCE,
                VERSION_0,
                ED25519_ALGORITHM,
                Der.element(Der.OCTET_STRING, Der.element(Der.OCTET_STRING, seed)));
    }

    /** A private key of PKCS#8, or of what came after it (RFC 5958): its kind, and its PKCS#1 or its seed. */
    static final class Pkcs8 {
        private final DkimAlgorithm algorithm;
        private final byte[] content;

        private Pkcs8(DkimAlgorithm algorithm, byte[] content) {
            this.algorithm = algorithm;
            this.content = content;
        }

        DkimAlgorithm algorithm() {
            return algorithm;
        }

        byte[] content() {
            return content;
        }
    }

    /** @throws IllegalArgumentException malformed, or of another kind */
    static Pkcs8 readPkcs8(byte[] der) {
        Der key = new Der(new Der(der).take(Der.SEQUENCE));
        key.take(Der.INTEGER);
        byte[] oid = new Der(key.take(Der.SEQUENCE)).take(Der.OID);
        byte[] content = key.take(Der.OCTET_STRING);
        if (Arrays.equals(oid, RSA_OID)) {
            return new Pkcs8(DkimAlgorithm.RSA, content);
        }
        if (Arrays.equals(oid, ED25519_OID)) {
            return new Pkcs8(DkimAlgorithm.ED25519, new Der(content).take(Der.OCTET_STRING));
        }
        throw new IllegalArgumentException("the key is neither RSA nor Ed25519");
    }

    /** True for PKCS#1: a sequence of numbers only. */
    static boolean isPkcs1(byte[] der) {
        Der key = new Der(new Der(der).take(Der.SEQUENCE));
        key.take(Der.INTEGER);
        return key.peek() == Der.INTEGER;
    }

    /**
     * The key of a record's {@code p=}: SubjectPublicKeyInfo, or the bare RSAPublicKey that RFC 6376 §3.6.1 names.
     *
     * @throws IllegalArgumentException malformed, or of a size that is not accepted
     */
    static PublicKey rsaPublicKey(byte[] p) {
        byte[] spki = isPkcs1Public(p)
                ? Der.element(Der.SEQUENCE, RSA_ALGORITHM, Der.element(Der.BIT_STRING, new byte[1], p))
                : p;
        PublicKey key = publicKey("RSA", spki);
        BigInteger modulus = ((RSAPublicKey) key).getModulus();
        requireSize(modulus.bitLength());
        return key;
    }

    /** The key of a record's {@code p=}, the bare {@value #ED25519_OCTETS} octets (RFC 8463 §4.2). */
    static PublicKey ed25519PublicKey(byte[] p) {
        if (p.length != ED25519_OCTETS) {
            throw new IllegalArgumentException("an Ed25519 key has 32 octets, not " + p.length);
        }
        return publicKey(
                "Ed25519", Der.element(Der.SEQUENCE, ED25519_ALGORITHM, Der.element(Der.BIT_STRING, new byte[1], p)));
    }

    /** @throws IllegalArgumentException the size is not accepted */
    static void requireSize(int bits) {
        if (bits < MIN_RSA_BITS) {
            throw new IllegalArgumentException(
                    "an RSA key of " + bits + " bits is too short, the least is " + MIN_RSA_BITS + " (RFC 8301 §3.2)");
        }
        if (bits > MAX_RSA_BITS) {
            throw new IllegalArgumentException(
                    "an RSA key of " + bits + " bits is too long, the most is " + MAX_RSA_BITS);
        }
    }

    private static boolean isPkcs1Public(byte[] p) {
        return new Der(new Der(p).take(Der.SEQUENCE)).peek() == Der.INTEGER;
    }

    private static PublicKey publicKey(String algorithm, byte[] spki) {
        try {
            return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(spki));
        } catch (InvalidKeySpecException e) {
            throw new IllegalArgumentException("malformed " + algorithm + " key", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no " + algorithm, e);
        }
    }
}

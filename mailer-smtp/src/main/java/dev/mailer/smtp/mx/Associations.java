// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import dev.mailer.api.spi.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a TLSA record means: which certificates it fits (RFC 6698 §2.1), and whether mail can use it at all. */
final class Associations {
    /** The end entity's certificate or key: DANE-EE. */
    static final int END_ENTITY = 3;
    /** An authority that signed it: DANE-TA. */
    static final int TRUST_ANCHOR = 2;

    static final int WHOLE = 0;
    private static final int CERTIFICATE = 0;
    private static final int PUBLIC_KEY = 1;
    private static final int SHA256 = 1;
    private static final int SHA512 = 2;
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "DSA");

    private Associations() {}

    /** RFC 7672 §3.1: the other usages need authorities that both sides agree on, which mail has not. */
    static boolean isUsable(TlsaRecord r) {
        boolean known = (r.usage() == TRUST_ANCHOR || r.usage() == END_ENTITY)
                && (r.selector() == CERTIFICATE || r.selector() == PUBLIC_KEY);
        return known
                && switch (r.matching()) {
                    case WHOLE -> r.selector() == CERTIFICATE ? certificate(r) != null : publicKey(r) != null;
                    case SHA256 -> r.association().length() == 32;
                    case SHA512 -> r.association().length() == 64;
                    default -> false;
                };
    }

    /** RFC 7671 §9: of digests for the same purpose only the strongest counts, so that a weak one opens no way around it. */
    static List<TlsaRecord> strongest(List<TlsaRecord> records) {
        return records.stream()
                .filter(r -> r.matching() == WHOLE
                        || records.stream()
                                .noneMatch(o -> o.usage() == r.usage()
                                        && o.selector() == r.selector()
                                        && o.matching() > r.matching()))
                .toList();
    }

    static boolean fits(TlsaRecord r, X509Certificate certificate) {
        try {
            byte[] selected = r.selector() == CERTIFICATE
                    ? certificate.getEncoded()
                    : certificate.getPublicKey().getEncoded();
            byte[] shown = switch (r.matching()) {
                case SHA256 -> MessageDigest.getInstance("SHA-256").digest(selected);
                case SHA512 -> MessageDigest.getInstance("SHA-512").digest(selected);
                default -> selected;
            };
            return Arrays.equals(shown, r.association().unsafeArray());
        } catch (CertificateEncodingException e) {
            return false;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-2", e);
        }
    }

    /** The authority's certificate, where the record holds it whole. */
    static @Nullable X509Certificate certificate(TlsaRecord r) {
        if (r.matching() != WHOLE || r.selector() != CERTIFICATE) {
            return null;
        }
        try (InputStream in = r.association().open()) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (CertificateException | IOException | RuntimeException e) {
            // anybody can publish anything
            return null;
        }
    }

    /** The authority's key, where the record holds it whole. */
    static @Nullable PublicKey publicKey(TlsaRecord r) {
        if (r.matching() != WHOLE || r.selector() != PUBLIC_KEY) {
            return null;
        }
        Bytes encoded = r.association();
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded.toByteArray()));
            } catch (InvalidKeySpecException | NoSuchAlgorithmException | RuntimeException e) {
                // it may be of another kind
            }
        }
        return null;
    }
}

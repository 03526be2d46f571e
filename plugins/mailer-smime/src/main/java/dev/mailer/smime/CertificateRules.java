// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import dev.mailer.api.Address;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.jspecify.annotations.Nullable;

/** Which certificates may be used for what (RFC 8550 §4.4, RFC 5280 §4.2.1). Each rule gives what is wrong, or null. */
final class CertificateRules {
    /** The least size of an RSA key: {@value} bits. */
    static final int MIN_RSA_BITS = 2048;
    /** The largest, which bounds what a mail can cost. */
    static final int MAX_RSA_BITS = 8192;

    private static final int DIGITAL_SIGNATURE = 0;
    private static final int NON_REPUDIATION = 1;
    private static final int KEY_ENCIPHERMENT = 2;
    private static final int KEY_AGREEMENT = 4;

    private static final String EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";
    private static final String ANY_PURPOSE = "2.5.29.37.0";
    private static final int MAIL_NAME = 1;

    private CertificateRules() {}

    static @Nullable String againstTime(X509Certificate certificate, Instant begin) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        if (begin.isBefore(from)) {
            return "is not valid before " + from + ", the mail began at " + begin;
        }
        return begin.isAfter(until) ? "expired at " + until + ", the mail began at " + begin : null;
    }

    static @Nullable String againstSigning(X509Certificate certificate) {
        String problem = againstMail(certificate);
        boolean[] usage = certificate.getKeyUsage();
        if (problem == null && usage != null && !usage[DIGITAL_SIGNATURE] && !usage[NON_REPUDIATION]) {
            return "is not for signatures: its key usage lacks digitalSignature";
        }
        return problem;
    }

    static @Nullable String againstEncryption(X509Certificate certificate) {
        String problem = againstMail(certificate);
        boolean[] usage = certificate.getKeyUsage();
        if (problem != null || usage == null) {
            return problem;
        }
        boolean rsa = certificate.getPublicKey() instanceof RSAPublicKey;
        return usage[rsa ? KEY_ENCIPHERMENT : KEY_AGREEMENT]
                ? null
                : "is not for encryption: its key usage lacks " + (rsa ? "keyEncipherment" : "keyAgreement");
    }

    /** The addresses that it names, in small letters: as alternative names, and as old certificates do, in the subject (RFC 8550 §3). */
    static Set<String> addresses(X509Certificate certificate) {
        Set<String> addresses = new TreeSet<>();
        try {
            var names = certificate.getSubjectAlternativeNames();
            for (List<?> name : names == null ? List.<List<?>>of() : names) {
                if (Integer.valueOf(MAIL_NAME).equals(name.get(0))) {
                    addresses.add(name.get(1).toString().toLowerCase(Locale.ROOT));
                }
            }
            for (RDN rdn : new JcaX509CertificateHolder(certificate)
                    .getSubject()
                    .getRDNs(PKCSObjectIdentifiers.pkcs_9_at_emailAddress)) {
                for (AttributeTypeAndValue value : rdn.getTypesAndValues()) {
                    if (value.getType().equals(PKCSObjectIdentifiers.pkcs_9_at_emailAddress)) {
                        addresses.add(IETFUtils.valueToString(value.getValue()).toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (CertificateParsingException | CertificateEncodingException e) {
            return Set.of();
        }
        return addresses;
    }

    static boolean names(X509Certificate certificate, Address address) {
        return addresses(certificate).contains(address.key());
    }

    private static @Nullable String againstMail(X509Certificate certificate) {
        if (certificate.getPublicKey() instanceof RSAPublicKey rsa) {
            int bits = rsa.getModulus().bitLength();
            if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
                return "has an RSA key of " + bits + " bits, allowed are " + MIN_RSA_BITS + " to " + MAX_RSA_BITS;
            }
        } else if (!(certificate.getPublicKey() instanceof ECPublicKey)) {
            return "has a key of the kind " + certificate.getPublicKey().getAlgorithm() + ", allowed are RSA and EC";
        }
        try {
            List<String> purposes = certificate.getExtendedKeyUsage();
            return purposes == null || purposes.contains(EMAIL_PROTECTION) || purposes.contains(ANY_PURPOSE)
                    ? null
                    : "is not for mail: its extended key usage lacks emailProtection";
        } catch (CertificateParsingException e) {
            return "has an extended key usage that cannot be read";
        }
    }
}

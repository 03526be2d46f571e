// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds the certificates that a server shows to the TLSA records of its host. DANE-EE: the server's own is the one, whatever it
 * says of names and dates (RFC 7672 §3.1.1). DANE-TA: one of the authorities has signed it, directly or not, all are valid now
 * and one of the names is in it (§3.1.2). Immutable, thread-safe.
 */
public final class DaneVerifier {
    /** Kind of an alternative name (RFC 5280 §4.2.1.6). */
    private static final Integer DNS_NAME = 2;

    private static final Set<String> SERVER_PURPOSES = Set.of("1.3.6.1.5.5.7.3.1", "2.5.29.37.0");
    private static final int MAX_PATH = 10;

    private final List<TlsaRecord> records;
    private final Set<String> names;
    private final InstantSource clock;

    /**
     * @param records usable ones
     * @param names any of which the certificate may have: the host's, that behind its aliases, the domain's (§3.2.2)
     */
    public DaneVerifier(List<TlsaRecord> records, Set<String> names, InstantSource clock) {
        this.records = Associations.strongest(records);
        this.names = Set.copyOf(names);
        this.clock = clock;
    }

    /** What came of a handshake in which the server showed these, its own first; nothing but SUCCESS is good. */
    public TlsResult verify(List<X509Certificate> chain) {
        if (chain.isEmpty()) {
            return TlsResult.TLSA_INVALID;
        }
        TlsResult result = TlsResult.TLSA_INVALID;
        for (TlsaRecord record : records) {
            TlsResult one = record.usage() == Associations.END_ENTITY
                    ? Associations.fits(record, chain.get(0)) ? TlsResult.SUCCESS : TlsResult.TLSA_INVALID
                    : verifyAuthority(record, chain);
            if (one == TlsResult.SUCCESS) {
                return one;
            }
            // a record that fits and does not help says more than one that does not fit
            result = one == TlsResult.TLSA_INVALID ? result : one;
        }
        return result;
    }

    private TlsResult verifyAuthority(TlsaRecord record, List<X509Certificate> chain) {
        for (X509Certificate shown : chain.subList(1, chain.size())) {
            if (Associations.fits(record, shown)) {
                return verifyBelow(new TrustAnchor(shown, null), chain);
            }
        }
        // an authority need not be shown where the record has all of it (RFC 7671 §5.2)
        X509Certificate certificate = Associations.certificate(record);
        if (certificate != null) {
            return verifyBelow(new TrustAnchor(certificate, null), chain);
        }
        PublicKey key = Associations.publicKey(record);
        if (key != null) {
            X509Certificate last = chain.get(chain.size() - 1);
            return verifyBelow(new TrustAnchor(last.getIssuerX500Principal(), key, null), chain);
        }
        return TlsResult.TLSA_INVALID;
    }

    private TlsResult verifyBelow(TrustAnchor anchor, List<X509Certificate> chain) {
        X509Certificate own = chain.get(0);
        if (!isValidNow(own) || !isValidNow(anchor.getTrustedCert())) {
            return TlsResult.CERTIFICATE_EXPIRED;
        }
        if (!isSignedBelow(anchor, chain) || !isForServers(own)) {
            return TlsResult.CERTIFICATE_NOT_TRUSTED;
        }
        return isNamed(own) ? TlsResult.SUCCESS : TlsResult.CERTIFICATE_HOST_MISMATCH;
    }

    private boolean isValidNow(@Nullable X509Certificate certificate) {
        try {
            if (certificate != null) {
                certificate.checkValidity(now());
            }
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    /** In any order, and with others among them, as servers show them. */
    private boolean isSignedBelow(TrustAnchor anchor, List<X509Certificate> chain) {
        try {
            X509CertSelector own = new X509CertSelector();
            own.setCertificate(chain.get(0));
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(Set.of(anchor), own);
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
            parameters.setRevocationEnabled(false);
            parameters.setMaxPathLength(MAX_PATH);
            parameters.setDate(now());
            CertPathBuilder.getInstance("PKIX").build(parameters);
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }

    private static boolean isForServers(X509Certificate own) {
        try {
            List<String> purposes = own.getExtendedKeyUsage();
            return purposes == null || purposes.stream().anyMatch(SERVER_PURPOSES::contains);
        } catch (CertificateException e) {
            return false;
        }
    }

    /** Among the alternative names only (RFC 9525); an asterisk stands for one whole label, the first. */
    private boolean isNamed(X509Certificate own) {
        try {
            Collection<List<?>> shown = own.getSubjectAlternativeNames();
            return shown != null
                    && shown.stream()
                            .filter(n -> n.get(0).equals(DNS_NAME))
                            .map(n -> n.get(1).toString().toLowerCase(Locale.ROOT))
                            .anyMatch(n -> names.stream().anyMatch(wanted -> isNamed(n, wanted)));
        } catch (CertificateException e) {
            return false;
        }
    }

    private static boolean isNamed(String shown, String wanted) {
        int dot = wanted.indexOf('.');
        return shown.equals(wanted) || dot > 0 && shown.equals("*" + wanted.substring(dot));
    }

    private Date now() {
        return Date.from(clock.instant());
    }
}

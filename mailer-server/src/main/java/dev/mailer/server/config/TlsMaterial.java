// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.jspecify.annotations.Nullable;

/**
 * Certificates and keys in PEM, and what TLS makes of them. What is wrong is an {@link IllegalArgumentException} whose text
 * stands behind the name of a file and has no part of a key.
 */
final class TlsMaterial {
    private static final char[] NO_PASSWORD = {};

    private TlsMaterial() {}

    /** All certificates of a text, at least one. */
    static List<X509Certificate> certificates(String pem) {
        List<X509Certificate> all = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Object part : parts(pem)) {
                if (part instanceof X509CertificateHolder holder) {
                    all.add((X509Certificate)
                            factory.generateCertificate(new ByteArrayInputStream(holder.getEncoded())));
                }
            }
        } catch (GeneralSecurityException | IOException | IllegalStateException e) {
            throw new IllegalArgumentException(
                    "holds a certificate that cannot be read, the one behind " + all.size() + " good ones", e);
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("holds no certificate; PEM with \"BEGIN CERTIFICATE\" belongs there");
        }
        return all;
    }

    /** The private key of a text: PKCS#8, or as OpenSSL wrote it before. */
    static PrivateKey key(String pem) {
        try {
            JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
            for (Object part : parts(pem)) {
                if (part instanceof PEMKeyPair pair) {
                    return converter.getPrivateKey(pair.getPrivateKeyInfo());
                }
                if (part instanceof PrivateKeyInfo info) {
                    return converter.getPrivateKey(info);
                }
                if (part instanceof PKCS8EncryptedPrivateKeyInfo || part instanceof PEMEncryptedKeyPair) {
                    throw new IllegalArgumentException(
                            "holds a key that is encrypted with a passphrase; give it without, as"
                                    + " \"openssl pkey -in FILE\" prints it");
                }
            }
        } catch (IOException | IllegalStateException e) {
            // without the cause, whose text may show parts of the key
            throw new IllegalArgumentException("holds a private key that cannot be read");
        }
        throw new IllegalArgumentException("holds no private key; PEM with \"BEGIN PRIVATE KEY\" belongs there");
    }

    private static List<Object> parts(String pem) throws IOException {
        List<Object> parts = new ArrayList<>();
        PEMParser parser = new PEMParser(new StringReader(pem));
        for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
            parts.add(part);
        }
        return parts;
    }

    /** For servers that are vouched for by one of these authorities. */
    static SSLContext context(List<X509Certificate> authorities) {
        return make(null, authorities);
    }

    /**
     * For servers that want to know who we are.
     *
     * @param authorities empty: those that the platform trusts
     * @param chain the certificate of the key first
     */
    static SSLContext context(List<X509Certificate> authorities, PrivateKey key, List<X509Certificate> chain) {
        if (!belongTogether(key, chain.get(0))) {
            throw new IllegalArgumentException("does not belong to the key: its first certificate, "
                    + chain.get(0).getSubjectX500Principal().getName() + ", is of another one");
        }
        try {
            KeyStore store = store();
            store.setKeyEntry("client", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, NO_PASSWORD);
            return make(keys.getKeyManagers(), authorities);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("and its key cannot be used: " + e.getMessage(), e);
        }
    }

    private static SSLContext make(KeyManager @Nullable [] keys, List<X509Certificate> authorities) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, authorities.isEmpty() ? null : trust(authorities), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no TLS", e);
        }
    }

    private static TrustManager[] trust(List<X509Certificate> authorities) throws GeneralSecurityException {
        KeyStore store = store();
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry("authority-" + i, authorities.get(i));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust.getTrustManagers();
    }

    private static KeyStore store() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, NO_PASSWORD);
            return store;
        } catch (IOException e) {
            throw new IllegalStateException("an empty key store cannot be made", e);
        }
    }

    /** What the one signs the other verifies. */
    private static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        try {
            byte[] probe = {1, 2, 3};
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(certificate);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}

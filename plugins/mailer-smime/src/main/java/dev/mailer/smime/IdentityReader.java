// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import dev.mailer.api.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.jspecify.annotations.Nullable;

/** Reads identities from the text of secrets. What it says of a broken one has no part of the key. */
final class IdentityReader {
    private IdentityReader() {}

    /**
     * @param passphrase null when the text is PEM; otherwise it is PKCS#12 (RFC 7292) in base64
     * @throws IllegalArgumentException tells what is wrong
     */
    static SigningIdentity read(Secret text, @Nullable Secret passphrase) {
        List<X509Certificate> certificates = new ArrayList<>();
        PrivateKey key;
        try {
            key = passphrase == null
                    ? pem(text.reveal(), certificates)
                    : pkcs12(text.reveal(), passphrase.reveal().toCharArray(), certificates);
        } catch (GeneralSecurityException | IOException | IllegalStateException e) {
            // without the cause, whose text may show parts of the key
            throw new IllegalArgumentException(
                    passphrase == null
                            ? "holds PEM that cannot be read"
                            : "is no PKCS#12 that this passphrase opens; give it in base64");
        }
        if (key == null) {
            throw new IllegalArgumentException(
                    passphrase == null
                            ? "has no private key: PEM with \"BEGIN PRIVATE KEY\" and the certificates belongs there, or PKCS#12 in"
                                    + " base64 and a passphrase"
                            : "has no private key");
        }
        for (X509Certificate certificate : certificates) {
            if (SigningIdentity.belongTogether(key, certificate)) {
                certificates.remove(certificate);
                certificates.add(0, certificate);
                return new SigningIdentity(key, certificates);
            }
        }
        throw new IllegalArgumentException(
                certificates.isEmpty()
                        ? "has no certificate beside the key"
                        : "has no certificate that belongs to the key");
    }

    private static @Nullable PrivateKey pem(String text, List<X509Certificate> certificates)
            throws IOException, GeneralSecurityException {
        PrivateKey key = null;
        PEMParser parser = new PEMParser(new StringReader(text));
        JcaPEMKeyConverter converter = new JcaPEMKeyConverter().setProvider(BouncyCastle.PROVIDER);
        for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
            if (part instanceof X509CertificateHolder certificate) {
                certificates.add(certificate(certificate.getEncoded()));
            } else if (part instanceof PEMKeyPair pair) {
                key = converter.getPrivateKey(pair.getPrivateKeyInfo());
            } else if (part instanceof PrivateKeyInfo info) {
                key = converter.getPrivateKey(info);
            } else if (part instanceof PKCS8EncryptedPrivateKeyInfo || part instanceof PEMEncryptedKeyPair) {
                throw new IllegalArgumentException(
                        "has a key that is encrypted with a passphrase: give it without, as \"openssl pkey -in FILE\""
                                + " prints it, or as PKCS#12");
            }
        }
        return key;
    }

    private static @Nullable PrivateKey pkcs12(String base64, char[] passphrase, List<X509Certificate> certificates)
            throws IOException, GeneralSecurityException {
        byte[] bytes;
        try {
            bytes = Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IOException(e);
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(bytes), passphrase);
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias) && store.getKey(alias, passphrase) instanceof PrivateKey key) {
                for (Certificate certificate : store.getCertificateChain(alias)) {
                    certificates.add(certificate(certificate.getEncoded()));
                }
                return key;
            }
        }
        return null;
    }

    private static X509Certificate certificate(byte[] der) throws GeneralSecurityException {
        return (X509Certificate) BouncyCastle.certificates().generateCertificate(new ByteArrayInputStream(der));
    }
}

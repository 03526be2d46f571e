// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataStreamGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.SignerInfoGeneratorBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** A key that signs, and its certificate with those above it. Immutable and thread-safe. */
final class SigningIdentity {
    private final PrivateKey key;
    private final List<X509Certificate> chain;

    /**
     * @param chain the certificate of the key first
     * @throws IllegalArgumentException key and certificate do not belong together, or do not sign mail
     */
    SigningIdentity(PrivateKey key, List<X509Certificate> chain) {
        this.key = key;
        this.chain = List.copyOf(chain);
        String problem = CertificateRules.againstSigning(certificate());
        if (problem != null) {
            throw new IllegalArgumentException("the certificate " + problem);
        }
    }

    X509Certificate certificate() {
        return chain.get(0);
    }

    /** True when this key made for this certificate: what the one signs the other verifies. */
    static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
        try {
            byte[] probe = {1, 2, 3};
            KeySigner signer = new KeySigner(key, algorithm(certificate));
            signer.getOutputStream().write(probe);
            Signature verifier = Signature.getInstance(
                    isRsa(certificate) ? "SHA256withRSA" : "SHA256withECDSA", BouncyCastle.PROVIDER);
            verifier.initVerify(certificate.getPublicKey());
            verifier.update(probe);
            return verifier.verify(signer.getSignature());
        } catch (GeneralSecurityException | IOException | IllegalStateException e) {
            return false;
        }
    }

    /**
     * Signed-data (RFC 5652 §5) over what is written to the stream, complete when that is closed.
     *
     * @param begin the signing time
     * @param encapsulated true when the content goes into the signed-data
     */
    OutputStream open(OutputStream out, Instant begin, boolean encapsulated) throws IOException {
        CMSSignedDataStreamGenerator generator = new CMSSignedDataStreamGenerator();
        try {
            ASN1EncodableVector attributes = new ASN1EncodableVector();
            attributes.add(new Attribute(CMSAttributes.signingTime, new DERSet(new Time(Date.from(begin)))));
            generator.addSignerInfoGenerator(new SignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder()
                            .setProvider(BouncyCastle.PROVIDER)
                            .build())
                    .setSignedAttributeGenerator(
                            new DefaultSignedAttributeTableGenerator(new AttributeTable(attributes)))
                    .build(new KeySigner(key, algorithm(certificate())), new JcaX509CertificateHolder(certificate())));
            generator.addCertificates(new JcaCertStore(chain));
        } catch (CMSException | OperatorCreationException | GeneralSecurityException e) {
            throw new IOException("the mail cannot be signed: " + e.getMessage(), e);
        }
        return generator.open(out, encapsulated);
    }

    private static boolean isRsa(X509Certificate certificate) {
        return certificate.getPublicKey() instanceof RSAPublicKey;
    }

    /** With SHA-256 (RFC 5754). Of the two kinds of RSA signatures the one without random bytes, and ECDSA with those of RFC 6979: equal content, equal signature. */
    private static String algorithm(X509Certificate certificate) {
        return isRsa(certificate) ? "SHA256withRSA" : "SHA256withECDDSA";
    }

    /** Signs once. Not thread-safe. */
    private static final class KeySigner implements ContentSigner {
        private final Signature signature;
        private final AlgorithmIdentifier identifier;

        KeySigner(PrivateKey key, String algorithm) throws GeneralSecurityException {
            signature = Signature.getInstance(algorithm, BouncyCastle.PROVIDER);
            signature.initSign(key);
            // deterministic or not, it verifies as ECDSA
            identifier = new DefaultSignatureAlgorithmIdentifierFinder().find(algorithm.replace("ECDDSA", "ECDSA"));
        }

        @Override
        public AlgorithmIdentifier getAlgorithmIdentifier() {
            return identifier;
        }

        @Override
        public OutputStream getOutputStream() {
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    try {
                        signature.update(bytes, from, length);
                    } catch (GeneralSecurityException e) {
                        throw new IOException("the mail cannot be signed", e);
                    }
                }
            };
        }

        @Override
        public byte[] getSignature() {
            try {
                return signature.sign();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("the key does not sign", e);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import dev.mailer.api.Secret;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates of an authority that exists for a test. */
final class TestCertificates {
    static final Instant FROM = Instant.parse("2020-01-01T00:00:00Z");
    static final Instant UNTIL = Instant.parse("2040-01-01T00:00:00Z");
    static final int ALL = KeyUsage.digitalSignature | KeyUsage.keyEncipherment | KeyUsage.keyAgreement;

    static final TestCertificates CA = new TestCertificates();

    private final KeyPair keys = rsaKey(2048);
    private final X509Certificate root;

    /** A key, its certificate, and who made that. */
    record Holder(KeyPair keys, X509Certificate certificate) {
        Secret pem() {
            return Secret.of(
                    TestCertificates.pem("PRIVATE KEY", keys.getPrivate().getEncoded())
                            + certificatePem(certificate)
                            + certificatePem(CA.root()));
        }

        Secret pkcs12(String passphrase) throws Exception {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "mail", keys.getPrivate(), passphrase.toCharArray(), new Certificate[] {certificate, CA.root()});
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.store(out, passphrase.toCharArray());
            return Secret.of(Base64.getEncoder().encodeToString(out.toByteArray()));
        }
    }

    /** What a certificate says. */
    record Request(KeyPair keys, Instant from, Instant until, int usage, KeyPurposeId purpose, List<String> addresses) {
        static Request of(KeyPair keys, String... addresses) {
            return new Request(keys, FROM, UNTIL, ALL, KeyPurposeId.id_kp_emailProtection, List.of(addresses));
        }

        Request until(Instant end) {
            return new Request(keys, from, end, usage, purpose, addresses);
        }

        Request from(Instant begin) {
            return new Request(keys, begin, until, usage, purpose, addresses);
        }

        Request usage(int bits) {
            return new Request(keys, from, until, bits, purpose, addresses);
        }

        Request purpose(KeyPurposeId id) {
            return new Request(keys, from, until, usage, id, addresses);
        }

        Holder issued() {
            return new Holder(keys, CA.issue(this, false));
        }
    }

    private TestCertificates() {
        root = issue(
                new Request(keys, FROM, UNTIL, KeyUsage.keyCertSign, KeyPurposeId.id_kp_emailProtection, List.of()),
                true);
    }

    X509Certificate root() {
        return root;
    }

    static Holder rsa(String... addresses) {
        return Request.of(rsaKey(2048), addresses).issued();
    }

    static Holder ec(String... addresses) {
        return Request.of(ecKey("secp256r1"), addresses).issued();
    }

    static KeyPair rsaKey(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair ecKey(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static String certificatePem(X509Certificate certificate) {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static String pem(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    private X509Certificate issue(Request request, boolean authority) {
        try {
            X500Name issuer = new X500Name("CN=Test authority");
            var builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    new BigInteger(64, new SecureRandom()).setBit(64),
                    Date.from(request.from()),
                    Date.from(request.until()),
                    authority ? issuer : new X500Name("CN=Somebody"),
                    request.keys().getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(request.usage()));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(request.purpose()));
            if (!request.addresses().isEmpty()) {
                GeneralName[] names = request.addresses().stream()
                        .map(address -> new GeneralName(GeneralName.rfc822Name, address))
                        .toArray(GeneralName[]::new);
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}

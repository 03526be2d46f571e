// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSAuthEnvelopedDataStreamGenerator;
import org.bouncycastle.cms.CMSEnvelopedDataStreamGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.operator.OutputAEADEncryptor;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.operator.jcajce.JceAsymmetricKeyWrapper;

/** Encrypts for one certificate: by RSA (RFC 8551 §2.3, RFC 3370 §4.2.1), or by ECDH with a key pair that is used once (RFC 5753). Immutable. */
final class RecipientKey {
    private static final int TAG_BITS = 128;

    private final X509Certificate certificate;
    private final ContentEncryption encryption;

    RecipientKey(X509Certificate certificate, ContentEncryption encryption) throws GeneralSecurityException {
        // in the form that the provider understands whole
        this.certificate = (X509Certificate)
                BouncyCastle.certificates().generateCertificate(new ByteArrayInputStream(certificate.getEncoded()));
        this.encryption = encryption;
    }

    ContentEncryption encryption() {
        return encryption;
    }

    /** The smime-type. */
    String kind() {
        return encryption.isAuthenticated() ? "authEnveloped-data" : "enveloped-data";
    }

    byte[] fingerprint() throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256", BouncyCastle.PROVIDER).digest(certificate.getEncoded());
    }

    /** Enveloped-data (RFC 5652 §6) around what is written to the stream, complete when that is closed. The order in which keys are drawn is fixed. */
    OutputStream open(OutputStream out, DerivedRandom random) throws GeneralSecurityException, IOException {
        try {
            OutputEncryptor encryptor = encryptor(random);
            RecipientInfoGenerator wrapper = certificate.getPublicKey() instanceof ECPublicKey curve
                    ? agreement(curve, random)
                    : transport(random);
            if (encryption.isAuthenticated()) {
                CMSAuthEnvelopedDataStreamGenerator generator = new CMSAuthEnvelopedDataStreamGenerator();
                generator.addRecipientInfoGenerator(wrapper);
                return generator.open(out, (OutputAEADEncryptor) encryptor);
            }
            CMSEnvelopedDataStreamGenerator generator = new CMSEnvelopedDataStreamGenerator();
            generator.addRecipientInfoGenerator(wrapper);
            return generator.open(out, encryptor);
        } catch (CMSException e) {
            throw new IOException("the mail cannot be encrypted: " + e.getMessage(), e);
        }
    }

    private OutputEncryptor encryptor(DerivedRandom random) throws GeneralSecurityException, CMSException {
        SecretKeySpec key = new SecretKeySpec(random.bytes(encryption.keyBytes()), "AES");
        byte[] nonce = random.bytes(encryption.nonceBytes());
        AlgorithmParameterSpec spec =
                encryption.isAuthenticated() ? new GCMParameterSpec(TAG_BITS, nonce) : new IvParameterSpec(nonce);
        AlgorithmParameters parameters =
                AlgorithmParameters.getInstance(encryption.isAuthenticated() ? "GCM" : "AES", BouncyCastle.PROVIDER);
        parameters.init(spec);
        return new JceCMSContentEncryptorBuilder(encryption.content())
                .setProvider(BouncyCastle.PROVIDER)
                .setSecureRandom(random)
                .setAlgorithmParameters(parameters)
                .build(key);
    }

    private RecipientInfoGenerator transport(DerivedRandom random) throws GeneralSecurityException {
        return new JceKeyTransRecipientInfoGenerator(
                certificate,
                new JceAsymmetricKeyWrapper(certificate)
                        .setProvider(BouncyCastle.PROVIDER)
                        .setSecureRandom(random));
    }

    private RecipientInfoGenerator agreement(ECPublicKey recipient, DerivedRandom random)
            throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", BouncyCastle.PROVIDER);
        generator.initialize(recipient.getParams(), random);
        KeyPair once = generator.generateKeyPair();
        return new JceKeyAgreeRecipientInfoGenerator(
                        CMSAlgorithm.ECDH_SHA256KDF, once.getPrivate(), once.getPublic(), encryption.wrap())
                .setProvider(BouncyCastle.PROVIDER)
                .setSecureRandom(random)
                .addRecipient(certificate);
    }
}

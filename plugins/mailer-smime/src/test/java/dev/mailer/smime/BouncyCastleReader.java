// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import dev.mailer.smime.TestCertificates.Holder;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSAuthEnvelopedData;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.Recipient;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.cms.jcajce.JceKeyAgreeAuthEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyAgreeEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransAuthEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;

/** The parsers of Bouncy Castle, and MIME by hand. */
final class BouncyCastleReader implements SmimeReader {
    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"([^\"]+)\"");

    @Override
    public byte[] verified(byte[] mail) throws Exception {
        String text = new String(mail, StandardCharsets.ISO_8859_1);
        CMSSignedData signed;
        byte[] content;
        if (header(text).contains("multipart/signed")) {
            Matcher boundary = BOUNDARY.matcher(header(text));
            if (!boundary.find()) {
                throw new AssertionError(header(text));
            }
            String[] parts = text.split(Pattern.quote("\r\n--" + boundary.group(1)), -1);
            content = parts[1].substring(2).getBytes(StandardCharsets.ISO_8859_1);
            signed = new CMSSignedData(new CMSProcessableByteArray(content), body(parts[2].substring(2)));
        } else {
            signed = new CMSSignedData(body(text));
            content = (byte[]) signed.getSignedContent().getContent();
        }
        for (SignerInformation signer : signed.getSignerInfos()) {
            X509CertificateHolder certificate = signed.getCertificates().getMatches(null).stream()
                    .filter(signer.getSID()::match)
                    .findAny()
                    .orElseThrow();
            boolean verified = signer.verify(new JcaSimpleSignerInfoVerifierBuilder()
                            .setProvider(BouncyCastle.PROVIDER)
                            .build(certificate))
                    && certificate.isSignatureValid(new JcaContentVerifierProviderBuilder()
                            .setProvider(BouncyCastle.PROVIDER)
                            .build(TestCertificates.CA.root()));
            if (!verified) {
                throw new AssertionError("not verified");
            }
        }
        if (signed.getSignerInfos().size() != 1) {
            throw new AssertionError("signers: " + signed.getSignerInfos().size());
        }
        return content;
    }

    @Override
    public byte[] decrypted(byte[] mail, Holder recipient) throws Exception {
        String text = new String(mail, StandardCharsets.ISO_8859_1);
        var key = recipient.keys().getPrivate();
        boolean rsa = recipient.certificate().getPublicKey() instanceof RSAPublicKey;
        boolean authenticated = header(text).contains("smime-type=authEnveloped-data");
        var infos = authenticated
                ? new CMSAuthEnvelopedData(new ByteArrayInputStream(body(text))).getRecipientInfos()
                : new CMSEnvelopedData(body(text)).getRecipientInfos();
        RecipientInformation only = infos.getRecipients().iterator().next();
        Recipient opener;
        if (authenticated) {
            opener = rsa
                    ? new JceKeyTransAuthEnvelopedRecipient(key).setProvider(BouncyCastle.PROVIDER)
                    : new JceKeyAgreeAuthEnvelopedRecipient(key).setProvider(BouncyCastle.PROVIDER);
        } else {
            opener = rsa
                    ? new JceKeyTransEnvelopedRecipient(key).setProvider(BouncyCastle.PROVIDER)
                    : new JceKeyAgreeEnvelopedRecipient(key).setProvider(BouncyCastle.PROVIDER);
        }
        return only.getContent(opener);
    }

    private static String header(String entity) {
        return entity.substring(0, entity.indexOf("\r\n\r\n")).replaceAll("\r\n(?=[ \t])", "");
    }

    private static byte[] body(String entity) {
        return Base64.getMimeDecoder().decode(entity.substring(entity.indexOf("\r\n\r\n") + 4));
    }
}

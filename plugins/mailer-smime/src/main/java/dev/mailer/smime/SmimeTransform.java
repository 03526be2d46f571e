// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import dev.mailer.api.Address;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.api.spi.Recipient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Signs what its sender has an identity for, and then encrypts it. Immutable and thread-safe. */
final class SmimeTransform implements EntityTransform {
    /** The reason of mail that is refused for want of a certificate: {@value}. */
    static final String NO_CERTIFICATE = "smime-no-certificate";
    /** The reason of mail that is refused for a certificate that may not be used: {@value}. */
    static final String CERTIFICATE = "smime-certificate";

    private final Map<String, SigningIdentity> identities;
    private final @Nullable Encryption encryption;

    /** How mail is encrypted. */
    record Encryption(
            CertificateSource certificates, Bytes secret, MissingCertificate missing, ContentEncryption content) {}

    /** @param identities by {@linkplain Address#key key of the address}, or domain */
    SmimeTransform(Map<String, SigningIdentity> identities, @Nullable Encryption encryption) {
        this.identities = Map.copyOf(identities);
        this.encryption = encryption;
    }

    @Override
    public boolean perRecipient() {
        return encryption != null;
    }

    @Override
    public @Nullable Entity transform(Mail mail, Entity content) throws IOException {
        Protection before = Protection.of(content.contentType());
        if (before == Protection.ENCRYPTED) {
            return null;
        }
        Entity signed = before == Protection.SIGNED ? content : sign(mail, content);
        Entity result = encryption == null ? signed : encrypt(mail, signed, encryption);
        return result == content ? null : result;
    }

    private Entity sign(Mail mail, Entity content) {
        Address author = mail.author();
        SigningIdentity identity = author == null ? null : identities.get(author.key());
        if (identity == null && author != null) {
            identity = identities.get(author.domain());
        }
        if (author == null || identity == null) {
            return content;
        }
        X509Certificate certificate = identity.certificate();
        String problem = CertificateRules.againstTime(certificate, mail.begin());
        if (problem == null && !CertificateRules.names(certificate, author)) {
            problem = "does not name the address of From";
        }
        if (problem != null) {
            throw refused("the sender's certificate", certificate, problem);
        }
        return content.eightBit()
                ? new OpaqueEntity(content, identity, mail.begin())
                : new SignedEntity(content, identity, mail);
    }

    private static Entity encrypt(Mail mail, Entity content, Encryption how) throws IOException {
        // there is one, as perRecipient asks for
        Recipient recipient = mail.recipients().get(0);
        Address address = recipient.address();
        X509Certificate certificate = how.certificates().find(address);
        if (certificate == null) {
            if (how.missing() == MissingCertificate.SEND_UNENCRYPTED) {
                return content;
            }
            throw new RefusedException(
                    NO_CERTIFICATE, "there is no certificate to encrypt with for the recipient at " + address.domain());
        }
        String problem = CertificateRules.againstTime(certificate, mail.begin());
        if (problem == null) {
            problem = CertificateRules.againstEncryption(certificate);
        }
        if (problem == null && !CertificateRules.names(certificate, address)) {
            problem = "does not name the recipient's address";
        }
        if (problem != null) {
            throw refused("the certificate for the recipient at " + address.domain(), certificate, problem);
        }
        byte[] context = (mail.messageId() + " " + address.spec()).getBytes(StandardCharsets.UTF_8);
        try {
            return new EncryptedEntity(content, new RecipientKey(certificate, how.content()), how.secret(), context);
        } catch (GeneralSecurityException e) {
            throw new RefusedException(
                    CERTIFICATE, "the certificate for the recipient at " + address.domain() + " cannot be read");
        }
    }

    private static RefusedException refused(String which, X509Certificate certificate, String problem) {
        return new RefusedException(
                CERTIFICATE,
                which + " (serial number " + certificate.getSerialNumber().toString(16) + ") " + problem);
    }
}

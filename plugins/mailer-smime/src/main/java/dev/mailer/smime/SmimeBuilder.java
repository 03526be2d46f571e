// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import dev.mailer.api.Address;
import dev.mailer.api.Experimental;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.api.spi.SecretSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects who signs and how mail is encrypted. Not thread-safe. */
@Experimental
public final class SmimeBuilder {
    /** What happens by default to mail for a recipient without a certificate. */
    public static final MissingCertificate DEFAULT_MISSING = MissingCertificate.REFUSE;
    /** How content is encrypted by default: in the way that most readers decrypt. */
    public static final ContentEncryption DEFAULT_ENCRYPTION = ContentEncryption.AES_128_CBC;
    /** The least length of the secret that keys are derived from, in characters: {@value}. */
    public static final int MIN_SECRET = 32;

    private final Map<String, SigningIdentity> identities = new HashMap<>();
    private @Nullable SecretSource secrets;
    private @Nullable CertificateSource certificates;
    private @Nullable Secret secret;
    private @Nullable MissingCertificate missing;
    private @Nullable ContentEncryption encryption;

    SmimeBuilder() {}

    /** Where secrets are found by name; {@link SmimePlugin#of} sets the mailer's. */
    public SmimeBuilder secrets(SecretSource secrets) {
        this.secrets = Objects.requireNonNull(secrets, "secrets");
        return this;
    }

    /** Signs mail from this address, or domain, with the PEM of this name in the secret source. */
    public SmimeBuilder identity(String sender, String secretName) {
        return identity(sender, secret(sender, secretName));
    }

    /** As {@link #identity(String, Secret, Secret)}, with both from the secret source. */
    public SmimeBuilder identity(String sender, String secretName, String passphraseName) {
        return identity(sender, secret(sender, secretName), secret(sender, passphraseName));
    }

    /**
     * Signs mail from this address, or from any of a domain that the certificate names, with the private key (PKCS#8, PKCS#1 or SEC 1) and
     * the certificates that this PEM holds in any order.
     *
     * @throws MailerConfigException they cannot be used; the option names the sender
     */
    public SmimeBuilder identity(String sender, Secret pem) {
        return add(sender, pem, null);
    }

    /** As {@link #identity(String, Secret)}, with PKCS#12 in base64. */
    public SmimeBuilder identity(String sender, Secret pkcs12, Secret passphrase) {
        return add(sender, pkcs12, Objects.requireNonNull(passphrase, "passphrase"));
    }

    /**
     * Encrypts mail for each recipient.
     *
     * @param secret what the keys of content are derived from, of at least {@value #MIN_SECRET} random characters, the same on all nodes
     * @throws MailerConfigException it is shorter
     */
    public SmimeBuilder encrypt(CertificateSource certificates, Secret secret) {
        if (this.certificates != null) {
            throw new MailerConfigException("smime.encrypt", "is set twice");
        }
        if (secret.reveal().length() < MIN_SECRET) {
            throw new MailerConfigException(
                    "smime.secret",
                    "has " + secret.reveal().length() + " characters, the least is " + MIN_SECRET
                            + "; \"openssl rand -base64 32\" makes one");
        }
        this.certificates = Objects.requireNonNull(certificates, "certificates");
        this.secret = secret;
        return this;
    }

    /** As {@link #encrypt(CertificateSource, Secret)}, with the secret of this name in the secret source. */
    public SmimeBuilder encrypt(CertificateSource certificates, String secretName) {
        return encrypt(certificates, secret("secret", secretName));
    }

    /** What happens to mail for a recipient without a certificate; {@link #DEFAULT_MISSING} otherwise. */
    public SmimeBuilder missingCertificate(MissingCertificate missing) {
        this.missing = Objects.requireNonNull(missing, "missing");
        return this;
    }

    /** How content is encrypted; {@link #DEFAULT_ENCRYPTION} otherwise. */
    public SmimeBuilder contentEncryption(ContentEncryption encryption) {
        this.encryption = Objects.requireNonNull(encryption, "encryption");
        return this;
    }

    /**
     * What signs and encrypts.
     *
     * @throws MailerConfigException there is nothing to sign or to encrypt with
     */
    public EntityTransform build() {
        if (certificates == null || secret == null) {
            if (identities.isEmpty()) {
                throw new MailerConfigException(
                        "smime", "has neither an identity to sign with nor certificates to encrypt for");
            }
            if (missing != null || encryption != null) {
                throw new MailerConfigException("smime", "says how to encrypt, but has no certificates to encrypt for");
            }
            return new SmimeTransform(identities, null);
        }
        return new SmimeTransform(
                identities,
                new SmimeTransform.Encryption(
                        certificates,
                        Bytes.utf8(secret.reveal()),
                        Objects.requireNonNullElse(missing, DEFAULT_MISSING),
                        Objects.requireNonNullElse(encryption, DEFAULT_ENCRYPTION)));
    }

    private SmimeBuilder add(String sender, Secret text, @Nullable Secret passphrase) {
        String option = "smime." + sender;
        SigningIdentity identity;
        try {
            identity = IdentityReader.read(text, passphrase);
        } catch (IllegalArgumentException e) {
            throw new MailerConfigException(option, String.valueOf(e.getMessage()));
        }
        boolean address = sender.indexOf('@') >= 0;
        Address example;
        try {
            example = Address.of(address ? sender : "postmaster@" + sender);
        } catch (InvalidEmailException e) {
            throw new MailerConfigException(option, "is neither an address nor a domain");
        }
        if (address && !CertificateRules.names(identity.certificate(), example)) {
            throw new MailerConfigException(
                    option,
                    "has a certificate for " + CertificateRules.addresses(identity.certificate()) + " and not for it");
        }
        if (identities.put(address ? example.key() : example.domain(), identity) != null) {
            throw new MailerConfigException(option, "has two identities: one is enough");
        }
        return this;
    }

    private Secret secret(String option, String name) {
        Secret found = secrets == null ? null : secrets.find(name);
        if (found == null) {
            throw new MailerConfigException("smime." + option, "there is no secret \"" + name + '"');
        }
        return found;
    }
}

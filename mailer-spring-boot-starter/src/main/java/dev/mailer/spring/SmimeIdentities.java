// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.smime.CertificateSource;
import dev.mailer.smime.ContentEncryption;
import dev.mailer.smime.MissingCertificate;
import dev.mailer.smime.SmimeBuilder;
import dev.mailer.smime.SmimePlugin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.io.ApplicationResourceLoader;
import org.springframework.core.io.ResourceLoader;

/** The identities that the properties name to sign mail with, and how they say that it is encrypted. */
final class SmimeIdentities {
    /** A key with a long chain is far smaller. */
    private static final int MAX_KEY_FILE = 256 * 1024;

    private SmimeIdentities() {}

    /** @throws MailerConfigException names the property */
    static EntityTransform of(SmimeSettings settings, ResourceLoader resources) {
        SmimeBuilder builder = SmimePlugin.builder();
        if (settings.identities() != null) {
            settings.identities().forEach((name, identity) -> add(name, identity, builder, resources));
        }
        encrypt(settings, builder);
        return builder.build();
    }

    private static void add(
            String name, SmimeSettings.Identity identity, SmimeBuilder builder, ResourceLoader resources) {
        String option = "smime.identities." + name;
        boolean text = isSet(identity.key());
        boolean file = isSet(identity.keyFile());
        boolean pkcs12 = isSet(identity.passphrase());
        if (!isSet(identity.sender()) && name.indexOf('.') < 0) {
            throw new MailerConfigException(
                    option + ".sender", "is missing: '" + name + "' is no domain that sends mail");
        }
        if (text == file) {
            throw text
                    ? new MailerConfigException(option + ".keyFile", "is set beside the key itself: one is enough")
                    : new MailerConfigException(option + ".key", "is missing, and so is a file that has it");
        }
        String sender = isSet(identity.sender()) ? Objects.requireNonNull(identity.sender()) : name;
        try {
            Secret key = Secret.of(
                    text
                            ? Objects.requireNonNull(identity.key())
                            : read(Objects.requireNonNull(identity.keyFile()), pkcs12, resources));
            if (pkcs12) {
                builder.identity(sender, key, Secret.of(Objects.requireNonNull(identity.passphrase())));
            } else {
                builder.identity(sender, key);
            }
        } catch (IOException e) {
            // its text may repeat the location, in whose place somebody may have put the key
            throw new MailerConfigException(
                    option + ".keyFile", "cannot be read: " + e.getClass().getSimpleName());
        } catch (MailerConfigException e) {
            throw new MailerConfigException(option, e.problem());
        }
    }

    private static void encrypt(SmimeSettings settings, SmimeBuilder builder) {
        MissingCertificate missing = missing(settings.missing());
        ContentEncryption encryption = encryption(settings.encryption());
        if (!isSet(settings.certificates())) {
            alone("smime.secret", settings.secret());
            alone("smime.missing", settings.missing());
            alone("smime.encryption", settings.encryption());
            return;
        }
        Path folder = Path.of(Objects.requireNonNull(settings.certificates()));
        if (!Files.isDirectory(folder)) {
            throw new MailerConfigException("smime.certificates", "is not a folder that exists");
        }
        if (!isSet(settings.secret())) {
            throw new MailerConfigException("smime.secret", "is missing; \"openssl rand -base64 32\" makes one");
        }
        builder.encrypt(CertificateSource.folder(folder), Secret.of(Objects.requireNonNull(settings.secret())))
                .missingCertificate(missing)
                .contentEncryption(encryption);
    }

    private static void alone(String option, @Nullable String value) {
        if (isSet(value)) {
            throw new MailerConfigException(
                    option, "is set without smime.certificates, the folder of those that mail is encrypted for");
        }
    }

    private static MissingCertificate missing(@Nullable String text) {
        return switch (word(text, "refuse")) {
            case "refuse" -> MissingCertificate.REFUSE;
            case "send" -> MissingCertificate.SEND_UNENCRYPTED;
            default -> throw new MailerConfigException("smime.missing", "is '" + text + "', not refuse or send");
        };
    }

    private static ContentEncryption encryption(@Nullable String text) {
        return switch (word(text, "aes-128-cbc")) {
            case "aes-128-cbc" -> ContentEncryption.AES_128_CBC;
            case "aes-256-gcm" -> ContentEncryption.AES_256_GCM;
            default ->
                throw new MailerConfigException(
                        "smime.encryption", "is '" + text + "', not aes-128-cbc or aes-256-gcm");
        };
    }

    private static String word(@Nullable String text, String fallback) {
        return text == null || text.isBlank() ? fallback : text.strip().toLowerCase(Locale.ROOT);
    }

    private static boolean isSet(@Nullable String text) {
        return text != null && !text.isBlank();
    }

    /** @param pkcs12 which the file may have as it is or in base64 */
    private static String read(String location, boolean pkcs12, ResourceLoader resources) throws IOException {
        try (InputStream in = ApplicationResourceLoader.get(resources, true)
                .getResource(location)
                .getInputStream()) {
            byte[] content = in.readNBytes(MAX_KEY_FILE);
            return pkcs12 && content.length > 0 && content[0] == 0x30
                    ? Base64.getEncoder().encodeToString(content)
                    : new String(content, StandardCharsets.UTF_8);
        }
    }
}

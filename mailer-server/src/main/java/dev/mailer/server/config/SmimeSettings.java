// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.smime.CertificateSource;
import dev.mailer.smime.ContentEncryption;
import dev.mailer.smime.MissingCertificate;
import dev.mailer.smime.SmimeBuilder;
import dev.mailer.smime.SmimePlugin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads {@code smime.*}: one group of settings for each identity, and how mail is encrypted. For one thread. */
final class SmimeSettings {
    private static final String PREFIX = "smime.identities.";
    /** A key with a long chain is far smaller. */
    private static final long MAX_KEY_FILE = 256 * 1024;

    private final GivenSettings given;
    private final SmimeBuilder builder = SmimePlugin.builder();
    private boolean complete = true;

    SmimeSettings(GivenSettings given) {
        this.given = given;
    }

    /** What signs and encrypts; null when nothing is to be, or something is wrong, which is among the problems then. */
    @Nullable
    EntityTransform transform() {
        Set<String> names = new TreeSet<>();
        given.forEach((key, value) -> {
            if (key.startsWith(PREFIX)) {
                names.add(key.substring(PREFIX.length(), key.lastIndexOf('.')));
            }
        });
        names.forEach(this::identity);
        boolean encrypts = encryption();
        if ((names.isEmpty() && !encrypts) || !complete) {
            return null;
        }
        return builder.build();
    }

    private void identity(String name) {
        String group = PREFIX + name;
        String sender = given.text(group + ".sender", name);
        String text = given.secret(group + ".key");
        String passphrase = given.secret(group + ".passphrase");
        boolean inFile = given.has(group + ".keyFile");
        Path file = given.optional(group + ".keyFile", "a file that exists", Values::file, Path::toString);
        if (!given.has(group + ".sender") && name.indexOf('.') < 0) {
            problem(group + ".sender", "is missing: '" + name + "' is no domain that sends mail");
        } else if (text.isEmpty() && !inFile) {
            problem(group + ".key", "is missing, and so is " + group + ".keyFile");
        } else if (!text.isEmpty() && inFile) {
            problem(group + ".keyFile", "is set beside " + group + ".key: one is enough");
        } else if (inFile && file == null) {
            complete = false;
        } else {
            add(group, sender, text, file, passphrase);
        }
    }

    private void add(String group, String sender, String text, @Nullable Path file, String passphrase) {
        try {
            Secret key = file == null ? Secret.of(text) : read(file, !passphrase.isEmpty());
            if (passphrase.isEmpty()) {
                builder.identity(sender, key);
            } else {
                builder.identity(sender, key, Secret.of(passphrase));
            }
        } catch (IOException e) {
            problem(group + ".keyFile", "cannot be read: " + FileTrouble.of(e));
        } catch (MailerConfigException e) {
            problem(group, e.problem());
        }
    }

    /** False when mail is not encrypted. */
    private boolean encryption() {
        String secret = given.secret("smime.secret");
        Path folder = given.optional("smime.certificates", "a folder that exists", Values::folder, Path::toString);
        MissingCertificate missing = given.value(
                "smime.missing",
                SmimeBuilder.DEFAULT_MISSING,
                "refuse or send",
                SmimeSettings::missing,
                m -> m == MissingCertificate.REFUSE ? "refuse" : "send");
        ContentEncryption content = given.value(
                "smime.encryption",
                SmimeBuilder.DEFAULT_ENCRYPTION,
                "aes-128-cbc or aes-256-gcm",
                SmimeSettings::content,
                c -> c.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        if (!given.has("smime.certificates")) {
            for (String key : new String[] {"smime.secret", "smime.missing", "smime.encryption"}) {
                if (given.has(key)) {
                    problem(key, "is set without smime.certificates, the folder to encrypt for");
                }
            }
            return false;
        }
        if (secret.isEmpty()) {
            problem("smime.secret", "is missing; \"openssl rand -base64 32\" makes one");
        } else if (folder == null) {
            complete = false;
        } else {
            try {
                builder.encrypt(CertificateSource.folder(folder), Secret.of(secret))
                        .missingCertificate(missing)
                        .contentEncryption(content);
            } catch (MailerConfigException e) {
                problem("smime.secret", e.problem());
            }
        }
        return true;
    }

    private void problem(String key, String text) {
        complete = false;
        given.problem(key, text);
    }

    /** @param binary true for PKCS#12, which the file may have as it is or in base64 */
    private static Secret read(Path file, boolean binary) throws IOException {
        if (Files.size(file) > MAX_KEY_FILE) {
            throw new MailerConfigException("keyFile", "has " + Files.size(file) + " bytes, which is no key");
        }
        byte[] content = Files.readAllBytes(file);
        boolean der = binary && content.length > 0 && content[0] == 0x30;
        return Secret.of(
                der ? Base64.getEncoder().encodeToString(content) : new String(content, StandardCharsets.UTF_8));
    }

    private static @Nullable MissingCertificate missing(String text) {
        return switch (text) {
            case "refuse" -> MissingCertificate.REFUSE;
            case "send" -> MissingCertificate.SEND_UNENCRYPTED;
            default -> null;
        };
    }

    private static @Nullable ContentEncryption content(String text) {
        return switch (text) {
            case "aes-128-cbc" -> ContentEncryption.AES_128_CBC;
            case "aes-256-gcm" -> ContentEncryption.AES_256_GCM;
            default -> null;
        };
    }
}

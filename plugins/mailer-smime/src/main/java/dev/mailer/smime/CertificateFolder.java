// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import dev.mailer.api.Address;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Certificates in files. */
final class CertificateFolder implements CertificateSource {
    /** A certificate is far smaller. */
    static final int MAX_FILE = 64 * 1024;

    /** What file systems take. */
    private static final int MAX_NAME = 255;

    private static final String SAFE = "abcdefghijklmnopqrstuvwxyz0123456789._+=@-";

    private final Path folder;

    CertificateFolder(Path folder) {
        this.folder = Objects.requireNonNull(folder, "folder");
    }

    @Override
    public @Nullable X509Certificate find(Address recipient) throws IOException {
        String name = fileName(recipient);
        if (name.length() > MAX_NAME) {
            return null;
        }
        Path file = folder.resolve(name);
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_FILE + 1);
        } catch (NoSuchFileException e) {
            if (!Files.isDirectory(folder)) {
                throw new IOException("the folder of certificates is not there", e);
            }
            return null;
        }
        if (content.length > MAX_FILE) {
            throw new IOException("a file of the folder of certificates has more than " + MAX_FILE + " bytes");
        }
        try {
            return (X509Certificate) BouncyCastle.certificates().generateCertificate(new ByteArrayInputStream(content));
        } catch (CertificateException e) {
            throw new IOException("a file of the folder of certificates holds none that can be read", e);
        }
    }

    /** Addresses come from outside, and no character of one leads out of the folder. */
    static String fileName(Address address) {
        StringBuilder name = new StringBuilder();
        for (byte b : address.key().getBytes(StandardCharsets.UTF_8)) {
            if (SAFE.indexOf(b) >= 0) {
                name.append((char) b);
            } else {
                name.append(String.format(Locale.ROOT, "%%%02x", b));
            }
        }
        return name.append(".pem").toString();
    }
}

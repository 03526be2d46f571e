// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import dev.mailer.server.home.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code tls.*}: whom SMTP servers must be vouched for by, and how we identify ourselves to those that ask. Files are read once. For
 * one thread.
 */
final class TlsSettings {
    /** The authorities of a whole operating system are 250 kB. */
    private static final long MAX_FILE = 4 << 20;

    private final GivenSettings given;
    private final List<String> warnings;
    private boolean complete = true;

    TlsSettings(GivenSettings given, List<String> warnings) {
        this.given = given;
        this.warnings = warnings;
    }

    /** Null when nothing is set, or something is wrong, which is among the problems then. */
    @Nullable
    SSLContext context() {
        List<X509Certificate> authorities = certificates("tls.authorities");
        List<X509Certificate> chain = certificates("tls.certificate");
        PrivateKey key = key();
        boolean hasKey = given.has("tls.key") || given.has("tls.keyFile");
        if (given.has("tls.certificate") && !hasKey) {
            problem("tls.key", "is missing, and so is tls.keyFile: the certificate is of no use without it");
        } else if (hasKey && !given.has("tls.certificate")) {
            problem("tls.certificate", "is missing: the key is of no use without it");
        }
        if (!complete || (authorities.isEmpty() && key == null)) {
            return null;
        }
        try {
            return key == null ? TlsMaterial.context(authorities) : TlsMaterial.context(authorities, key, chain);
        } catch (IllegalArgumentException e) {
            problem("tls.certificate", String.valueOf(e.getMessage()));
            return null;
        }
    }

    private List<X509Certificate> certificates(String setting) {
        Path file = file(setting);
        String text = file == null ? null : read(setting, file);
        if (text == null) {
            return List.of();
        }
        try {
            return TlsMaterial.certificates(text);
        } catch (IllegalArgumentException e) {
            problem(setting, "'" + file + "' " + e.getMessage());
            return List.of();
        }
    }

    private @Nullable PrivateKey key() {
        String text = given.secret("tls.key");
        Path file = file("tls.keyFile");
        if (!text.isEmpty() && given.has("tls.keyFile")) {
            problem("tls.keyFile", "is set beside tls.key: one is enough");
            return null;
        }
        String pem = file == null ? text : read("tls.keyFile", file);
        if (pem == null || pem.isEmpty()) {
            return null;
        }
        try {
            return TlsMaterial.key(pem);
        } catch (IllegalArgumentException e) {
            problem(file == null ? "tls.key" : "tls.keyFile", (file == null ? "" : "'" + file + "' ") + e.getMessage());
            return null;
        }
    }

    private @Nullable Path file(String setting) {
        Path file = given.optional(setting, "a file that exists", Values::file, Path::toString);
        complete &= file != null || !given.has(setting);
        return file;
    }

    private @Nullable String read(String setting, Path file) {
        try {
            long size = Files.size(file);
            if (size > MAX_FILE) {
                problem(setting, "'" + file + "' has " + size + " bytes, allowed are " + MAX_FILE);
                return null;
            }
            if (setting.equals("tls.keyFile") && PrivateFiles.isOpen(file)) {
                warnings.add(setting + ": " + file
                        + " is open to other users, and whoever has read it can identify as you; chmod go= " + file);
            }
            // PEM is ASCII, and what stands around it does not matter
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            problem(setting, "'" + file + "' cannot be read: " + FileTrouble.of(e));
            return null;
        }
    }

    private void problem(String key, String text) {
        complete = false;
        given.problem(key, text);
    }
}

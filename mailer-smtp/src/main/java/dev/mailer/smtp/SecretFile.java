// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A password or token that is all of a small file, such as one of those in {@code /run/secrets}; somebody else may exchange it at any time. */
record SecretFile(Path path) {
    /** In octets; no password is longer. */
    static final int MAX_SIZE = 64 * 1024;

    /** What stands there now, without the line end behind it; null when there is nothing that could be a secret. */
    @Nullable
    Secret read() {
        try {
            String text = text();
            return text.isEmpty() ? null : Secret.of(text);
        } catch (IOException e) {
            return null;
        }
    }

    /** Why there is none. */
    String problem() {
        try {
            return text().isEmpty()
                    ? "the secret file " + path + " is empty"
                    : "the secret file " + path + " was not there";
        } catch (IOException e) {
            return "the secret file " + path + " cannot be read: " + e.getMessage();
        }
    }

    private String text() throws IOException {
        if (!Files.exists(path)) {
            throw new IOException("it is not there");
        }
        // to open a pipe may take for ever
        if (!Files.isRegularFile(path)) {
            throw new IOException("it is no regular file");
        }
        if (!Files.isReadable(path)) {
            throw new IOException("we have no permission");
        }
        byte[] octets;
        try (InputStream in = Files.newInputStream(path)) {
            octets = in.readNBytes(MAX_SIZE + 1);
        }
        if (octets.length > MAX_SIZE) {
            throw new IOException("it has more than " + MAX_SIZE + " octets");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
            return text.endsWith("\r\n")
                    ? text.substring(0, text.length() - 2)
                    : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        } catch (CharacterCodingException e) {
            throw new IOException("it is not in UTF-8", e);
        }
    }
}

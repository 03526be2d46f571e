// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import dev.mailer.api.Secret;
import dev.mailer.smtp.dkim.DkimPrivateKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file with a key that signs: PEM or base64, or the same as octets (DER). */
public final class DkimKeyFile {
    /** A key is far smaller: 8192 bits of RSA are 6.5 kB. */
    private static final int MAX = 64 * 1024;

    private DkimKeyFile() {}

    /**
     * What it holds, in a form for {@link DkimPrivateKey#parse}.
     *
     * @throws IllegalArgumentException it is too long for a key
     */
    public static Secret read(Path file) throws IOException {
        if (Files.size(file) > MAX) {
            throw new IllegalArgumentException("has " + Files.size(file) + " bytes, which is no key");
        }
        return DkimPrivateKey.secretOf(Files.readAllBytes(file));
    }

    /** To stand behind a name, when others may read it. */
    public static String openToOthers(Path file) {
        return file + " is open to other users, and whoever has read it can sign as you; chmod go= " + file;
    }
}

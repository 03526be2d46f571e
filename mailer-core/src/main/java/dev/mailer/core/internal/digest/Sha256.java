// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.digest;

import dev.mailer.api.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 (FIPS 180-4). */
public final class Sha256 {
    private Sha256() {}

    public static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The hash of a text in UTF-8. */
    public static Bytes of(String text) {
        return Bytes.wrap(begin().digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox.mime;

import jakarta.mail.internet.MimeUtility;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Bytes to text where the declared charset may be missing, unknown or wrong. */
final class Charsets {
    private static final Charset LAST_RESORT = Charset.forName("windows-1252");

    private Charsets() {}

    /** UTF-8 where the bytes are that, and what old mailers meant otherwise. */
    static String guess(byte[] bytes, int start, int end) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, start, end - start))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, start, end - start, LAST_RESORT);
        }
    }

    /** The charset of a MIME name; null when this JVM does not know it. */
    static @Nullable Charset find(String mimeName) {
        try {
            return Charset.forName(MimeUtility.javaCharset(mimeName.strip()));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}

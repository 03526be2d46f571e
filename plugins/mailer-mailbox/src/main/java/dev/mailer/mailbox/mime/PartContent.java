// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox.mime;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a part holds behind its transfer encoding: as much as could be read, and what was wrong with it. Immutable; the bytes
 * must not be changed.
 */
public final class PartContent {
    private final byte[] bytes;
    private final @Nullable String charset;
    private final @Nullable String problem;

    private PartContent(byte[] bytes, @Nullable String charset, @Nullable String problem) {
        this.bytes = bytes;
        this.charset = charset;
        this.problem = problem;
    }

    /** Decodes at most {@code limit} bytes. */
    public static PartContent decode(MimePart part, int limit) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.min(limit, Math.max(32, part.encodedSize())));
        String problem = null;
        try (InputStream in = open(part)) {
            byte[] buffer = new byte[8_192];
            int n = 0;
            while (n >= 0 && out.size() < limit) {
                n = in.read(buffer, 0, Math.min(buffer.length, limit - out.size()));
                if (n > 0) {
                    out.write(buffer, 0, n);
                }
            }
            if (out.size() >= limit && in.read() >= 0) {
                problem = "Only the first " + limit / 1024 + " KiB are shown.";
            }
        } catch (MessagingException e) {
            return new PartContent(
                    raw(part, limit), part.parameter("charset"), "Its transfer encoding is unknown; shown as it is.");
        } catch (IOException | RuntimeException e) {
            problem = "Its transfer encoding is broken; shown is what could be read.";
        }
        return new PartContent(out.toByteArray(), part.parameter("charset"), problem);
    }

    public byte[] bytes() {
        return bytes;
    }

    /** What was wrong, in words for people; null when nothing was. */
    public @Nullable String problem() {
        return problem;
    }

    /** The content read in its declared charset, or in the one it looks like. */
    public String text() {
        if (charset != null) {
            Charset declared = Charsets.find(charset);
            if (declared != null && !declared.equals(StandardCharsets.US_ASCII)) {
                return new String(bytes, declared);
            }
        }
        return Charsets.guess(bytes, 0, wholeCharacters(bytes));
    }

    private static InputStream open(MimePart part) throws MessagingException {
        InputStream raw = new ByteArrayInputStream(part.mail(), part.start(), part.encodedSize());
        String encoding = part.encoding();
        return switch (encoding) {
            case "7bit", "8bit", "binary" -> raw;
            default -> MimeUtility.decode(raw, encoding);
        };
    }

    private static byte[] raw(MimePart part, int limit) {
        byte[] raw = new byte[Math.min(limit, part.encodedSize())];
        System.arraycopy(part.mail(), part.start(), raw, 0, raw.length);
        return raw;
    }

    /** The length without a UTF-8 character that was cut at the end, which would make the rest look like no UTF-8. */
    private static int wholeCharacters(byte[] bytes) {
        int at = bytes.length - 1;
        for (int back = 0; back < 3 && at >= 0 && (bytes[at] & 0xC0) == 0x80; back++) {
            at--;
        }
        if (at < 0 || (bytes[at] & 0xC0) != 0xC0) {
            return bytes.length;
        }
        int lead = bytes[at] & 0xFF;
        int needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        return bytes.length - at < needed ? at : bytes.length;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.spi.Bytes;
import dev.mailer.core.internal.mime.Part.Encoding;
import java.nio.charset.StandardCharsets;

/**
 * Text as bytes with CRLF line ends, and the encoding that carries it: 7bit where every hop takes it as it is, quoted-printable
 * for mostly ASCII, base64 otherwise. Never 8bit, so that no hop has to convert what was signed (RFC 6376 §5.3).
 */
record TextBody(Bytes bytes, Encoding encoding) {
    /** Longest line (RFC 5322 §2.1.1). */
    private static final int MAX_LINE = 998;

    /** @param last true when nothing follows: then the last line needs its end (RFC 5321 §2.3.8) */
    static TextBody of(String text, boolean last) {
        byte[] bytes = withCrLf(text, last).getBytes(StandardCharsets.UTF_8);
        return new TextBody(Bytes.wrap(bytes), encodingOf(bytes));
    }

    Part.Body body() {
        return bytes::open;
    }

    private static String withCrLf(String text, boolean last) {
        StringBuilder lines = new StringBuilder(text.length() + text.length() / 32 + 2);
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\r' || c == '\n') {
                lines.append(text, start, i).append("\r\n");
                if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                    i++;
                }
                start = i + 1;
            }
        }
        lines.append(text, start, text.length());
        boolean open = lines.length() == 0 || lines.charAt(lines.length() - 1) != '\n';
        return (last && open ? lines.append("\r\n") : lines).toString();
    }

    private static Encoding encodingOf(byte[] bytes) {
        int eightBit = 0;
        boolean seven = true;
        int line = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            line = b == '\n' ? 0 : line + 1;
            if (b < 0) {
                eightBit++;
            }
            // Controls do not survive every hop, and "=_" starts our boundaries.
            boolean control = (b < ' ' && b >= 0 && b != '\t' && b != '\r' && b != '\n') || b == 127;
            boolean boundary = b == '_' && i > 0 && bytes[i - 1] == '=';
            if (b < 0 || control || boundary || line > MAX_LINE) {
                seven = false;
            }
        }
        if (seven) {
            return Encoding.SEVEN_BIT;
        }
        // Quoted-printable costs three bytes for one, base64 four for three.
        return eightBit > bytes.length / 3 ? Encoding.BASE64 : Encoding.QUOTED_PRINTABLE;
    }
}

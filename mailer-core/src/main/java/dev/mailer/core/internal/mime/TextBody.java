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
    /** Longest line without its end (RFC 5322 §2.1.1). */
    private static final int MAX_LINE = 998;

    /** @param last true when nothing follows: then the last line needs its end (RFC 5321 §2.3.8) */
    static TextBody of(String text, boolean last) {
        byte[] bytes = LineEnds.toCrLf(text.getBytes(StandardCharsets.UTF_8), last);
        return new TextBody(Bytes.wrap(bytes), encodingOf(bytes));
    }

    Part.Body body() {
        return bytes::open;
    }

    /** @param bytes with every line end CRLF */
    private static Encoding encodingOf(byte[] bytes) {
        int eightBit = 0;
        boolean seven = true;
        int line = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            if (b >= ' ' && b < 127 && b != '_') {
                continue;
            }
            if (b == '\n') {
                seven &= i - 1 - line <= MAX_LINE;
                line = i + 1;
            } else if (b < 0) {
                eightBit++;
            } else if (b == '_') {
                // "=_" starts our boundaries
                seven &= i == 0 || bytes[i - 1] != '=';
            } else {
                // other controls do not survive every hop
                seven &= b == '\r' || b == '\t';
            }
        }
        if (seven && eightBit == 0 && bytes.length - line <= MAX_LINE) {
            return Encoding.SEVEN_BIT;
        }
        // Quoted-printable costs three bytes for one, base64 four for three.
        return eightBit > bytes.length / 3 ? Encoding.BASE64 : Encoding.QUOTED_PRINTABLE;
    }
}

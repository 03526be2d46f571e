// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.spi.Bytes;
import java.nio.charset.StandardCharsets;

/**
 * Text as bytes with CRLF line ends, and the encoding that carries it: 7bit where every hop takes it as it is, quoted-printable
 * for mostly ASCII, base64 otherwise. Never 8bit, so that no hop has to convert what was signed (RFC 6376 §5.3).
 */
record TextBody(Bytes bytes, Encoding encoding) {
    /** How a body goes on the wire (RFC 2045 §6). */
    enum Encoding {
        SEVEN_BIT("7bit"),
        QUOTED_PRINTABLE("quoted-printable"),
        BASE64("base64");

        private final String token;

        Encoding(String token) {
            this.token = token;
        }

        String token() {
            return token;
        }
    }

    /** Longest line without its end (RFC 5322 §2.1.1). */
    private static final int MAX_LINE = 998;

    /** @param last true when nothing follows: then the last line needs its end (RFC 5321 §2.3.8) */
    static TextBody of(String text, boolean last) {
        byte[] bytes = LineEnds.toCrLf(text.getBytes(StandardCharsets.UTF_8), last);
        return new TextBody(Bytes.wrap(bytes), encodingOf(bytes));
    }

    /** Encoded. */
    Bytes wire() {
        return switch (encoding) {
            case SEVEN_BIT -> bytes;
            case QUOTED_PRINTABLE -> Bytes.wrap(QuotedPrintable.encode(bytes.unsafeArray()));
            case BASE64 -> Bytes.wrap(Base64Lines.encode(bytes.unsafeArray()));
        };
    }

    /** @param bytes with every line end CRLF */
    private static Encoding encodingOf(byte[] bytes) {
        int eightBit = 0;
        boolean seven = true;
        int line = 0;
        for (int i = ByteScan.firstSpecial(bytes, 0); i < bytes.length; i = ByteScan.firstSpecial(bytes, i + 1)) {
            byte b = bytes[i];
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

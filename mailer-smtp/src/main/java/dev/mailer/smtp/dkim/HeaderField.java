// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One header field as it stands in the message, without the CRLF at its end. Immutable.
 *
 * <p>A line without a colon is a field without a name: nothing selects it.
 */
final class HeaderField {
    private final byte[] octets;
    private final int start;
    private final int colon;
    private final int end;
    private final String name;

    /** The field in {@code octets} from {@code start} to before {@code end}; the array is not copied. */
    HeaderField(byte[] octets, int start, int end) {
        this.octets = octets;
        this.start = start;
        this.end = end;
        int at = start;
        while (at < end && octets[at] != ':') {
            at++;
        }
        this.colon = at;
        int nameEnd = at;
        while (nameEnd > start && isBlank(octets[nameEnd - 1])) {
            nameEnd--;
        }
        this.name = at == end
                ? ""
                : new String(octets, start, nameEnd - start, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }

    static HeaderField of(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        return new HeaderField(octets, 0, octets.length);
    }

    /** In lower case; empty when the line is no field. */
    String name() {
        return name;
    }

    /** What follows the colon, one char for each octet. */
    String value() {
        int from = Math.min(colon + 1, end);
        return new String(octets, from, end - from, StandardCharsets.ISO_8859_1);
    }

    /** This field with part of its {@link #value} left out: what is from {@code from} to before {@code to}. */
    HeaderField without(int from, int to) {
        byte[] rest = new byte[end - start - (to - from)];
        int head = colon + 1 + from - start;
        System.arraycopy(octets, start, rest, 0, head);
        System.arraycopy(octets, start + head + (to - from), rest, head, rest.length - head);
        return new HeaderField(rest, 0, rest.length);
    }

    /** Canonicalises the field (RFC 6376 §3.4.1, §3.4.2), without a CRLF at its end. */
    void canonical(Canonicalization form, Octets out) {
        if (form == Canonicalization.SIMPLE) {
            out.take(octets, start, end - start);
            return;
        }
        byte[] relaxed = new byte[end - start + 1];
        int length = 0;
        for (int i = start; i < end && i < colon; i++) {
            byte c = octets[i];
            relaxed[length++] = c >= 'A' && c <= 'Z' ? (byte) (c + 32) : c;
        }
        while (length > 0 && isBlank(relaxed[length - 1])) {
            length--;
        }
        relaxed[length++] = ':';
        boolean space = false;
        int valueStart = length;
        for (int i = colon + 1; i < end; i++) {
            byte c = octets[i];
            if (isBlank(c)) {
                space = true;
            } else if (!isLineEnd(i)) {
                if (space && length > valueStart) {
                    relaxed[length++] = ' ';
                }
                space = false;
                relaxed[length++] = c;
            }
        }
        out.take(relaxed, 0, length);
    }

    /** Part of a CRLF; a CR or LF alone is content. */
    private boolean isLineEnd(int i) {
        return (octets[i] == '\r' && i + 1 < end && octets[i + 1] == '\n')
                || (octets[i] == '\n' && i > start && octets[i - 1] == '\r');
    }

    private static boolean isBlank(byte c) {
        return c == ' ' || c == '\t';
    }
}

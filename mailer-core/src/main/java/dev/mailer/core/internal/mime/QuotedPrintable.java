// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import java.util.Arrays;

/**
 * Quoted-printable for text whose line ends are CRLF (RFC 2045 §6.7): they stay, a blank before one is encoded, and lines have at most
 * 76 characters.
 */
final class QuotedPrintable {
    /** Characters of a line without the mark of a soft break. */
    private static final int LINE = 75;

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};

    private final byte[] text;
    private byte[] out;
    private int length;
    /** Characters on the current line. */
    private int column;

    private QuotedPrintable(byte[] text) {
        this.text = text;
        this.out = new byte[text.length + text.length / 8 + 2 * (LINE + 3)];
    }

    static byte[] encode(byte[] text) {
        QuotedPrintable encoder = new QuotedPrintable(text);
        encoder.encode();
        return Arrays.copyOf(encoder.out, encoder.length);
    }

    private void encode() {
        int at = 0;
        while (at < text.length) {
            int end = at;
            while (end < text.length && isPlain(text[end])) {
                end++;
            }
            // a blank that ends a line, or the text, would not arrive
            boolean blank = end > at && text[end - 1] == ' ' && (end == text.length || text[end] == '\r');
            plain(at, blank ? end - 1 : end);
            if (blank) {
                encoded(' ');
            }
            at = end;
            if (at < text.length && text[at] == '\r') {
                lineEnd();
                at += 2;
            } else if (at < text.length) {
                encoded(text[at++]);
            }
        }
    }

    private static boolean isPlain(byte b) {
        return b >= ' ' && b < 127 && b != '=';
    }

    private void plain(int from, int to) {
        int at = from;
        while (at < to) {
            if (column == LINE) {
                softBreak();
            }
            int n = Math.min(to - at, LINE - column);
            room(n);
            System.arraycopy(text, at, out, length, n);
            length += n;
            column += n;
            at += n;
        }
    }

    private void encoded(int b) {
        if (column + 3 > LINE) {
            softBreak();
        }
        room(3);
        out[length++] = '=';
        out[length++] = HEX[b >> 4 & 15];
        out[length++] = HEX[b & 15];
        column += 3;
    }

    private void softBreak() {
        room(1);
        out[length++] = '=';
        lineEnd();
    }

    private void lineEnd() {
        room(2);
        out[length++] = '\r';
        out[length++] = '\n';
        column = 0;
    }

    private void room(int bytes) {
        if (length + bytes > out.length) {
            out = Arrays.copyOf(out, out.length + Math.max(bytes, out.length / 2));
        }
    }
}

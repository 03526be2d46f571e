// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

/** Line ends as mail has them: CR and LF together, and neither alone (RFC 5321 §2.3.8). */
final class LineEnds {
    private LineEnds() {}

    /**
     * The text with CRLF for each bare CR and bare LF; the array itself when nothing changes.
     *
     * @param close whether a last line without an end gets one; an empty text is such a line
     */
    static byte[] toCrLf(byte[] text, boolean close) {
        int added = 0;
        for (int i = ByteScan.firstControl(text, 0); i < text.length; i = ByteScan.firstControl(text, i + 1)) {
            if (isBare(text, i)) {
                added++;
            }
        }
        boolean open = text.length == 0 || (text[text.length - 1] != '\n' && text[text.length - 1] != '\r');
        if (added == 0 && !(close && open)) {
            return text;
        }
        byte[] lines = new byte[Math.addExact(text.length, added + (close && open ? 2 : 0))];
        int from = 0;
        int to = 0;
        for (int i = ByteScan.firstControl(text, 0); i < text.length; i = ByteScan.firstControl(text, i + 1)) {
            if (isBare(text, i)) {
                System.arraycopy(text, from, lines, to, i - from);
                to += i - from;
                lines[to++] = '\r';
                lines[to++] = '\n';
                from = i + 1;
            }
        }
        System.arraycopy(text, from, lines, to, text.length - from);
        if (close && open) {
            lines[lines.length - 2] = '\r';
            lines[lines.length - 1] = '\n';
        }
        return lines;
    }

    private static boolean isBare(byte[] text, int at) {
        return switch (text[at]) {
            case '\n' -> at == 0 || text[at - 1] != '\r';
            case '\r' -> at + 1 == text.length || text[at + 1] != '\n';
            default -> false;
        };
    }
}

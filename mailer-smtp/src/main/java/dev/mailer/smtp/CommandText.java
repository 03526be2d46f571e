// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

/**
 * What may stand in a command. Addresses and settings were checked where they were made; this is the second fence before the
 * wire (RFC 5321 §2.3.8: CR and LF only as line ends).
 */
final class CommandText {
    private CommandText() {}

    /** True when the text has no control character and, without {@code utf8}, nothing but ASCII. */
    static boolean isSafe(String text, boolean utf8) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean ascii = c >= ' ' && c < 0x7f;
            if (!ascii && !(utf8 && isInternational(text, i))) {
                return false;
            }
        }
        return true;
    }

    /** True for what may stand between the angle brackets of a path: safe, without brackets of its own outside quotes. */
    static boolean isSafePath(String spec, boolean utf8) {
        boolean quoted = false;
        for (int i = 0; i < spec.length(); i++) {
            char c = spec.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == '<' || c == '>' || c == ' ')) {
                return false;
            }
        }
        return !quoted && !spec.isEmpty() && isSafe(spec, utf8);
    }

    private static boolean isInternational(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
        }
        return c >= 0xa0 && c != '\u2028' && c != '\u2029';
    }
}

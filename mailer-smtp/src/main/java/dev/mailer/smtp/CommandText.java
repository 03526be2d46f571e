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

    /**
     * True for what may stand between the angle brackets of a path: safe, and without brackets or blanks of its own but in a
     * local part that is quoted as a whole (RFC 5321 §4.1.2). Quotes elsewhere would let servers differ on where it ends.
     */
    static boolean isSafePath(String spec, boolean utf8) {
        int from = spec.startsWith("\"") ? closingQuote(spec) + 1 : 0;
        if (spec.isEmpty() || (spec.startsWith("\"") && !spec.startsWith("@", from))) {
            return false;
        }
        for (int i = from; i < spec.length(); i++) {
            if ("<> \"".indexOf(spec.charAt(i)) >= 0) {
                return false;
            }
        }
        return isSafe(spec, utf8);
    }

    /** Where the quoted string that begins the text ends; the end of the text when it does not. */
    private static int closingQuote(String text) {
        int at = 1;
        while (at < text.length() && text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(at, text.length());
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

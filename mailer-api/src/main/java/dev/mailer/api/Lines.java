// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

/**
 * Checks of characters. {@link #requireSingle} is the one that keeps a value on its line: CR, LF, NUL and lone surrogates never
 * reach a header or an SMTP command.
 */
final class Lines {
    private Lines() {}

    static void requireSingle(String field, String what, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\r' || c == '\n' || c == 0) {
                throw new InvalidEmailException(
                        field,
                        what + " holds the control character U+" + String.format("%04X", (int) c) + " at " + i
                                + "; line ends and NUL are refused");
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < value.length()
                        && Character.isLowSurrogate(value.charAt(i + 1));
                if (!pair) {
                    throw new InvalidEmailException(
                            field, what + " holds half a surrogate pair at " + i + "; it is not valid Unicode");
                }
                i++;
            }
        }
    }

    static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 127) {
                return false;
            }
        }
        return true;
    }
}

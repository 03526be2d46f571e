// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.internal.rewrite;

import org.jsoup.nodes.Entities;

/** The text of an attribute: character references read as browsers read them, and written. */
final class AttributeText {
    /** The longest name of a character reference has 32 characters. */
    private static final int MAX_NAME = 40;

    /** What the numbers from 0x80 to 0x9F stand for, which are those of Windows-1252 (HTML standard §13.2.5.80). */
    private static final String WINDOWS =
            "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f"
                    + "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

    private AttributeText() {}

    /** The value that a source stands for (HTML standard §13.2.5.72, in an attribute). */
    static String decode(String source) {
        int amp = source.indexOf('&');
        if (amp < 0) {
            return source;
        }
        StringBuilder out = new StringBuilder(source.length());
        int at = 0;
        while (amp >= 0) {
            out.append(source, at, amp);
            at = reference(source, amp, out);
            amp = source.indexOf('&', at);
        }
        return out.append(source, at, source.length()).toString();
    }

    static String encode(String value) {
        return value.replace("&", "&amp;").replace("\"", "&quot;").replace("'", "&#39;");
    }

    /** Writes what begins with an ampersand; tells where it ends. */
    private static int reference(String source, int amp, StringBuilder out) {
        if (source.startsWith("#", amp + 1)) {
            return number(source, amp, out);
        }
        int end = amp + 1;
        while (end < source.length() && end - amp < MAX_NAME && isLetterOrDigit(source.charAt(end))) {
            end++;
        }
        String name = source.substring(amp + 1, end);
        boolean closed = source.startsWith(";", end);
        // Without a semicolon only the old names count, and not before "=": "?a=1&copy=2" is no sign.
        boolean known = closed
                ? Entities.isNamedEntity(name)
                : !source.startsWith("=", end) && Entities.isBaseNamedEntity(name);
        if (!known) {
            out.append('&');
            return amp + 1;
        }
        out.append(Entities.getByName(name));
        return closed ? end + 1 : end;
    }

    private static int number(String source, int amp, StringBuilder out) {
        boolean hex = source.startsWith("x", amp + 2) || source.startsWith("X", amp + 2);
        int radix = hex ? 16 : 10;
        int first = amp + (hex ? 3 : 2);
        int end = first;
        int code = 0;
        while (end < source.length() && Character.digit(source.charAt(end), radix) >= 0 && source.charAt(end) < 128) {
            code = Math.min(0x110000, code * radix + Character.digit(source.charAt(end), radix));
            end++;
        }
        if (end == first) {
            out.append('&');
            return amp + 1;
        }
        boolean character = code > 0 && code < 0x110000 && (code < 0xD800 || code > 0xDFFF);
        boolean windows = code >= 0x80 && code <= 0x9F;
        out.appendCodePoint(windows ? WINDOWS.charAt(code - 0x80) : character ? code : 0xFFFD);
        return source.startsWith(";", end) ? end + 1 : end;
    }

    private static boolean isLetterOrDigit(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.html;

import java.util.ArrayList;
import java.util.List;

/** Finds its way through CSS: over comments, strings, escapes and brackets. Stateless, and linear in the length of the text. */
final class CssText {
    private CssText() {}

    /**
     * The first of some characters that stands outside of comments, strings and brackets, or the end of the text.
     *
     * @param stops may hold brackets; they end the search before they open
     */
    static int find(String css, int from, String stops) {
        int depth = 0;
        int at = from;
        while (at < css.length()) {
            char c = css.charAt(at);
            if (depth == 0 && stops.indexOf(c) >= 0) {
                return at;
            }
            if (c == '(' || c == '[' || c == '{') {
                depth++;
            } else if ((c == ')' || c == ']' || c == '}') && depth > 0) {
                depth--;
            }
            at = next(css, at);
        }
        return css.length();
    }

    /** Behind the character, comment or string that begins here. */
    static int next(String css, int at) {
        char c = css.charAt(at);
        if (c == '\\') {
            return Math.min(css.length(), at + 2);
        }
        if (c == '"' || c == '\'') {
            return string(css, at);
        }
        if (css.startsWith("/*", at)) {
            int end = css.indexOf("*/", at + 2);
            return end < 0 ? css.length() : end + 2;
        }
        return at + 1;
    }

    /** Behind a string; one that is not closed ends with its line. */
    private static int string(String css, int at) {
        char quote = css.charAt(at);
        int end = at + 1;
        while (end < css.length() && css.charAt(end) != quote && css.charAt(end) != '\n') {
            end += css.charAt(end) == '\\' ? 2 : 1;
        }
        return Math.min(css.length(), end + 1);
    }

    /** The parts between separators that stand outside of comments, strings and brackets. */
    static List<String> split(String css, char separator) {
        List<String> parts = new ArrayList<>();
        String stop = String.valueOf(separator);
        int from = 0;
        while (from <= css.length()) {
            int end = find(css, from, stop);
            parts.add(css.substring(from, end));
            from = end + 1;
        }
        return parts;
    }

    /** Without comments, and with one space for white space, but in strings. */
    static String plain(String css) {
        StringBuilder out = new StringBuilder(css.length());
        int at = 0;
        while (at < css.length()) {
            int next = next(css, at);
            char c = css.charAt(at);
            boolean space = Character.isWhitespace(c) || css.startsWith("/*", at);
            if (!space) {
                out.append(css, at, next);
            } else if (out.length() > 0 && out.charAt(out.length() - 1) != ' ') {
                out.append(' ');
            }
            at = next;
        }
        return out.toString().strip();
    }
}

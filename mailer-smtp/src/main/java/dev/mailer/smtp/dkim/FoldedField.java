// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import java.util.List;

/** Writes a field of tags in lines of at most {@value #MAX_LINE} characters, but for values that cannot be folded. Not thread-safe. */
final class FoldedField {
    /** RFC 5322 §2.1.1. */
    static final int MAX_LINE = 78;

    private static final String FOLD = "\r\n ";

    private final StringBuilder text;
    private int column;

    FoldedField(String name) {
        this.text = new StringBuilder(512).append(name).append(':');
        this.column = text.length();
    }

    FoldedField tag(String name, String value) {
        int length = name.length() + value.length() + 2;
        if (column + 1 + length > MAX_LINE) {
            fold();
        } else {
            put(" ");
        }
        put(name);
        put("=");
        put(value);
        put(";");
        return this;
    }

    /** A list parted by colons, around which lines may be folded (RFC 6376 §3.5). */
    FoldedField tag(String name, List<String> values) {
        put(" ");
        put(name);
        put("=");
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i);
            if (column + value.length() + 1 > MAX_LINE) {
                fold();
            }
            put(value);
            put(i + 1 < values.size() ? ":" : ";");
        }
        return this;
    }

    /** The tag that comes last, for a value that is not known yet. */
    FoldedField open(String name) {
        fold();
        put(name);
        put("=");
        return this;
    }

    /** The value of the open tag: base64, which may be folded anywhere. */
    FoldedField close(String base64) {
        for (int from = 0; from < base64.length(); ) {
            if (column >= MAX_LINE) {
                fold();
            }
            int to = Math.min(base64.length(), from + MAX_LINE - column);
            put(base64.substring(from, to));
            from = to;
        }
        return this;
    }

    private void fold() {
        text.append(FOLD);
        column = 1;
    }

    private void put(String part) {
        text.append(part);
        column += part.length();
    }

    /** The field so far, without a CRLF at its end. */
    @Override
    public String toString() {
        return text.toString();
    }
}
